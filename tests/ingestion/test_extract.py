"""Extraction from pages written here: each shows one way in which makers' sites put a thing."""

from decimal import Decimal

import pytest

from ingestion.extract import FetchedPage, extract, needs_browser

NAV = "<header><nav><a href=/products/>Products</a><a href=/files/catalogue.pdf>Catalogue</a></nav></header>"
FOOTER = "<footer><a href=/privacy>Privacy</a></footer>"


def read(main: str, url: str = "https://b.com/products/tone-300/", head: str = "", brand: str = "Brand"):
    return extract(
        FetchedPage(
            url, f"<html lang=en><head>{head}</head><body>{NAV}<main>{main}</main>{FOOTER}</body></html>", brand
        )
    )


TABLE = "<h2>Specifications</h2><table><tr><th>Weight</th><td>3.2 kg</td></tr><tr><th>Power</th><td>300 W</td></tr><tr><th>Inputs</th><td>2</td></tr></table>"


def test_a_page_with_name_address_and_specifications_is_a_product():
    found = read(f"<h1>Tone 300</h1>{TABLE}<a href=/files/tone-300-manual.pdf>User manual</a>")
    assert found.kind == "product" and found.product.name == "Tone 300"
    assert [(s.label, s.value) for s in found.product.specifications] == [
        ("Weight", "3.2 kg"),
        ("Power", "300 W"),
        ("Inputs", "2"),
    ]
    assert found.product.evidence


def test_documents_of_the_frame_belong_to_no_product():
    found = read(f"<h1>Tone 300</h1>{TABLE}<a href=/files/tone-300-manual.pdf>User manual</a>")
    assert [d.url for d in found.product.documents] == ["https://b.com/files/tone-300-manual.pdf"]


@pytest.mark.parametrize(
    ("url", "main"),
    [
        ("https://b.com/", f"<h1>Brand</h1>{TABLE}"),
        ("https://b.com/blog/tone-300-review", "<article itemtype=http://schema.org/BlogPosting><h1>Tone 300 review</h1><p>Good.</p></article>"),
        ("https://b.com/collections/amps", "<h1>Amps</h1>" + "".join(f"<a href=/products/amp-{n}>Amp {n}</a>" for n in range(20))),
        ("https://b.com/products/amplifiers/", "<h1>Amplifiers</h1>" + "".join(f"<a href=/products/amplifiers/amp-{n}/><img src=/a{n}.png>Amp {n}</a>" for n in range(3))),
        ("https://b.com/pages/tone-manuals", "<h1>Tone manuals</h1>" + "".join(f"<a href=/f/{n}.pdf>Tone {n} manual</a>" for n in range(9))),
        ("https://b.com/contact", "<h1>Contact</h1><p>Write to us.</p>"),
    ],
)  # fmt: skip
def test_other_pages_are_no_products(url, main):
    assert read(main, url).product is None


def test_structured_data_settles_it():
    head = """<script type="application/ld+json">{"@context":"https://schema.org","@type":"Product","name":"Tone 300","sku":"T-300",
      "category":"Amps","offers":{"@type":"Offer","price":"499.00","priceCurrency":"EUR"},}</script>"""
    product = read("<h1>Tone 300</h1><p>An amplifier.</p>", "https://b.com/x/tone-300", head).product
    assert (product.sku, product.price, product.currency, product.family) == ("T-300", Decimal("499.00"), "EUR", "Amps")


def test_microdata_is_read_too():
    main = """<div itemscope itemtype="https://schema.org/Product"><h1 itemprop=name>Tone 300</h1><span itemprop=sku>T3</span>
      <div itemprop=offers itemscope itemtype="https://schema.org/Offer"><meta itemprop=price content=99><meta itemprop=priceCurrency content=USD></div></div>"""
    product = read(main, "https://b.com/tone").product
    assert (product.sku, product.price, product.currency) == ("T3", Decimal("99.00"), "USD")


@pytest.mark.parametrize("price", ["0", "0.00", "99999.99", "", "call us"])
def test_zero_and_placeholder_prices_are_no_prices(price):
    head = f'<script type="application/ld+json">{{"@type":"Product","name":"Tone 300","offers":{{"price":"{price}","priceCurrency":"EUR"}}}}</script>'
    assert read("<h1>Tone 300</h1>", head=head).product.price is None


@pytest.mark.parametrize(
    "markup",
    [
        "<dl><dt>Weight</dt><dd>3.2 kg</dd><dt>Power</dt><dd>300 W</dd></dl>",
        "<ul><li>Weight: 3.2 kg</li><li>Power: 300 W</li></ul>",
        "<p><strong>Weight:</strong> 3.2 kg<br><strong>Power:</strong> 300 W</p>",
        "<h3>Specifications</h3><p>• Weight – 3.2 kg<br>• Power – 300 W</p>",
        "<h3>Weight</h3><p>3.2 kg</p><h3>Power</h3><p>300 W</p>",
    ],
)
def test_labelled_values_are_read_however_they_are_laid_out(markup):
    specs = {
        (s.label, s.value)
        for s in read(f"<h1>Tone 300</h1><img src=/1.jpg><img src=/2.jpg>{markup}").product.specifications
    }
    assert {("Weight", "3.2 kg"), ("Power", "300 W")} <= specs


