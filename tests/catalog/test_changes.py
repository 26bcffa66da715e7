"""The change feed, its table and the staff's forms, as staff get them."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog import corrections, feed
from catalog.changes import product_changed, product_facts
from catalog.models import Change, ChangeKind, Product
from tests.people import staff_as

from .conftest import add_manual, add_product


@pytest.fixture
def dana(client: Client):
    dana = staff_as()
    client.force_login(dana)
    return dana


def repriced(product: Product, price: str) -> None:
    before = product_facts(product)
    product.price, product.currency = price, "EUR"
    product.save()
    product.refresh_from_db()
    product_changed(product, before)


def test_visitors_do_not_see_what_changed(client, catalogue):
    for address in ("/staff/changes/", "/staff/changes.csv"):
        assert client.get(address).status_code == 302


def test_the_feed_shows_before_and_after_of_each_field(client, catalogue, dana):
    repriced(catalogue.product, "99")
    repriced(catalogue.product, "89")
    html = client.get("/staff/changes/").text
    assert "<del" in html and "99.00 EUR" in html and "89.00 EUR" in html


def test_the_feed_is_filtered_by_kind_brand_date_and_maker(client, catalogue, dana):
    repriced(catalogue.product, "99")
    corrections.hide_document(catalogue.manual, user=dana)

    def shown(query: str) -> set[str]:
        return {entry.change.kind for entry in client.get(f"/staff/changes/?{query}").context["entries"]}

    assert shown("") == {"price", "hidden"}
    assert shown("kind=price") == {"price"} and shown("by=staff") == {"hidden"}
    assert shown("since=2999-01-01") == set() and shown("until=1999-01-01") == set()
    assert shown("brand=lyra") == {"price", "hidden"}
    assert shown("brand=nobody&since=nonsense&page=x") == {"price", "hidden"}


def test_a_day_is_that_of_the_site_and_any_date_is_one(catalogue):
    late, early = (feed.midnight(date(2026, 7, day)) for day in (2, 1))
    assert (late.hour, late - early) == (0, timedelta(days=1))
    made = Change.objects.create(brand=catalogue.product.brand, subject="Tone", kind=ChangeKind.PRICE)
    Change.objects.filter(pk=made.pk).update(at=late - timedelta(seconds=1))
    day = date(2026, 7, 1)
    assert list(feed.changes(feed.Wanted(since=day, until=day))) == [made]
    assert not feed.changes(feed.Wanted(since=date(2026, 7, 2))) and not feed.changes(
        feed.Wanted(until=date(2026, 6, 30))
    )
    assert list(feed.changes(feed.Wanted(since=date.min, until=date.max)))[-1] == made


def test_specification_rows_stand_side_by_side():
    old = [["", "Weight", "3 kg"], ["", "Colour", "red"]]
    new = [["", "Weight", "4 kg"], ["", "Depth", "2 cm"]]
    lines = list(feed.specification_lines(old, new))
    assert [(line.label, line.old, line.new, line.state) for line in lines] == [
        ("Weight", "3 kg", "4 kg", "changed"),
        ("Colour", "red", "", "removed"),
        ("Depth", "", "2 cm", "added"),
    ]


def test_the_table_holds_no_formulas_and_every_compared_value(client, catalogue, dana):
    corrections.correct_product(catalogue.product, user=dana, name="=HYPERLINK(1)")
    rows = list(csv.DictReader(io.StringIO(client.get("/staff/changes.csv").text.removeprefix("\ufeff"))))
    assert [(row["before"], row["after"], row["who"]) for row in rows] == [
        ("Meridian 61 MkII <Limited>", "'=HYPERLINK(1)", "dana")
    ]


def test_the_feed_asks_the_same_number_of_queries_for_any_rows(client, catalogue, dana):
    repriced(catalogue.product, "99")
    corrections.hide_document(catalogue.manual, user=dana)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/staff/changes/").status_code == 200
        return len(captured)

    few = queries()
    for n in range(20):
        product = add_product(catalogue.brand, f"Tone {n}", f"tone-{n}")
        repriced(product, str(n + 1))
        corrections.hide_document(add_manual(product, f"Tone {n} manual", ["text"]), user=dana)
    assert queries() == few


def test_staff_correct_a_product_on_its_own_page(client, catalogue, dana):
    product, other = catalogue.product, add_product(catalogue.brand, "Meridian 61 Black", "meridian-61-black")
    page = client.get(product.get_absolute_url()).text
    assert "For staff" in page
    sent = {"name": "Meridian 61", "family": "Synths", "lifecycle": "discontinued"}
    response = client.post(f"/staff/products/{product.pk}/correct/", sent, follow=True)
    assert "Corrected." in response.text and "decided by dana" in response.text
    response = client.post(f"/staff/products/{other.pk}/merge/", {"into": "meridian 61"}, follow=True)
    assert response.redirect_chain[-1][0] == product.get_absolute_url()
    merged = Change.objects.get(kind=ChangeKind.MERGED)
    client.post(f"/staff/changes/{merged.pk}/undo/")
    other.refresh_from_db()
    assert not other.hidden
    client.post(f"/staff/products/{other.pk}/hide/")
    assert client.get(other.get_absolute_url()).status_code == 200
    assert Client().get(other.get_absolute_url()).status_code == 404


def test_a_name_that_is_none_is_answered_with_the_nearest(client, catalogue, dana):
    other = add_product(catalogue.brand, "Meridian 49", "meridian-49")
    response = client.post(f"/staff/products/{catalogue.product.pk}/merge/", {"into": "Meridan 49"}, follow=True)
    assert "Did you mean “Meridian 49”?" in response.text
    other.refresh_from_db()
    assert other.merged_into is None


def test_staff_split_a_product_and_move_and_withdraw_a_document(client, catalogue, dana):
    product, manual = catalogue.product, catalogue.manual
    sent = {"name": "Meridian 49", "documents": [manual.pk], "page": ""}
    client.post(f"/staff/products/{product.pk}/split/", sent)
    fresh = Product.objects.get(name="Meridian 49")
    assert list(fresh.documents.all()) == [manual]
    client.post(f"/staff/documents/{manual.pk}/move/", {"source": fresh.pk, "target": product.name})
    assert list(manual.products.all()) == [product]
    sent = {"title": "Handbook", "kind": "quick_start", "language": "he"}
    assert "Corrected." in client.post(f"/staff/documents/{manual.pk}/correct/", sent, follow=True).text
    client.post(f"/staff/documents/{manual.pk}/withdraw/")
    assert Client().get(f"/documents/{manual.pk}/").status_code == 404
    assert Client().get(f"/documents/{manual.pk}/file/").status_code == 404
    assert "withdrawn" in client.get(f"/documents/{manual.pk}/").text


def test_visitors_cannot_correct(client, catalogue):
    for path in (f"products/{catalogue.product.pk}/hide/", f"documents/{catalogue.manual.pk}/withdraw/"):
        assert client.post(f"/staff/{path}").status_code == 302
    assert "For staff" not in client.get(catalogue.product.get_absolute_url()).text
    assert not Change.objects.exists()
