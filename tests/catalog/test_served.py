"""Languages in the address, pages that are not sent twice, and what search engines and phones ask for."""

import gzip
import io
import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_script_prefix
from django.utils import timezone
from PIL import Image

from catalog.models import Document, Media, Product
from halilit.face import share
from ingestion.extract.records import StoredPicture
from ingestion.store.pictures import store_picture

ADDRESSES = ["/", "/brands/", "/brands/lyra/", "/products/lyra/meridian-61/", "/search/", "/ask/"]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("he", "rtl")])
def test_the_address_says_the_language_whatever_the_browser_prefers(client, catalogue, address, language, direction):
    response = client.get(f"/{language}{address}", headers={"Accept-Language": "he" if language == "en" else "en"})
    assert f'<html lang="{language}" dir="{direction}"' in response.text
    assert get_script_prefix() == "/", "the prefix outlives its request"


def test_links_of_such_a_page_keep_its_language_and_files_have_one_address(client, catalogue):
    html = client.get("/he/brands/lyra/").text
    assert 'href="/he/products/lyra/meridian-61/"' in html
    assert 'href="/static/site.css"' in html
    assert client.get("/he/products/lyra/meridian-61/").status_code == 200


def test_the_language_of_the_address_is_remembered_for_addresses_without_one(client, catalogue):
    client.get("/he/brands/")
    assert '<html lang="he"' in client.get("/brands/").text


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Mode": "cors"}, {"Sec-Fetch-Mode": "navigate", "Sec-Purpose": "prefetch"}]
)
def test_a_page_that_nobody_opened_changes_no_choice(client, catalogue, headers):
    client.get("/en/brands/")
    client.get("/he/brands/", headers=headers)
    assert '<html lang="en"' in client.get("/brands/").text


def test_each_page_names_itself_in_both_languages_and_one_address_of_its_own(client, catalogue):
    html = client.get("/brands/lyra/?show=documents&mark=x", headers={"Accept-Language": "en"}).text
    here = "http://testserver"
    assert f'<link rel="canonical" href="{here}/en/brands/lyra/?show=documents">' in html
    for code in ("en", "he"):
        assert f'hreflang="{code}" href="{here}/{code}/brands/lyra/?show=documents"' in html
    assert '<a href="/he/brands/lyra/?show=documents&amp;mark=x" lang="he" hreflang="he"' in html


def test_a_missing_address_without_its_last_slash_still_leads_to_the_page(client, catalogue):
    assert client.get("/he/brands/lyra").headers["Location"] == "/he/brands/lyra/"
    assert client.get("/he").status_code == 200
    assert client.get("/de/brands/").status_code == 404