def test_prose_with_a_colon_is_no_specification():
    text = "<p>We asked one question: what does a player need? The answer was simple.</p><p>It is a good amplifier.</p>"
    assert read(f"<h1>Tone 300</h1>{text}{TABLE}").product.specifications[0].label == "Weight"


def test_columns_of_variants_keep_their_heads():
    table = "<table><tr><th></th><th>Tone 61</th><th>Tone 88</th></tr><tr><td>Weight</td><td>9 kg</td><td>14 kg</td></tr><tr><td>Keys</td><td>61</td><td>88</td></tr></table>"
    specs = read(f"<h1>Tone</h1>{table}", "https://b.com/products/tone").product.specifications
    assert {(s.section, s.label, s.value) for s in specs} >= {
        ("Tone 61", "Weight", "9 kg"),
        ("Tone 88", "Weight", "14 kg"),
    }


def test_a_heading_without_its_end_tag_is_still_a_name():
    assert read(f"<h1>Tone 300<div><h2>Tone 300</h2></div>{TABLE}").product.name == "Tone 300"


def test_a_name_is_rid_of_the_sites_name_and_a_shops_mark():
    found = extract(
        FetchedPage(
            "https://b.com/products/tone-300",
            f"<title>SALE: Tone 300 – Brand Music</title><main>{TABLE}<img src=1.jpg><img src=2.jpg></main>",
            "Brand",
        )
    )
    assert found.title == "Specifications" or found.title == "Tone 300"


def test_documents_without_an_ending_are_told_by_words_and_place():
    main = f'<h1>Tone 300</h1>{TABLE}<a href="/products/tone-300/manuals/9f0c2a4e-1111-4222-8333-444455556666/">[English] Owner\'s Manual</a>'
    document = read(main).product.documents[0]
    assert (document.kind, document.language, document.certain) == ("manual", "en", False)


def test_a_product_no_longer_made_says_so():
    assert read(f"<h1>Tone 300</h1><p>Discontinued: this product is no longer made.</p>{TABLE}").product.discontinued


def test_pictures_in_links_to_other_products_are_not_its_own():
    main = f'<h1>Tone 300</h1><img src=/own.jpg alt="Front"><a href=/products/tone-500><img src=/other.jpg></a>{TABLE}'
    assert [(p.url, p.alt) for p in read(main).product.pictures] == [("https://b.com/own.jpg", "Front")]


def test_the_same_picture_in_several_sizes_is_one():
    main = f"<h1>Tone 300</h1><img src=/a.jpg?width=200><img src=/a.jpg?width=900><img src=/a-640x480.jpg>{TABLE}"
    assert len(read(main).product.pictures) == 1


def test_text_keeps_headings_lists_and_rows_and_drops_the_frame():
    text = read(
        f"<h1>Tone 300</h1><p>An <b>MK</b>2 amplifier.</p><ul><li>Loud</li></ul>{TABLE}<script>x()</script>"
    ).text
    assert "# Tone 300" in text and "An MK2 amplifier." in text and "- Loud" in text and "Weight: 3.2 kg" in text
    assert "Privacy" not in text and "x()" not in text


def test_the_canonical_address_is_read():
    assert (
        read("<h1>x</h1>", head="<link rel=canonical href='/products/tone-300?utm_source=a'>").canonical
        == "https://b.com/products/tone-300"
    )


def test_a_page_that_scripts_put_together_needs_the_browser():
    assert needs_browser("<body><main><div id=app><p>Loading…</p></div></main><script src=app.js></script></body>")
    assert needs_browser(
        "<body><div id=root></div><noscript>You need to enable JavaScript to run this app.</noscript><script src=a.js></script></body>"
    )


def test_a_page_with_text_needs_no_browser():
    assert not needs_browser(
        "<body><main><h1>Tone</h1>"
        + "".join(f"<p>There is enough to read in line {n}.</p>" for n in range(9))
        + "</main><script src=a.js></script></body>"
    )
    assert not needs_browser("<body><main><h1>Short page</h1></main></body>")


@pytest.mark.parametrize(
    "html", ["", "<", "<html>", "\x00\x01", "<table><tr>", "<h1>" * 500, "<a href='http://[::1'>x</a>", "<div>" * 400]
)
def test_broken_markup_never_stops_extraction(html):
    extract(FetchedPage("https://b.com/x", html, "Brand"))
    needs_browser(html)


def test_a_canonical_address_counts_from_the_pages_base():
    html = "<head><base href='/shop/'><link rel=canonical href='mpk-49'></head><body><main><h1>MPK 49</h1></main>"
    assert extract(FetchedPage("https://b.com/old/x", html, "Brand")).canonical == "https://b.com/shop/mpk-49"
