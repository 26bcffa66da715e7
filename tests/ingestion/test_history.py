"""What scrapes write down of what changed, and what they leave alone because staff decided it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.storage import default_storage
from django.db import connection, connections, transaction

from catalog import corrections
from catalog.models import Change, Document, Product
from ingestion.extract.records import ProductRecord
from ingestion.products import save_product
from rag.models import Chunk
from rag.upkeep import index_marked
from tests.people import staff_as

from .scrapes import scrape
from .site import page, pdf, serve, text

pytestmark = pytest.mark.django_db(transaction=True)
SPECS = "<table><tr><td>Weight</td><td>3 kg</td></tr><tr><td>Power</td><td>{power}</td></tr><tr><td>Inputs</td><td>2</td></tr></table>"
PRICE = """<script type="application/ld+json">{{"@type": "Product", "name": "{name}", "offers": {{"price": "{price}", "priceCurrency": "EUR"}}}}</script>"""


@pytest.fixture
def site():
    with serve() as served:
        served.answers["/robots.txt"] = text("User-agent: *\n")
        yield served


@pytest.fixture
def dana():
    return staff_as()


def product_page(name: str, *, power: str = "300 W", price: str = "100", links: str = "") -> object:
    return page(name, SPECS.format(power=power) + links, PRICE.format(name=name, price=price))


def kinds() -> list[tuple[str, str]]:
    return list(Change.objects.order_by("pk").values_list("kind", "subject"))


def test_a_changed_page_says_what_changed_in_which_run(site, brand):
    site.answers["/"] = page("Home", '<a href="/products/tone-300">Tone 300</a>')
    site.answers["/products/tone-300"] = product_page("Tone 300")
    scrape(brand)
    assert ("new", "Tone 300") in kinds()
    Change.objects.all().delete()
    site.answers["/products/tone-300"] = product_page("Tone 300", power="350 W", price="90")
    run = scrape(brand)
    found = {change.kind: change for change in Change.objects.all()}
    assert set(found) == {"price", "specification"}
    assert (found["price"].old, found["price"].new) == ("100.00 EUR", "90.00 EUR")
    assert found["specification"].old == [["Tone 300", "Power", "300 W"]]
    assert found["specification"].new == [["Tone 300", "Power", "350 W"]]
    assert {change.run for change in found.values()} == {run.pk}
    product = Product.objects.get()
    assert product.changed_at and product.content_hash


def test_an_unchanged_site_writes_no_change_no_file_and_no_passage_anew(site, brand):
    site.answers["/"] = page("Home", '<a href="/products/tone-300">Tone 300</a>')
    site.answers["/products/tone-300"] = product_page("Tone 300", links='<a href="/m.pdf">Manual</a>')
    site.answers["/m.pdf"] = pdf("Welcome to the Tone 300")
    scrape(brand)
    index_marked()
    before, stored = Change.objects.count(), kept()
    assert len(stored["passages"]) and len(stored["files"]) == 1
    for force in (False, True):
        scrape(brand, force=force)
        assert index_marked() == 0
    assert (Change.objects.count(), kept()) == (before, stored)


def kept() -> dict[str, list[object]]:
    """Passages by number, which a document cut anew gets new ones of, and files with the time they were written."""
    names = Document.objects.exclude(file="").values_list("file", flat=True)
    return {
        "passages": list(Chunk.objects.order_by("pk").values_list("pk", flat=True)),
        "files": [(name, default_storage.get_modified_time(name)) for name in names],
    }


def test_a_page_that_is_missing_twice_is_gone_and_may_come_back(site, brand):
    site.answers["/"] = page("Home", '<a href="/products/tone-300">Tone 300</a>')
    shown = site.answers["/products/tone-300"] = product_page("Tone 300")
    scrape(brand)
    del site.answers["/products/tone-300"]
    scrape(brand)
    assert Product.objects.get().gone_since is None
    scrape(brand)
    assert Product.objects.get().gone_since is not None
    site.answers["/products/tone-300"] = shown
    scrape(brand)
    assert Product.objects.get().gone_since is None and not Document.objects.exclude(gone_since=None).exists()
    assert [kind for kind, subject in kinds() if subject == "Tone 300"] == ["new", "gone", "back"]


def test_new_bytes_at_one_address_are_a_new_version_and_the_old_file_stays_readable(site, brand):
    site.answers["/"] = page("Home", '<a href="/products/tone-300">Tone 300</a>')
    site.answers["/products/tone-300"] = product_page("Tone 300", links='<a href="/m.pdf">Manual</a>')
    site.answers["/m.pdf"] = pdf("Press the red knob")
    scrape(brand)
    site.answers["/m.pdf"] = pdf("Press the blue knob", "And wait")
    scrape(brand)
    document = Document.objects.get(url=f"{site.base}/m.pdf")
    (older,) = document.older_versions.all()
    assert [p.text for p in document.pages.all()] == ["Press the blue knob", "And wait"]
    assert [p.text for p in older.pages.all()] == ["Press the red knob"]
    assert older.hidden and older.file.read(5) == b"%PDF-" and older.file.name != document.file.name
    change = Change.objects.get(kind="version")
    assert change.document == document and change.old and change.new
    assert (change.old["pages"], change.new["pages"]) == (1, 2)


def test_a_later_edition_at_a_new_address_takes_the_place_of_the_older_one(site, brand):
    site.answers["/"] = page("Home", '<a href="/products/tone-300">Tone 300</a>')
    manual = '<a href="/tone300_manual_v{0}.pdf">Owner\'s manual v{0}</a>'
    site.answers["/products/tone-300"] = product_page("Tone 300", links=manual.format("1.9"))
    site.answers["/tone300_manual_v1.9.pdf"] = pdf("Version one point nine")
    scrape(brand)
    site.answers["/products/tone-300"] = product_page("Tone 300", links=manual.format("1.10"))
    site.answers["/tone300_manual_v1.10.pdf"] = pdf("Version one point ten")
    scrape(brand)
    scrape(brand, force=True)
    older, newer = Document.objects.filter(kind="manual").order_by("pk")
    assert older.superseded_by == newer and older.hidden and not newer.hidden
    assert newer.version == "v1.10" and Change.objects.filter(kind="version").count() == 1


def test_corrections_of_each_kind_survive_ten_scrapes(site, brand, dana):
    site.answers["/"] = page(
        "Home", "".join(f'<a href="/products/{s}">{s}</a>' for s in ("a-1", "b-2", "c-3", "d-4", "e-5"))
    )
    for slug in ("a-1", "b-2", "c-3", "d-4"):
        site.answers[f"/products/{slug}"] = product_page(slug.upper(), links=f'<a href="/{slug}.pdf">Manual</a>')
        site.answers[f"/{slug}.pdf"] = pdf(f"Manual of the {slug.upper()}")
    extra = '<a href="/e-5.pdf">Manual</a><a href="/e-5x.pdf">E-5X manual</a>'
    site.answers["/products/e-5"] = product_page("E-5", links=extra)
    site.answers["/e-5.pdf"], site.answers["/e-5x.pdf"] = pdf("Manual of the E-5"), pdf("Manual of the E-5X")
    scrape(brand)
    a, b, c, d, e = (Product.objects.get(name=name) for name in ("A-1", "B-2", "C-3", "D-4", "E-5"))
    manual = {slug: Document.objects.get(url=f"{site.base}/{slug}.pdf") for slug in ("a-1", "b-2", "c-3", "e-5x")}
    corrections.correct_product(a, user=dana, name="Alpha 1", family="Alphas", lifecycle="discontinued")
    corrections.merge(b, into=a, user=dana)
    corrections.hide_product(c, user=dana)
    corrections.hide_document(manual["a-1"], user=dana)
    corrections.move_document(manual["c-3"], source=c, target=d, user=dana)
    corrections.correct_document(manual["b-2"], user=dana, title="Alpha handbook", kind="quick_start", language="he")
    fresh = corrections.split(e, name="E-5X", user=dana, documents=[manual["e-5x"]])
    written = Change.objects.count()
    for turn in range(10):
        for slug in ("a-1", "b-2", "c-3", "d-4"):
            links = f'<a href="/{slug}.pdf">Manual</a>'
            site.answers[f"/products/{slug}"] = product_page(slug.upper(), power=f"{turn} W", links=links)
        scrape(brand, force=bool(turn % 2))
    a, b, c, d, e, fresh = (Product.objects.get(pk=p.pk) for p in (a, b, c, d, e, fresh))
    assert (a.name, str(a.family), a.lifecycle) == ("Alpha 1", "Alphas", "discontinued")
    assert a.locks["name"]["site"] == "A-1" and a.locks["name"]["by"] == "dana"
    assert b.merged_into == a and b.hidden and set(a.documents.all()) >= {manual["a-1"], manual["b-2"]}
    assert c.hidden and not c.merged_into
    assert Document.objects.get(pk=manual["a-1"].pk).hidden
    assert list(manual["c-3"].products.all()) == [d]
    handbook = Document.objects.get(pk=manual["b-2"].pk)
    assert (handbook.title, handbook.kind, handbook.language) == ("Alpha handbook", "quick_start", "he")
    assert list(fresh.documents.all()) == [manual["e-5x"]] and manual["e-5x"] not in e.documents.all()
    assert Product.objects.count() == 6
    later = Change.objects.order_by("pk")[written:]
    assert {change.kind for change in later if change.product} == {"specification"}
    assert {change.kind for change in later if change.document} <= {"name"}  # it is called after its product
    assert all(change.user is None for change in later)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_what_staff_correct_while_its_page_is_being_stored_is_not_written_over(brand, dana):
    url = "https://tonewerk.example/tone-300"
    product, _ = save_product(brand=brand, url=url, record=ProductRecord(name="Tone 300"))

    def stored_again() -> None:
        with transaction.atomic():
            save_product(brand=brand, url=url, record=ProductRecord(name="Tone 300"))
        connections.close_all()

    with ThreadPoolExecutor(1) as scrape_of_it:
        with transaction.atomic():
            corrections.correct_product(product, user=dana, name="Tone 300 Pro")
            storing = scrape_of_it.submit(stored_again)
            while not waits_for_a_lock():
                assert not storing.done()
        storing.result(10)
    product.refresh_from_db()
    assert product.name == "Tone 300 Pro" and product.locks["name"]["by"] == dana.get_username()


def waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return bool(cursor.fetchone()[0])
