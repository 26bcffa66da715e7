"""What is kept does not depend on the order in which pages were read."""

from collections.abc import Callable
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from catalog.models import Brand, Document, Product
from catalog.slugs import product_slug
from ingestion import frontier
from ingestion.frontier import Found, Known
from ingestion.models import FrontierUrl, IngestionRun, UrlKind, UrlState
from ingestion.pdf import PdfText
from ingestion.slugs import settle_slugs
from ingestion.store.files import store_file

HOME = "https://order.example/"
MANUAL = f"{HOME}files/m.pdf"
LINKS = [  # a page, and what it calls the manual
    Found(MANUAL, UrlKind.DOCUMENT, title="Read me", found_on=f"{HOME}support/all/files/"),
    Found(MANUAL, UrlKind.DOCUMENT, title="Owner's manual", heading="Files", found_on=f"{HOME}support/"),
    Found(MANUAL, UrlKind.DOCUMENT, title="Handbook", found_on=f"{HOME}zupport/"),
    Found(MANUAL, UrlKind.DOCUMENT, title="", found_on=HOME),
]

pytestmark = pytest.mark.django_db


@pytest.fixture
def run() -> IngestionRun:
    brand = Brand.objects.create(name="Order", slug="order", website=HOME)
    return IngestionRun.objects.create(brand=brand, start_url=HOME, started_at=timezone.now())


def each_order(things: list[Any], read: Callable[[list[Any]], Any]) -> list[Any]:
    """What each order leads to; nothing of one is left for the next."""
    results = []
    for order in permutations(things):
        with transaction.atomic():
            results.append(read(list(order)))
            transaction.set_rollback(True)
    return results


def test_the_page_of_the_shortest_address_says_what_a_document_is_called(run: IngestionRun):
    def read(links: list[Found]) -> object:
        known = Known(run)
        for link in links:
            frontier.add(run, [link], known)
        return FrontierUrl.objects.values_list("title", "heading", "found_on").get()

    assert set(each_order(LINKS, read)) == {("Owner's manual", "Files", f"{HOME}support/")}


def test_a_link_that_comes_after_the_document_was_read_names_it_too(run: IngestionRun, tmp_path: Path):
    path = tmp_path / "m.pdf"

    def read(links: list[Found]) -> object:
        known = Known(run)
        frontier.add(run, links[:1], known)
        path.write_bytes(b"%PDF-1.7")
        row = FrontierUrl.objects.get()
        store_file(
            brand=run.brand, url=row.url, title=row.title, heading=row.heading, path=path, content_hash="ab" * 32,
            size=8, text=PdfText(pages=("The manual says how it is used. " * 5,)),
        )  # fmt: skip
        FrontierUrl.objects.update(state=UrlState.STORED)
        frontier.add(run, links[1:], known)
        document = Document.objects.get()
        return document.title, document.kind, document.clues["title"], document.clues.get("heading")

    assert len(set(each_order(LINKS[:2], read))) == 1


def test_the_page_of_the_shortest_address_has_the_plain_slug(run: IngestionRun):
    def read(paths: list[str]) -> object:
        for path in paths:
            name = "CP 2" if path == "cp-2" else "CP"
            Product.objects.create(
                brand=run.brand, name=name, slug=product_slug(run.brand.pk, name), page_url=HOME + path
            )
        settle_slugs(run)
        return tuple(Product.objects.order_by("page_url").values_list("page_url", "slug"))

    found = set(each_order(["a/cp", "b/cp", "a/old/cp", "cp-2"], read))
    assert len(found) == 1
    assert dict(found.pop())[f"{HOME}a/cp"] == "cp"


def test_a_slug_that_was_handed_out_by_an_earlier_run_stays(run: IngestionRun):
    older = Product.objects.create(brand=run.brand, name="CP", slug="cp", page_url=f"{HOME}products/old/cp")
    Product.objects.filter(pk=older.pk).update(first_seen=run.started_at - timedelta(days=1))
    newer = Product.objects.create(brand=run.brand, name="CP", slug="cp-2", page_url=f"{HOME}cp")
    settle_slugs(run)
    assert {older.pk: "cp", newer.pk: "cp-2"} == dict(Product.objects.values_list("pk", "slug"))
