"""How pages become passages."""

from hypothesis import given
from hypothesis import strategies as st

from rag.chunk import MAX_TABLE_WORDS, PageText, cut, mended
from rag.layout import LineKind, document_lines
from rag.subject import address_words, subject_of

PROSE = "The quick controller follows the slow arranger through every song of the evening without a pause. "


def cuts(*texts: str):
    return cut([PageText(number, text) for number, text in enumerate(texts, 1)])


def test_text_of_a_passage_stands_verbatim_on_its_page():
    page = "Overview\r\n" + (PROSE * 3 + "\r\n") * 12
    found = cuts(page)
    assert len(found) > 1
    assert all(one.text in page for one in found)


def test_every_word_of_a_page_is_in_some_passage():
    page = "Basics\n" + "\n".join(f"Sentence number{number} tells something new about it." for number in range(200))
    text = " ".join(one.text for one in cuts(page))
    assert all(f"number{number} " in text for number in range(200))


def test_marked_headings_make_a_path():
    found = cuts("# Galil 8\n" + PROSE * 6 + "\n## Specifications\nWeight: 10 kg\n" + PROSE * 6)
    assert found[0].heading == "Galil 8"
    assert found[1].heading == "Galil 8 › Specifications"


def test_title_like_line_of_a_pdf_is_a_heading():
    found = cuts("Restoring the Factory Settings\nHold both of the buttons while you turn the unit on.\n" + PROSE * 9)
    assert found[0].heading == "Restoring the Factory Settings"


def test_end_of_a_parted_sentence_is_no_heading():
    lines = document_lines(
        ["To use the Assignable Knobs for other functions, press the User button to put\nAPC Knobs in User Mode\nnow."]
    )
    assert [line.kind for line in lines[0]] == [LineKind.TEXT, LineKind.TEXT, LineKind.TEXT]


def test_list_of_short_lines_is_a_table_and_no_row_of_headings():
    kinds = [line.kind for line in document_lines(["Box Contents\nPower Cable\nQuick Guide\nSafety Manual\n"])[0]]
    assert kinds == [LineKind.HEADING, LineKind.ROW, LineKind.ROW, LineKind.ROW]


def test_specification_table_stays_whole_with_its_heading():
    rows = "\n".join(f"Label {number}: {number} units of this or that" for number in range(30))
    page = PROSE * 10 + "\nTechnical Specifications\n" + rows
    table = [one for one in cuts(page) if "Label 0:" in one.text]
    assert len(table) == 1
    assert "Label 29:" in table[0].text
    assert table[0].text.startswith("Technical Specifications")


def test_steps_stay_together():
    steps = "\n".join(
        f"{number}. Press the button with the number {number} and wait for it." for number in range(1, 13)
    )
    assert len([one for one in cuts("Setup\nDo the following:\n" + steps) if "1. Press" in one.text]) == 1


def test_unfinished_end_of_a_page_goes_to_the_next_one():
    found = cuts(PROSE * 14 + "\n\nThe pairing takes place when the", "lamp of the receiver is lit.\n" + PROSE * 3)
    joined = [one for one in found if "when the" in one.text and "lamp of the receiver" in one.text]
    assert [(one.page, one.last_page) for one in joined] == [(1, 2)]


def test_page_number_and_running_title_are_left_out():
    pages = [f"Tremor User Guide {number}\n{PROSE * 3}\n{number}" for number in range(1, 9)]
    assert all("User Guide" not in one.text for one in cuts(*pages))


def test_no_passage_is_longer_than_the_longest_table():
    found = cuts("word " * 3000, "\n".join(["line of a table 7"] * 900))
    assert all(len(one.text.split()) <= MAX_TABLE_WORDS for one in found)


def test_word_parted_at_a_lines_end_is_mended_for_matching():
    assert mended("turn the rod counter\x02clockwise and loo-\r\nsen it") == "counterclockwise loosen"
    assert mended("the ﬁlter") == "filter"


def test_page_without_text_gives_no_passage():
    assert cuts("", " \n\n ") == []


@given(st.lists(st.text(max_size=400), max_size=5))
def test_any_pages_are_cut_without_error(texts):
    for one in cuts(*texts):
        assert one.text.strip()
        assert one.page <= one.last_page


def test_subject_of_a_file_without_products_comes_from_name_and_pages():
    pages = ["Cubase\nSetup Guide", *["Connect Quake mini IV to the computer. Quake mini IV lights up. " * 5] * 4]
    subject = subject_of(
        title="Cubase Setup Guide", url="file:Cubase_Setup_Guide_c1c6ba1f.pdf", brand="K", products=[], pages=pages
    )
    assert "mini4" in subject.model_numbers.split()


def test_address_gives_words_without_digests_and_sizes():
    assert address_words("https://x.test/products/nord-stage-4/specs/") == "products / nord stage 4 / specs"
    assert address_words("file:LPD8_-_User_Guide_(1.10_MB)_0f10d456.pdf") == "LPD8 User Guide"
