"""A visit of one product's page alone: what it links to is read anew, and nothing else of the site."""

import pytest

from catalog.models import Brand, Document, DocumentState, Product
from ingestion import run_log, services
from ingestion.errors import RunRefused
from ingestion.models import FrontierUrl, IngestionRun, RunState

from .scrapes import scrape, to_its_end
from .site import Site, page, pdf, serve, text

pytestmark = pytest.mark.django_db(transaction=True)
MANUAL = '<a href="/files/tone-300.pdf">Manual of the Tone 300</a>'


@pytest.fixture
def site():
    with serve() as served:
        served.answers["/robots.txt"] = text("User-agent: *\n")
        links = '<a href="/products/tone-300">Tone 300</a> <a href="/products/tone-500">Tone 500</a>'
        served.answers["/"] = page("Home", links)
        served.answers["/products/tone-300"] = page("Tone 300", f"<p>An amplifier.</p>{MANUAL}")
        served.answers["/products/tone-500"] = page("Tone 500", "<p>A larger amplifier.</p>")
        served.answers["/files/tone-300.pdf"] = (404, {}, b"")
        yield served


@pytest.fixture
def product(site: Site) -> Product:
    """Of a brand that was read once: the manual could not be."""
    brand = Brand.objects.create(name="Tonewerk", slug="tonewerk", website=site.base)
    scrape(brand)
    return Product.objects.get_or_create(
        brand=brand, page_url=f"{site.base}/products/tone-300", defaults={"name": "Tone 300", "slug": "tone-300"}
    )[0]


def again(product: Product) -> IngestionRun:
    run = services.visit_again(product)
    IngestionRun.objects.filter(pk=run.pk).update(requests_per_second=0)
    return to_its_end(run)


def asked(site: Site) -> set[str]:
    return {path for _, path in site.asked if not path.startswith("/robots")}


def test_its_page_and_the_documents_there_are_read_and_nothing_else(site, product):
    site.answers["/files/tone-300.pdf"] = pdf("Welcome to the Tone 300. Press both buttons to reset it.")
    site.asked.clear()
    run = again(product)
    assert run.state == RunState.COMPLETED
    assert asked(site) == {"/products/tone-300", "/files/tone-300.pdf"}
    assert Document.objects.get(url__endswith="tone-300.pdf").state == DocumentState.STORED


def test_pages_below_it_belong_to_it_and_new_pages_elsewhere_do_not(site, product):
    links = f'{MANUAL}<a href="/products/tone-300/downloads">Downloads</a><a href="/products/tone-700">Tone 700</a>'
    site.answers["/products/tone-300"] = page("Tone 300", f"<p>An amplifier.</p>{links}")
    site.answers["/products/tone-300/downloads"] = page("Downloads", '<a href="/files/chart.pdf">MIDI chart</a>')
    site.answers["/products/tone-700"] = page("Tone 700")
    site.answers["/files/chart.pdf"] = pdf("MIDI implementation chart of the Tone 300")
    site.asked.clear()
    again(product)
    assert {"/products/tone-300/downloads", "/files/chart.pdf"} <= asked(site)
    assert "/products/tone-700" not in asked(site)


def test_a_product_on_the_home_page_does_not_make_it_the_whole_site(site, product):
    product.page_url = f"{site.base}/"
    site.asked.clear()
    assert again(product).state == RunState.COMPLETED
    assert asked(site) == {"/"}


def test_what_other_runs_know_stays_theirs_and_the_next_whole_run_reads_everything(site, product):
    elsewhere = FrontierUrl.objects.get(url__endswith="/products/tone-500")
    run = again(product)
    assert FrontierUrl.objects.get(pk=elsewhere.pk).run_id == elsewhere.run_id != run.pk
    whole = scrape(product.brand)
    assert whole.urls.count() == FrontierUrl.objects.count()


def test_it_is_compared_with_no_visit_of_the_whole_site_and_no_such_with_it(product):
    first = IngestionRun.objects.get()
    alone = again(product)
    assert run_log.before(alone) is None
    assert run_log.before(scrape(product.brand)) == first


def test_a_page_that_is_gone_is_said(site, product):
    site.answers["/products/tone-300"] = (404, {}, b"")
    run = again(product)
    assert run.state == RunState.FAILED
    assert "/products/tone-300" in run.last_error


def test_a_product_that_only_a_manual_names_has_no_page_to_visit(product):
    product.page_url = "manual:tone-300"
    with pytest.raises(RunRefused, match="No page of Tone 300 is known"):
        services.visit_again(product)
