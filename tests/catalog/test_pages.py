"""The catalogue's public pages, as a visitor gets them."""

import io
import re

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.views.defaults import server_error
from PIL import Image

from catalog import queries
from catalog.models import Brand, Document, Media, Product, ProductDocument, Specification
from ingestion.extract.records import StoredPicture
from ingestion.store.pictures import store_picture

from .conftest import Catalogue, add_manual, add_product


def addresses(catalogue: Catalogue) -> list[str]:
    return [
        "/",
        "/brands/",
        "/brands/lyra/",
        "/brands/lyra/?show=documents",
        "/products/lyra/meridian-61/",
        f"/documents/{catalogue.manual.pk}/",
        f"/documents/{catalogue.page.pk}/",
        "/search/",
        "/search/?q=shift",
        "/ask/",
        "/brands/lyra/status/",
    ]


@pytest.mark.parametrize("language", ["en", "he"])
def test_every_page_answers_in_the_chosen_language_and_direction(client: Client, catalogue, language):
    client.cookies["django_language"] = language
    direction = {"en": "ltr", "he": "rtl"}[language]
    for address in addresses(catalogue):
        response = client.get(address)
        assert response.status_code == 200, address
        assert f'<html lang="{language}" dir="{direction}">' in response.text, address


def test_no_page_carries_script_style_or_event_handlers_in_itself(client: Client, catalogue):
    for address in addresses(catalogue):
        html = client.get(address).text
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", html), address
        run = [tag for tag in re.findall(r"<script[^>]*>", html) if "application/ld+json" not in tag]  # that is data
        assert all("src=" in tag for tag in run), address


def test_no_page_loads_anything_from_another_host(client: Client, catalogue):
    for address in addresses(catalogue):
        html = client.get(address).text
        named = re.sub(r'<link rel="(?:canonical|alternate)"[^>]*>', "", html)  # this page's own addresses
        loaded = re.findall(r'<(?:link|script|img|use|iframe)[^>]*?(?:src|href)="([^"]+)"', named)
        assert loaded and all(url.startswith("/") for url in loaded), address


def test_every_page_has_one_heading_of_the_first_level_and_a_title_of_its_own(client: Client, catalogue):
    titles = []
    for address in addresses(catalogue)[:-1]:
        html = client.get(address).text
        assert len(re.findall(r"<h1", html)) == 1, address
        titles += re.findall(r"<title>(.+?)</title>", html)
    assert len(set(titles)) >= len(titles) - 1  # a brand's products and documents share theirs


def grow(catalogue: Catalogue, batch: str) -> None:
    for n in range(5):
        name = f"{batch}-{n}"
        product = add_product(catalogue.brand, f"Solstice {name}", f"solstice-{name}", catalogue.product.family)
        Media.objects.create(product=product, url=f"https://lyra.example/{name}.webp")
        add_manual(product, f"Solstice {name} manual", ["text"] * 4)
        add_manual(catalogue.product, f"Guide {name}", ["text"])
        Specification.objects.create(product=catalogue.product, label=f"Value {name}", value="1")
        ProductDocument.objects.create(product=product, document=catalogue.manual)
        other = Brand.objects.create(name=f"Brand {name}", slug=f"brand-{name}")
        add_manual(add_product(other, f"Thing {name}", f"thing-{name}"), f"Thing {name} manual", ["text"])


def queries_of(client: Client, pages: list[str]) -> dict[str, int]:
    counted = {}
    for address in pages:
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        counted[address] = len(captured)
    return counted


def test_no_pages_number_of_queries_grows_with_its_rows(client: Client, catalogue):
    pages = addresses(catalogue)[:7]
    grow(catalogue, "few")
    with_few = queries_of(client, pages)
    grow(catalogue, "more")
    assert queries_of(client, pages) == with_few
    assert max(with_few.values()) <= 13


