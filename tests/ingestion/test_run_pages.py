"""Staff's pages of runs: what is shown of each, and what its log can be asked for."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import Brand
from ingestion import services
from ingestion.models import FrontierUrl, IngestionRun, IngestionStatus, RunState
from tests.people import staff_as

from .scrapes import scrape
from .site import Site, page, serve

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def dana(client: Client):
    client.force_login(staff_as())
    return client


@pytest.fixture
def brand():
    return Brand.objects.create(name="Tonewerk", slug="tonewerk", requests_per_second=0)


def scraped(brand: Brand, site: Site) -> IngestionRun:
    return scrape(brand, start_url=site.base + "/", rate=None)


@pytest.fixture
def run(brand):
    with serve() as site:
        site.answers["/"] = page("Start", '<a href="/one">One</a> <a href="/lost">Lost</a> <a href="/same">Same</a>')
        site.answers["/one"] = page("One")
        site.answers["/same"] = page("One", head='<link rel="canonical" href="/one">')
        yield scraped(brand, site)


def test_a_run_shows_each_address_with_its_outcome_and_reason(dana, run):
    shown = dana.get(f"/staff/runs/{run.pk}/").content.decode()
    for path in ("/one", "/lost", "/same"):
        assert f"{path}</bdi>" in shown
    assert "There is no such page" in shown and ">404<" in shown


def test_the_log_is_narrowed_by_outcome_reason_stage_and_address(dana, run):
    def paths(query: str) -> set[str]:
        found = dana.get(f"/staff/runs/{run.pk}/?{query}").context["page"]
        return {entry.url.removeprefix(run.start_url.rstrip("/")) for entry in found}

    assert paths("outcome=failed") == {"/lost"}
    assert paths("outcome=duplicate") == {"/same"}
    assert paths("code=missing") == {"/lost"}
    assert paths("q=on") == {"/one"}
    assert paths("stage=fetch") == {"/lost"}
    assert paths("outcome=nonsense&page=99") == {"/", "/one", "/lost", "/same"}


def test_reasons_are_counted_in_the_readers_language(dana, run):
    reasons = {code: (text, n) for code, text, n in dana.get(f"/staff/runs/{run.pk}/").context["reasons"]}
    assert reasons["missing"][1] == 1
    hebrew = dana.get(f"/staff/runs/{run.pk}/", headers={"Accept-Language": "he"})
    assert {c: t for c, t, _ in hebrew.context["reasons"]}["missing"] != reasons["missing"][0]


def test_the_log_is_a_table_without_formulas(dana, run):
    run.log.filter(code="missing").update(code="", reason="=HYPERLINK(1)")
    answer = dana.get(f"/staff/runs/{run.pk}.csv?outcome=failed")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 2
    assert "'=HYPERLINK(1)" in rows[1]


def test_a_run_is_compared_with_the_one_before(dana, brand, run):
    IngestionRun.objects.filter(pk=run.pk).update(counters=run.counters | {"stored": 40})
    later = IngestionRun.objects.create(
        brand=brand, state=RunState.COMPLETED, counters={"stored": 38}, start_url=run.start_url
    )
    figures = {figure.label: figure for figure in dana.get(f"/staff/runs/{later.pk}/").context["figures"]}
    assert (figures["Stored"].now, figures["Stored"].difference) == (38, "-2")


def test_a_run_at_work_is_asked_for_again_and_its_end_reloads_the_page(dana, brand):
    run = services.start_run(brand, start_url="https://tonewerk.example/", enqueue=False)
    FrontierUrl.objects.create(brand=brand, run=run, url="https://tonewerk.example/next", key="next")
    part = dana.get(f"/staff/runs/{run.pk}/", headers={"HX-Request": "true"})
    shown = part.content.decode()
    assert 'hx-trigger="every' in shown and "<h1>" not in shown and "tonewerk.example/next" in shown
    assert "HX-Refresh" not in part
    services.cancel_run(run)
    assert dana.get(f"/staff/runs/{run.pk}/", headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_runs_are_listed_by_brand_and_state_in_a_constant_number_of_queries(dana, brand, run):
    other = Brand.objects.create(name="Klangbau", slug="klangbau")
    IngestionRun.objects.create(brand=other, state=RunState.FAILED, last_error="Nothing could be read.")

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            dana.get("/staff/runs/")
        return len(seen)

    few = queries()
    for _ in range(8):
        IngestionRun.objects.create(brand=other, state=RunState.COMPLETED)
    assert queries() == few
    assert {r.brand.name for r in dana.get("/staff/runs/?brand=tonewerk").context["page"]} == {"Tonewerk"}
    assert [r.last_error for r in dana.get("/staff/runs/?state=failed").context["page"]] == ["Nothing could be read."]


def test_visitors_are_sent_to_the_login(client, run):
    for address in ("/staff/runs/", f"/staff/runs/{run.pk}/", f"/staff/runs/{run.pk}.csv"):
        assert client.get(address).status_code == 302


def test_a_run_without_a_log_says_so(dana, brand):
    run = IngestionRun.objects.create(brand=brand, state=RunState.CANCELLED)
    IngestionStatus.objects.filter(brand=brand).delete()
    assert "Nothing has been looked at yet." in dana.get(f"/staff/runs/{run.pk}/").content.decode()


@pytest.mark.parametrize(("seconds", "shown"), [(0.4, "0:00"), (75, "1:15"), (3723, "1:02:03")])
def test_a_run_says_how_long_it_took(seconds, shown):
    began = timezone.now()
    run = IngestionRun(started_at=began, finished_at=began + timedelta(seconds=seconds))
    assert run.took == shown
    assert IngestionRun(started_at=began).took == ""
