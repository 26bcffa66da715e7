"""Stored files on their way out: the right name and type, and nothing that could act in the site's name."""

import asyncio
import io

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import AsyncClient, Client
from PIL import Image

from catalog.models import Document, ProductDocument
from tests.ingestion.site import pdf

from .conftest import add_manual

PDF = b"%PDF-1.4 " + b"x" * 700_000


@pytest.fixture
def manual(catalogue):
    catalogue.manual.file.save("ab12.pdf", ContentFile(PDF))
    return catalogue.manual


def test_a_pdf_opens_in_the_browser_under_the_name_that_it_had(client: Client, manual):
    response = client.get(f"/documents/{manual.pk}/file/")
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"] == 'inline; filename="Meridian-61-User-Guide.pdf"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.getvalue() == PDF


@pytest.mark.django_db(transaction=True)
def test_the_asynchronous_server_sends_the_same_bytes_block_by_block(manual):
    async def fetch() -> list[bytes]:
        response = await AsyncClient().get(f"/documents/{manual.pk}/file/")
        return [block async for block in response.streaming_content]  # type: ignore[attr-defined]

    blocks = asyncio.run(fetch())
    assert b"".join(blocks) == PDF and len(blocks) > 1


@pytest.mark.parametrize("mime", ["text/html", "image/svg+xml", "application/xhtml+xml", "application/zip", ""])
def test_what_could_act_in_the_sites_name_is_only_saved(client: Client, catalogue, mime):
    page = add_manual(catalogue.product, "Hostile", [], mime_type=mime, url="https://lyra.example/evil.html")
    page.file.save("evil.html", ContentFile(b"<script>alert(1)</script>"))
    response = client.get(f"/documents/{page.pk}/file/")
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["Content-Type"] == "application/octet-stream"


def test_a_title_with_quotes_and_hebrew_makes_a_valid_file_name(client: Client, catalogue):
    document = add_manual(catalogue.product, 'מדריך "קצר"\r\nX: y', [], url="https://lyra.example/download?id=7")
    document.file.save("ab.pdf", ContentFile(PDF))
    header = client.get(f"/documents/{document.pk}/file/").headers["Content-Disposition"]
    assert header.startswith("inline; filename*=utf-8''%D7%9E") and "\n" not in header


def test_what_staff_withdrew_is_left_in_no_browser(client: Client, admin_client: Client, catalogue):
    manual = catalogue.manual
    manual.file.save("ab12.pdf", ContentFile(pdf("A page")[2]))
    Document.objects.filter(pk=manual.pk).update(content_hash="ab12", hidden=True)
    for address in ("", "file/", "pages/1/", "pages/1/1x.jpg?v=ab12"):
        kept = admin_client.get(f"/documents/{manual.pk}/{address}").headers["Cache-Control"]
        assert "no-store" in kept, address
        assert client.get(f"/documents/{manual.pk}/{address}").status_code == 404


def test_nor_is_it_named_by_what_repeats_it(client: Client, catalogue):
    twin = add_manual(catalogue.product, "The same", [], state="duplicate", url="https://lyra.example/same.pdf")
    Document.objects.filter(pk=twin.pk).update(duplicate_of=catalogue.manual)
    ProductDocument.objects.filter(document=catalogue.manual).delete()
    page = "/products/lyra/meridian-61/"
    assert catalogue.manual.title in client.get(page).text
    Document.objects.filter(pk=catalogue.manual.pk).update(hidden=True)
    assert catalogue.manual.title not in client.get(page).text


def test_a_document_without_stored_file_has_none_to_send(client: Client, catalogue):
    assert client.get(f"/documents/{catalogue.page.pk}/file/").status_code == 404


def test_a_stored_picture_is_sent_to_be_kept(client: Client, db):
    default_storage.save("media/a.webp", ContentFile(b"RIFF"))
    response = client.get("/media/media/a.webp")
    assert response.headers["Content-Type"] == "image/webp"
    assert "max-age" in response.headers["Cache-Control"]
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert not {"Vary", "Permissions-Policy", "Content-Language"} & set(response.headers), "said to pages alone"


@pytest.mark.parametrize(
    "name", ["documents/a.pdf", "media/a.html", "media/a.svg", "media/../documents/a.webp", "media/missing.webp"]
)
def test_only_stored_pictures_are_sent_as_pictures(client: Client, db, name):
    for stored in ("documents/a.pdf", "media/a.html", "media/a.svg", "documents/a.webp"):
        default_storage.save(stored, ContentFile(b"x"))
    assert client.get(f"/media/{name}").status_code == 404


def drawn(width: int, height: int, kind: str = "PNG") -> ContentFile:
    kept = io.BytesIO()
    Image.new("RGB", (width, height), "#2266aa").save(kept, kind)
    return ContentFile(kept.getvalue())


def size_of(client: Client, address: str) -> tuple[int, int]:
    response = client.get(address)
    return Image.open(io.BytesIO(response.getvalue())).size


def test_pictures_come_in_the_sizes_in_which_pages_show_them(client: Client, db):
    default_storage.save("media/large.png", drawn(1200, 900))
    assert size_of(client, "/media/media/large.png?w=360") == (360, 270)
    assert size_of(client, "/media/media/large.png?w=360") == (360, 270), "the kept one"
    assert client.get("/media/media/large.png?w=360").headers["Content-Type"] == "image/webp"
    assert size_of(client, "/media/media/large.png") == (1200, 900)


@pytest.mark.parametrize("width", ["361", "0", "-1", "x", "99999999999999999999", "3²"])
def test_other_sizes_are_not_made_however_often_they_are_asked_for(client: Client, db, width):
    default_storage.save("media/large.png", drawn(1200, 900))
    assert size_of(client, f"/media/media/large.png?w={width}") == (1200, 900)
    assert not default_storage.exists("thumbnails")


def test_a_picture_that_is_small_or_broken_is_sent_as_it_is(client: Client, db):
    default_storage.save("media/small.png", drawn(100, 50))
    default_storage.save("media/broken.webp", ContentFile(b"RIFF"))
    assert size_of(client, "/media/media/small.png?w=360") == (100, 50)
    assert client.get("/media/media/broken.webp?w=360").getvalue() == b"RIFF"