def test_home_lists_brands_with_documents_and_what_was_read_last(client: Client, catalogue):
    Brand.objects.create(name="Unread Guitars", slug="unread")
    html = client.get("/").text
    assert "Lyra &amp; Söhne" in html
    assert "Meridian 61 User Guide" in html
    assert "Unread Guitars" not in html


def test_sample_questions_are_only_those_that_the_catalogue_answers(catalogue):
    assert [str(q) for q in queries.sample_questions()] == ["How heavy is the Meridian 61 MkII <Limited>?"]
    Specification.objects.all().delete()
    assert queries.sample_questions() == []


def test_an_empty_installation_says_what_to_do(client: Client, db):
    assert "Nothing has been read yet" in client.get("/").text
    assert "seed_brands" in client.get("/brands/").text


def test_brands_are_found_by_a_part_of_their_name(client: Client, catalogue):
    Brand.objects.create(name="Moor Amps", slug="moor")
    html = client.get("/brands/?q=oor").text
    assert "Moor Amps" in html and "Lyra" not in html
    assert "“<bdi>qqq</bdi>”" in client.get("/brands/?q=qqq").text


def test_while_typing_only_the_list_of_brands_is_sent(client: Client, catalogue):
    response = client.get("/brands/?q=lyra", headers={"HX-Request": "true"})
    assert response.text.strip().startswith('<div id="brand-list"')
    assert "HX-Request" in response.headers["Vary"]


def test_a_brands_products_can_be_narrowed_to_a_family(client: Client, catalogue):
    add_product(catalogue.brand, "Lonely Pedal", "lonely")
    assert "Lonely Pedal" in client.get("/brands/lyra/").text
    assert "Lonely Pedal" not in client.get("/brands/lyra/?family=keyboards").text


def test_a_brands_documents_can_be_narrowed_by_kind_and_language(client: Client, catalogue):
    add_manual(catalogue.product, "Anleitung", ["Hallo"], language="de")
    html = client.get("/brands/lyra/?show=documents&kind=manual&language=de").text
    assert "Anleitung" in html and "Meridian 61 User Guide" not in html


@pytest.mark.parametrize("address", ["?page=zero", "?page=-1", "?page=999", "?kind=nonsense&show=x", "?family=../.."])
def test_nonsense_in_an_address_counts_as_not_said(client: Client, catalogue, address):
    assert client.get(f"/brands/lyra/{address}").status_code == 200


def test_long_lists_come_in_numbered_pages(client: Client, catalogue):
    for n in range(50):
        add_product(catalogue.brand, f"Pedal {n:02}", f"pedal-{n}")
    first, second = client.get("/brands/lyra/").text, client.get("/brands/lyra/?page=2").text
    assert first.count("product-card-text") == 48 and second.count("product-card-text") == 3
    assert '<a aria-current="page" href="?page=2">2</a>' in second


def test_a_product_shows_its_specifications_documents_and_where_it_was_read(client: Client, catalogue):
    html = client.get("/products/lyra/meridian-61/").text
    assert "Meridian 61 MkII &lt;Limited&gt;" in html
    assert "6.8 kg" in html and "General" in html
    assert f'href="/documents/{catalogue.manual.pk}/"' in html
    assert 'href="https://lyra.example/products/meridian-61"' in html
    assert f'name="product" value="{catalogue.product.pk}"' in html


def test_a_products_pictures_are_ours_and_say_their_size(client: Client, catalogue):
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(picture, "WEBP")
    Media.objects.create(product=catalogue.product, url="https://lyra.example/a.jpg", alt="Front")
    store_picture(
        brand=catalogue.brand, url="https://lyra.example/a.jpg", picture=StoredPicture(picture.getvalue(), 40, 30)
    )
    html = client.get("/products/lyra/meridian-61/").text
    assert re.search(r'<img src="/media/media/\S+\.webp\?w=640" [^>]*alt="Front" width="40" height="30"', html)
    assert Media.objects.filter(width=40, height=30).exists()


