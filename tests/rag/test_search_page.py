"""The search page, with the real index behind it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from catalog.models import Brand, Document, DocumentPage, Product, ProductDocument
from rag.index import index_documents

from .manuals import add, build
from .site import Site


@pytest.fixture
def manual(db) -> Document:
    brand = Brand.objects.create(name="Lyra", slug="lyra")
    product = Product.objects.create(brand=brand, name="Meridian 61", slug="m61", page_url="https://lyra.example/m61")
    document = Document.objects.create(
        brand=brand, title="Meridian 61 User Guide", url="https://lyra.example/m61.pdf", kind="manual", language="en",
        state="stored", mime_type="application/pdf", page_count=2,
    )  # fmt: skip
    ProductDocument.objects.create(product=product, document=document)
    DocumentPage.objects.create(document=document, number=1, text="Welcome to your new synthesizer. " * 20)
    text = "Factory reset\nTo restore the factory settings hold SHIFT <i>and</i> press REC while switching on."
    DocumentPage.objects.create(document=document, number=2, text=text)
    index_documents([document.pk])
    return document


def test_words_of_a_page_are_found_marked_and_linked_to_the_page(client: Client, manual):
    html = client.get("/search/?q=factory+reset").text
    assert f'href="/documents/{manual.pk}/#page-2"' in html
    assert "<mark>Factory</mark>" in html or "<mark>factory</mark>" in html
    assert "&lt;i&gt;" in html and "<i>" not in html


def test_a_model_finds_its_product_and_its_manual(client: Client, manual):
    html = client.get("/search/?q=meridian+61").text
    assert 'href="/products/lyra/m61/"' in html
    assert f'href="/documents/{manual.pk}/"' in html


def test_while_typing_only_the_results_are_sent(client: Client, manual):
    response = client.get("/search/?q=reset", headers={"HX-Request": "true"})
    assert response.text.strip().startswith('<div id="results"')
    assert "HX-Request" in response.headers["Vary"]


def test_going_back_brings_the_whole_page(client: Client, manual):
    headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<html" in client.get("/search/?q=reset", headers=headers).text


def test_a_question_box_that_searches_leaves_no_token_in_the_address(client: Client, manual):
    response = client.get("/search/?csrfmiddlewaretoken=abc&question=factory+reset")
    assert response.status_code == 302
    assert response.headers["Location"] == "/search/?q=factory+reset"


def test_the_home_boxs_text_is_searched_while_it_is_typed(client: Client, manual):
    assert "#page-2" in client.get("/search/?question=factory+reset", headers={"HX-Request": "true"}).text


def test_without_a_result_the_page_says_what_to_try(client: Client, manual):
    html = client.get("/search/?q=xylophonic").text
    assert "Nothing was found for “<bdi>xylophonic</bdi>”" in html
    assert "fewer words" in html
    assert "Filters are set" in client.get("/search/?q=xylophonic&kind=manual").text


def test_filters_are_kept_and_strict(client: Client, manual):
    assert "#page-2" in client.get("/search/?q=reset&brand=lyra&kind=manual&language=en").text
    for other in ("kind=faq", "language=de"):
        assert "#page-2" not in client.get(f"/search/?q=reset&{other}").text
    assert '<option value="manual" selected>' in client.get("/search/?q=reset&kind=manual").text


@pytest.mark.parametrize(
    "query", ["", " ", "x" * 5000, '"', "AND OR NOT", "a* NEAR(b)", "%00", "<script>alert(1)</script>", "‮‏ אב"]
)
def test_any_text_can_be_searched(client: Client, manual, query):
    response = client.get("/search/", {"q": query, "brand": query, "kind": query, "language": query})
    assert response.status_code == 200
    assert "<script>alert" not in response.text


@pytest.fixture
def library(db) -> Brand:
    return build()


def chips_of(client: Client, address: str) -> list[Any]:
    return client.get(address).context["found"]["chips"]


def test_what_the_text_itself_limits_is_said_and_can_be_taken_off(client: Client, library):
    chip = next(chip for chip in chips_of(client, "/search/?q=karmel+audio+factory+reset") if chip.name == "brand")
    assert chip.understood and chip.label == "Brand: Karmel Audio" and chip.said
    assert not [chip for chip in chips_of(client, chip.url) if chip.name == "brand"]


def test_a_filter_is_taken_off_by_its_chip_and_keeps_the_others(client: Client, library):
    found = chips_of(client, "/search/?q=settings&brand=karmel-audio&language=de")
    german = next(chip for chip in found if chip.name == "language")
    assert not german.understood and "brand=karmel-audio" in german.url and "language" not in german.url


def test_a_facet_promises_as_many_results_as_its_link_finds(client: Client, library):
    found = client.get("/search/?q=weight").context["found"]
    links = [link for row in found["facets"] for link in row.values]
    assert links, "there is something to narrow down"
    for link in links:
        narrowed = client.get(link.url).context["found"]
        assert narrowed["total"] > 0, f"{link.label} promises {link.count} and finds nothing"


def test_each_suggestion_after_an_empty_search_finds_something(client: Client, library):
    found = client.get("/search/?q=weight&kind=faq&brand=karmel-audio").context["found"]
    assert found["total"] == 0 and found["suggestions"]
    for one in found["suggestions"]:
        assert client.get(one.url).status_code == 200
        assert not one.count or client.get(one.url).context["found"]["total"] > 0
    misspelt = client.get("/search/?q=karmmel+audioo").context["found"]
    assert misspelt["total"] or any("Karmel" in one.label for one in misspelt["suggestions"])


@pytest.mark.browser
def test_the_box_is_a_combobox_whose_options_are_the_results(site: Site, page: Page):
    page.goto(f"{site.base}/search/")
    box, options = page.locator("#q[role=combobox]"), page.locator("#q-options [role=option]")
    expect(box).to_have_attribute("aria-expanded", "false")
    page.keyboard.type("reset")
    page.wait_for_function("() => location.search === '?q=reset' && !document.querySelector('.htmx-request')")
    expect(options.first).to_be_attached()
    expect(box).to_have_attribute("aria-expanded", "true")
    count = page.locator("#search-form [role=status]")
    expect(count).to_have_text(page.locator("#results [data-found]").inner_text())
    groups = page.locator("[role=listbox] > [role=group]")
    headings = page.locator("#results section:has(a.cover, a.title, a.snippet) > h2").all_inner_texts()
    assert [group.get_attribute("aria-label") for group in groups.all()] == headings
    page.keyboard.press("ArrowDown")
    active = box.get_attribute("aria-activedescendant")
    assert active == options.first.get_attribute("id")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(page.locator("#results [data-active]")).to_have_count(1)
    page.keyboard.press("ArrowUp")
    expect(page.locator("[data-active]")).to_have_count(0)
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_be_focused()
    expect(box).to_have_value("reset")
    assert options.count() == 0


def test_a_part_of_a_number_finds_the_product(client: Client, library):
    brand = library
    for number in (225, 249):
        Product.objects.create(
            brand=brand, name=f"MPK{number}", slug=f"mpk{number}", page_url=f"https://karmel.test/mpk{number}", model_key=f"mpk{number}",
        )  # fmt: skip
    named = [
        [one.name for one in client.get(f"/search/?q={text}").context["found"]["products"]]
        for text in ("225", "mpk 22", "mpk")
    ]
    assert named == [["MPK225"], ["MPK225"], ["MPK225", "MPK249"]]


def test_between_siblings_that_fit_equally_the_page_asks_back(client: Client, library):
    for number in (225, 249):
        Product.objects.create(
            brand=library, name=f"MPK{number}", slug=f"mpk{number}", page_url=f"https://karmel.test/mpk{number}", model_key=f"mpk{number}",
        )  # fmt: skip
    add(library, "file:mpk.pdf", "MPK225 and MPK249 guide", ["Factory reset\nHold both MPK buttons to reset."])
    index_documents(Document.objects.values_list("pk", flat=True))
    offered = client.get("/search/?q=mpk+factory+reset").context["found"]["choices"]
    assert [one.label for one in offered] == ["MPK225", "MPK249"]
    assert client.get(offered[0].url).context["wanted"]["product"].name == "MPK225"


def test_what_staff_hid_is_not_found(client: Client, library):
    Product.objects.update(hidden=True)
    assert client.get("/search/?q=tremor+49").context["found"]["products"] == []


def test_the_address_of_what_was_typed_says_what_was_asked_and_nothing_else(client: Client, library):
    headers = {"HX-Request": "true", "HX-Target": "results"}
    response = client.get("/search/?q=weight&brand=&kind=manual&language=", headers=headers)
    assert response.headers["HX-Replace-Url"] == "/search/?q=weight&kind=manual"
    assert (
        "HX-Replace-Url" not in client.get("/search/?question=weight", headers=headers | {"HX-Target": "found"}).headers
    )


@pytest.mark.browser
def test_results_follow_the_typing_and_the_address_can_be_shared(site: Site, page: Page):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/search/?" in request.url else None)
    page.clock.install()
    page.goto(f"{site.base}/search/")
    # The page's own clock: how fast one types does not hang on how busy the machine is.
    page.clock.pause_at(datetime.now() + timedelta(hours=1))
    page.keyboard.type("t")
    page.clock.run_for(500)
    page.wait_for_timeout(200)
    assert not asked, "one letter is not searched"
    for letter in "remor 49 weight":
        page.keyboard.type(letter)
        page.clock.run_for(15)
    page.clock.resume()
    expect(page.locator("#results mark").first).to_be_visible()
    expect(page).to_have_url(f"{site.base}/search/?q=tremor+49+weight")
    assert len(asked) < 8, "not every letter is asked for"
    page.goto(page.url)
    expect(page.locator("#q")).to_have_value("tremor 49 weight")
    first = page.locator("#results a.snippet").first
    expect(first).to_contain_text("3.4 kg")
    page.locator("#q").focus()
    while not page.locator("a.snippet[data-active]").count():
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/documents/**")
