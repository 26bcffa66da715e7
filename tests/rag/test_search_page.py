"""The search page, with the real index behind it."""

import pytest
from django.test import Client

from catalog.models import Brand, Document, DocumentPage, Product, ProductDocument
from rag.index import index_documents


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