def test_a_discontinued_or_vanished_product_says_so(client: Client, catalogue):
    Product.objects.update(lifecycle="discontinued", gone_since=timezone.now())
    html = client.get("/products/lyra/meridian-61/").text
    assert "The brand has discontinued this product." in html
    assert "Its page is no longer on the brand’s site" in html


def test_a_vanished_product_is_not_listed(client: Client, catalogue):
    Product.objects.update(gone_since=timezone.now())
    assert "Meridian 61 MkII" not in client.get("/brands/lyra/").text


def test_each_page_of_a_document_has_its_anchor(client: Client, catalogue):
    html = client.get(f"/documents/{catalogue.manual.pk}/").text
    assert re.findall(r'<section class="sheet" id="(page-\d)"', html) == ["page-1", "page-2", "page-3"]
    assert 'href="#page-2"' in html
    assert "No text on this page." in html


def test_markup_in_a_documents_text_is_only_text(client: Client, catalogue):
    assert "&lt;b&gt;press&lt;/b&gt;" in client.get(f"/documents/{catalogue.manual.pk}/").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in client.get(f"/documents/{catalogue.page.pk}/").text


def test_a_web_pages_text_keeps_its_headings_lists_and_tables(client: Client, catalogue):
    html = client.get(f"/documents/{catalogue.page.pk}/").text
    assert "<h3>Meridian</h3>" in html and "<h4>Features</h4>" in html
    assert "<ul><li>61 keys</li><li>Aftertouch</li></ul>" in html
    assert '<th scope="row">Width</th><td>94 cm</td>' in html


def test_a_duplicate_document_leads_to_the_one_that_it_repeats(client: Client, catalogue):
    copy = add_manual(catalogue.product, "Copy", [], state="duplicate", duplicate_of=catalogue.manual)
    assert client.get(f"/documents/{copy.pk}/").headers["Location"] == f"/documents/{catalogue.manual.pk}/"
    assert "Copy" not in client.get("/products/lyra/meridian-61/").text


@pytest.mark.parametrize(("state", "said"), [("linked", "has not been read yet"), ("failed", "could not be read")])
def test_a_document_without_text_says_why(client: Client, catalogue, state, said):
    document = add_manual(catalogue.product, "Mystery", [], state=state, problem="Encrypted.")
    assert said in client.get(f"/documents/{document.pk}/").text


def test_an_address_that_no_browser_should_follow_is_no_link(client: Client, catalogue):
    Document.objects.filter(pk=catalogue.page.pk).update(url="javascript:alert(1)")
    assert "javascript:" not in client.get(f"/documents/{catalogue.page.pk}/").text


def test_a_missing_page_offers_to_search_for_its_words(client: Client, db):
    response = client.get("/products/lyra/mpd-218/")
    assert response.status_code == 404
    assert 'name="q" maxlength="200" value="mpd 218"' in response.text


def test_an_error_page_needs_no_database():
    response = server_error(RequestFactory().get("/"))
    assert "Something went wrong on our side" in response.text


def test_a_form_without_its_token_is_refused_with_advice(db):
    response = Client(enforce_csrf_checks=True).post("/i18n/setlang/", {"language": "he"})
    assert response.status_code == 403
    assert "Please send the form again" in response.text


def test_the_language_switch_comes_back_to_the_same_page(client: Client, catalogue):
    response = client.post("/i18n/setlang/", {"language": "he", "next": "/brands/lyra/?show=documents"})
    assert response.headers["Location"] == "/brands/lyra/?show=documents"
    assert "מסמכים" in client.get("/brands/lyra/").text


def test_staff_start_a_scrape_from_the_brands_page_and_visitors_cannot(client: Client, catalogue):
    address = f"/staff/brands/{catalogue.brand.pk}/scrape/"
    assert address not in client.get("/brands/lyra/").text
    client.force_login(User.objects.create_superuser("staff"))
    assert f'action="{address}"' in client.get("/brands/lyra/").text
