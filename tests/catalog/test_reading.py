"""A page's text cut into blocks."""

from catalog.colours import contrast, ink_on
from catalog.reading import pdf_blocks, web_blocks
from catalog.templatetags.support import direction, isolated, short_address, web_url, words_of


def test_lines_of_light_markup_become_headings_lists_and_tables():
    blocks = web_blocks("# Top\nWords\n- one\n- two\nWeight: 5 kg\nWidth: 3 cm\n\n### Deep")
    assert [block.kind for block in blocks] == ["heading", "text", "list", "table", "heading"]
    assert [block.level for block in blocks if block.kind == "heading"] == [3, 5]
    assert blocks[3].rows == [("Weight", "5 kg"), ("Width", "3 cm")]


def test_a_single_labelled_line_a_sentence_and_an_address_are_no_table():
    for text in (
        "Note: keep dry.",
        "See https://x.example: now\nSee http://y.example",
        "It works. Really: yes\nIt does. So: no",
    ):
        assert {block.kind for block in web_blocks(text)} == {"text"}, text


def test_a_pdf_page_keeps_its_lines_and_is_cut_at_empty_ones():
    assert [block.text for block in pdf_blocks("a\r\nb\r\n \r\nc\n")] == ["a\nb", "c"]
    assert pdf_blocks(" \n ") == []


def test_text_on_any_brand_colour_can_be_read():
    colours = [
        f"#{r:02x}{g:02x}{b:02x}" for r in range(0, 256, 51) for g in range(0, 256, 51) for b in range(0, 256, 51)
    ]
    assert min(contrast(colour, ink_on(colour)) for colour in colours) >= 4.5


def test_units_and_model_names_keep_their_order_in_hebrew():
    assert isolated("מתח 12 V DC בלבד") == 'מתח <bdi dir="ltr">12 V DC</bdi> בלבד'
    assert isolated("<b> של Meridian 61 MkII") == '&lt;b&gt; של <bdi dir="ltr">Meridian 61 MkII</bdi>'
    assert isolated("12 V DC <") == "12 V DC <"


def test_a_hebrew_sentence_may_begin_with_the_name_of_a_model():
    assert direction("K-25 מול 49, מי קל יותר?") == "rtl"
    assert direction("K-25 or 49?") == "auto"


def test_addresses_are_shown_short_and_followed_only_when_safe():
    assert short_address("https://www.lyra.example/a%20b/") == "lyra.example/a b"
    assert web_url("https://lyra.example") and not web_url("data:text/html,x") and not web_url("file:manual.pdf")
    assert words_of("/products/akai/mpd-218/") == "mpd 218"
