"""The same file under several addresses: what is kept does not depend on which of them was read first."""

from collections.abc import Callable
from itertools import permutations
from pathlib import Path

import pytest
from django.db import transaction

from catalog.models import Brand, Document, DocumentPage, Product, ProductDocument
from ingestion.extract.records import DocumentLink
from ingestion.pdf import PdfText
from ingestion.store.files import store_file
from ingestion.store.naming import link_documents
from ingestion.store.outcome import Stored

HOST = "https://alike.example/files"
TEXT = PdfText(pages=("The manual says how it is used. " * 5, "Le mode d'emploi dit comment on s'en sert. " * 5))

pytestmark = pytest.mark.django_db


@pytest.fixture
def brand() -> Brand:
    return Brand.objects.create(name="Alike", slug="alike", website="https://alike.example/")


def read(brand: Brand, name: str, tmp_path: Path, *, title: str = "", digest: str = "ab" * 32) -> Stored:
    path = tmp_path / "file.pdf"
    path.write_bytes(b"%PDF-1.7 " + digest.encode())
    return store_file(
        brand=brand, url=f"{HOST}/{name}", title=title, path=path, content_hash=digest, size=9, text=TEXT, heading=name
    )


def product(brand: Brand, name: str) -> Product:
    return Product.objects.create(brand=brand, name=name, slug=name.lower(), page_url=f"https://alike.example/{name}")


def linked(brand: Brand, product: Product, *links: tuple[str, str]) -> None:
    found = [
        DocumentLink(url=f"{HOST}/{name}", title=title, kind="manual", language="", certain=True)
        for name, title in links
    ]
    link_documents(brand, product, tuple(found))


def tables(brand: Brand) -> tuple[object, ...]:
    return (
        sorted(
            brand.documents.values_list(
                "url",
                "title",
                "kind",
                "state",
                "language",
                "content_hash",
                "page_count",
                "duplicate_of__url",
                "version",
            )
        ),
        sorted(ProductDocument.objects.values_list("product__name", "document__url", "title", "order")),
        sorted(DocumentPage.objects.values_list("document__url", "number", "language")),
    )


def test_whatever_comes_first_the_same_is_kept(brand: Brand, tmp_path: Path):
    one, two = product(brand, "One"), product(brand, "Two")
    events: list[Callable[[], object]] = [
        lambda: read(brand, "manual.pdf", tmp_path, title="Manual"),
        lambda: read(brand, "manual_rev2.pdf", tmp_path),
        lambda: read(brand, "old/firmware-notes.pdf", tmp_path, title="Notes"),
        lambda: linked(brand, one, ("manual.pdf", "Owner's manual"), ("old/firmware-notes.pdf", "Release notes")),
        lambda: linked(brand, two, ("manual_rev2.pdf", "User guide"), ("old/firmware-notes.pdf", "Release notes")),
    ]
    found = set()
    for order in list(permutations(events))[::5]:
        with transaction.atomic():
            for event in order:
                event()
            found.add(repr(tables(brand)))
            transaction.set_rollback(True)
    assert len(found) == 1, "\n".join(sorted(found)[:3])
    assert f"('{HOST}/manual.pdf', " in found.pop()


def test_a_better_address_takes_the_row_over_with_all_that_hangs_on_it(brand: Brand, tmp_path: Path):
    first = read(brand, "a/manual-copy.pdf", tmp_path, title="Manual")
    kept = Document.objects.get()
    later = read(brand, "manual.pdf", tmp_path, title="Manual")
    assert (first.documents, later.duplicate_of, later.copy) == (
        [kept.pk], f"{HOST}/manual.pdf", f"{HOST}/a/manual-copy.pdf",
    )  # fmt: skip
    kept.refresh_from_db()
    assert (kept.url, kept.state, kept.pages.count()) == (f"{HOST}/manual.pdf", "stored", 2)
    assert kept.duplicates.get().url == f"{HOST}/a/manual-copy.pdf"
    assert not read(brand, "a/manual-copy.pdf", tmp_path, title="Manual").changed


def test_what_a_person_sent_stays_under_its_own_name(brand: Brand, tmp_path: Path):
    path = tmp_path / "sent.pdf"
    path.write_bytes(b"%PDF-1.7 sent")
    store_file(brand=brand, url="file:a-very-long-name-of-a-manual.pdf", title="Sent", path=path, content_hash="ab" * 32, size=9, text=TEXT)  # fmt: skip
    assert read(brand, "m.pdf", tmp_path).duplicate_of == "file:a-very-long-name-of-a-manual.pdf"


def test_copies_part_when_one_of_them_changes(brand: Brand, tmp_path: Path):
    one = product(brand, "One")
    read(brand, "m.pdf", tmp_path)
    read(brand, "other.pdf", tmp_path)
    linked(brand, one, ("other.pdf", "Guide"))
    assert Document.objects.get(url=f"{HOST}/m.pdf").products.get() == one
    assert read(brand, "m.pdf", tmp_path, digest="cd" * 32).parted == [f"{HOST}/other.pdf"]
    read(brand, "other.pdf", tmp_path)
    kept = {row.url.rpartition("/")[2]: row for row in brand.documents.filter(hidden=False)}
    assert {name: row.state for name, row in kept.items()} == {"m.pdf": "stored", "other.pdf": "stored"}
    assert not kept["m.pdf"].products.exists() and kept["other.pdf"].products.get() == one
