"""NUL characters: no error of a database, whichever it is."""

import pytest

from catalog.models import Brand, Document, DocumentPage
from ingestion.models import Host

pytestmark = pytest.mark.django_db


def test_pages_of_broken_files_are_stored(db):
    document = Document.objects.create(brand=Brand.objects.create(name="A", slug="a"), url="https://a.example/")
    page = DocumentPage.objects.create(document=document, number=1, text="Reset\0 it")
    page.refresh_from_db()
    assert page.text.replace("\0", "") == "Reset it"


def test_what_json_holds_is_stored():
    held = {"text": "a\0b", "path": "c:\\u0000", "both": "\\\0"}
    Host.objects.create(name="a.example", robots=held)
    robots = Host.objects.get().robots
    assert {name: text.replace("\0", "") for name, text in robots.items()} == {
        "text": "ab", "path": "c:\\u0000", "both": "\\"
    }  # fmt: skip


@pytest.mark.parametrize("address", ["/search/?q=reset%00", "/api/products?q=%00", "/?q=%00", "/ask/?q=%00"])
def test_addresses_with_it_are_answered(client, address):
    assert client.get(address).status_code < 500
