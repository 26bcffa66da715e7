"""A path to leave out that a careless colleague wrote: no scrape and no dry run hangs on it, and each says which it is."""

import pytest
from django.utils.translation import override

from catalog.models import Brand
from ingestion import dry_orders, dry_run, services
from ingestion.errors import RunRefused, StopRun
from ingestion.models import FrontierUrl, IngestionStatus, RunState, UrlState

from .scrapes import scrape, to_its_end
from .site import page, text

pytestmark = pytest.mark.django_db(transaction=True)
PATTERN = "(x|xx)+$"  # slow on nothing but a long row of one letter
LONG = "/" + "x" * 200 + "!"


@pytest.fixture
def careless(site, brand, monkeypatch) -> Brand:
    """Its pattern is slow on one of the site's addresses, though it was not on those that were made for it."""
    monkeypatch.setattr("catalog.patterns.PROBE", 8)
    brand.exclude_patterns = f"/blog/\n{PATTERN}"
    brand.save()
    site.answers["/"] = page("Home", f'<a href="/a">Tone 1</a><a href="{LONG}">Tone 2</a>')
    site.answers["/a"] = page("Tone 1")
    site.answers[LONG] = page("Tone 2")
    return brand


def said(text: str, place: str = "settings") -> bool:
    return PATTERN in text and LONG in text and "/blog/" in text and place in text


def test_none_begins_with_a_pattern_that_is_known_to_be_slow(site, brand):
    brand.exclude_patterns = f"/blog/\n{PATTERN}"
    for begin in (services.start_run, dry_orders.order, dry_run.look):
        with pytest.raises(RunRefused, match=r"\(x\|xx\)\+\$.* takes too long .*/blog/"):
            begin(brand)
    assert not site.asked


@pytest.mark.parametrize("by", ["link", "sitemap", "redirect"])
def test_a_scrape_ends_at_it_and_says_which_it_is(site, careless, by):
    if by == "sitemap":
        site.answers["/sitemap.xml"] = text(f"{site.base}/a\n{site.base}{LONG}")
    if by == "redirect":
        site.answers["/"] = page("Home", '<a href="/a">Tone 1</a>')
        site.answers["/a"] = (302, {"Location": LONG}, b"")
    run = scrape(careless)
    assert run.state == RunState.FAILED and said(run.last_error)
    with override("he"):
        status = IngestionStatus.objects.get(brand=careless)
        assert run.error_said == status.error_said and said(run.error_said, "הגדרות")
    assert site.counts[LONG] == 0
    assert not FrontierUrl.objects.filter(state=UrlState.FETCHING).exists()


def test_once_it_is_mended_the_next_scrape_reads_all(site, careless):
    assert scrape(careless).state == RunState.FAILED
    Brand.objects.update(exclude_patterns="/blog/")
    careless.refresh_from_db()
    assert scrape(careless).state == RunState.COMPLETED
    assert FrontierUrl.objects.filter(state=UrlState.STORED).count() == 3


def test_a_scrape_whose_pattern_is_changed_while_it_rests_ends_too(site, careless):
    Brand.objects.update(exclude_patterns="")
    careless.refresh_from_db()
    run = services.start_run(careless, enqueue=False, rate=0)
    Brand.objects.update(exclude_patterns=PATTERN)
    assert to_its_end(run).state == RunState.FAILED


def test_a_scrape_whose_pattern_is_none_any_more_ends_and_says_where_to_look(site, brand):
    run = services.start_run(brand, enqueue=False, rate=0)
    Brand.objects.update(exclude_patterns="(")
    ended = to_its_end(run)
    assert (ended.state, ended.error["code"]) == (RunState.FAILED, "bad_pattern") and "settings" in ended.last_error


def test_a_dry_run_ends_at_it_and_says_which_it_is(careless):
    with pytest.raises(StopRun) as stopped:
        dry_run.look(careless)
    assert said(str(stopped.value))
    dry_orders.cache.set(dry_orders.key_of(careless), {"state": "waiting", "token": "a", "at": 0}, 60)
    assert dry_orders.work(careless, "a") == "done"
    assert said(dry_orders.result(careless)["found"]["problem"]["text"])