@pytest.mark.parametrize("address", ADDRESSES[:5])
def test_an_unchanged_page_is_not_sent_again_and_a_changed_one_is(client, catalogue, address):
    long_ago = timezone.now() - timedelta(days=3)  # "a second ago" is another page a second later
    Document.objects.update(fetched_at=long_ago, changed_at=long_ago)
    client.get(address)  # sets the cookie that forms are bound to
    tag = client.get(address).headers["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    assert Client().get(address, headers={"If-None-Match": tag}).status_code == 200, "another reader's forms"
    catalogue.brand.name = "Lyra of today"
    catalogue.brand.save()
    changed = client.get(address, headers={"If-None-Match": tag}).status_code
    assert changed == (200 if "Lyra" in client.get(address).text else 304)


def test_pages_are_compressed_for_those_who_can_read_it(client, catalogue):
    plain = client.get("/brands/lyra/")
    packed = client.get("/brands/lyra/", headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert b"Meridian 61" in gzip.decompress(packed.content)
    assert len(packed.content) < len(plain.content) / 2
    assert "Accept-Encoding" in plain.headers["Vary"]


def test_a_redirect_or_an_answer_is_never_kept(client, catalogue):
    assert "no-store" in client.get("/ask/").headers["Cache-Control"]
    assert not client.get("/ask/").has_header("ETag")


def test_the_sitemap_names_every_page_in_both_languages(client, catalogue):
    index = client.get("/sitemap.xml").text
    parts = re.findall(r"<loc>http://testserver(.+?)</loc>", index)
    assert len(parts) == 5
    pages = "".join(client.get(part).text for part in parts)
    for path in (
        "/",
        "/brands/lyra/",
        "/brands/lyra/families/keyboards/",
        "/products/lyra/meridian-61/",
        f"/documents/{catalogue.manual.pk}/",
    ):
        for code in ("en", "he"):
            assert f"<loc>http://testserver/{code}{path}</loc>" in pages
    assert f"/documents/{catalogue.page.pk}/" not in pages, "a product's page is there already"


def test_what_is_hidden_is_in_no_sitemap(client, catalogue):
    Product.objects.update(hidden=True)
    assert "meridian-61" not in client.get("/sitemap-products.xml").text


def test_robots_are_told_where_the_sitemap_is_and_what_is_no_result(client, db):
    told = client.get("/robots.txt").text
    assert "Sitemap: http://testserver/sitemap.xml" in told
    assert "Disallow: /staff/" in told and "Disallow: /search/" not in told


def structured(html: str) -> list[dict]:
    return [json.loads(text) for text in re.findall(r'<script type="application/ld\+json">(.+?)</script>', html)]


def test_a_products_page_describes_it_in_words_that_machines_know(client, catalogue):
    product, trail = structured(client.get("/products/lyra/meridian-61/").text)
    assert product["@type"] == "Product"
    assert product["name"] == "Meridian 61 MkII <Limited>"
    assert product["additionalProperty"] == [{"@type": "PropertyValue", "name": "Weight", "value": "6.8 kg"}]
    assert [step["name"] for step in trail["itemListElement"]][1:] == ["Lyra & Söhne", "Keyboards", product["name"]]


def test_no_text_of_a_site_ends_the_element_that_describes_it(client, catalogue):
    catalogue.product.description = "</script><script>alert(1)</script>"
    catalogue.product.save()
    html = client.get("/products/lyra/meridian-61/").text
    assert "<script>alert" not in html
    assert structured(html)[0]["description"] == catalogue.product.description


@pytest.mark.parametrize("name", ["Meridian 61", "מרידיאן 61 מקלדת", "A name " * 30, "Ünïcode–∞"])
def test_each_product_has_a_picture_to_share(client, catalogue, name):
    catalogue.product.name = name
    catalogue.product.save()
    response = client.get("/share/lyra/meridian-61.jpg")
    assert Image.open(io.BytesIO(response.content)).size == (1200, 630)
    assert "public" in response.headers["Cache-Control"]
    assert (
        'property="og:image" content="http://testserver/share/lyra/meridian-61.jpg"'
        in client.get("/products/lyra/meridian-61/").text
    )


@pytest.mark.parametrize(
    ("name", "drawn"),
    [
        (
            "רמקול אולפן Tone 300 (שחור)",
            ["(", "שחור"[::-1], ")", " ", "Tone 300", " ", "רמקול אולפן"[::-1]],
        ),
        ("מקלדת ל-MPC", ["MPC", "-", "מקלדת ל"[::-1]]),
        ("Tone 300 (רמקול אולפן)", ["Tone 300", " ", "(", "רמקול אולפן"[::-1], ")"]),
        ("Meridian 61 ½ “Größe”", ["Meridian 61 ½ “Größe", "”"]),
    ],
)
def test_the_picture_to_share_has_hebrew_from_the_right_and_a_sign_for_each_letter(name, drawn):
    assert share.runs(name, rtl=share.from_right(name)) == drawn
    for run in drawn:
        face = share.font(run, 40, 600)
        missing = bytes(face.getmask("\U0010fffd"))
        assert not [sign for sign in run if bytes(face.getmask(sign)) == missing]


def test_the_picture_to_share_shows_the_products_photograph(client, catalogue):
    bare = client.get("/share/lyra/meridian-61.jpg").content
    photo = io.BytesIO()
    Image.new("RGB", (400, 300), "#00a0ff").save(photo, "PNG")
    url = "https://lyra.example/p.png"
    Media.objects.create(product=catalogue.product, url=url)
    store_picture(brand=catalogue.brand, url=url, picture=StoredPicture(photo.getvalue(), 400, 300))
    Product.objects.update(changed_at="2030-01-01T00:00:00Z")
    shown = Image.open(io.BytesIO(client.get("/share/lyra/meridian-61.jpg").content))
    red, _, blue = shown.convert("RGB").crop((930, 315, 931, 316)).tobytes()
    assert blue > 200 and red < 60 and bare


def test_the_site_can_be_installed_in_either_language(client, db):
    for code, direction in (("en", "ltr"), ("he", "rtl")):
        said = client.get(f"/{code}/manifest.webmanifest").json()
        assert (said["lang"], said["dir"], said["start_url"]) == (code, direction, f"/{code}/")
        assert {icon["purpose"] for icon in said["icons"]} == {"any", "maskable"}
    assert "/static/site.css" in client.get("/worker.js").text


@pytest.mark.parametrize(("chosen", "kept"), [("dark", "dark"), ("light", "light"), ("system", ""), ("x<y", "")])
def test_light_or_dark_is_the_readers_choice(client, db, chosen, kept):
    response = client.post("/preferences/theme/", {"theme": chosen, "next": "https://elsewhere.example/"})
    assert response.headers["Location"] == "/"
    html = client.get("/").text
    assert (f'data-theme="{kept}"' in html) if kept else ("data-theme" not in html)


def test_the_list_of_sitemaps_counts_rows_and_reads_none(client, catalogue):
    """Of a hundred thousand documents it would take minutes, for anybody who asks."""
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/sitemap.xml").status_code == 200
    assert asked.captured_queries and all("COUNT(" in one["sql"] for one in asked.captured_queries)
