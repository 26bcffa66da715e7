"""Hosts: one run at a time, at a pace that is kept from slice to slice, with all the rest that they ask for."""

import asyncio
import contextlib
import sys
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.models import Brand
from ingestion import hosts, services
from ingestion.hosts import Hosts
from ingestion.limiter import HostLimiter, Pace
from ingestion.models import FrontierUrl, Host, IngestionRun, RunState
from ingestion.pipeline import Slice
from ingestion.run_models import Rest
from ingestion.work import work_slice
from tests.installation import Installation, end_group

from .site import Site, page, serve, text


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as served:
        served.answers["/robots.txt"] = text("User-agent: *\nDisallow:\n")
        yield served


@pytest.fixture
def brand(db, site) -> Brand:
    return Brand.objects.create(name="Tonewerk", slug="tonewerk", website=site.base)


def slice_of(brand: Brand) -> Slice:
    run = services.start_run(brand, enqueue=False, rate=0)
    lease = run.acquire("here", 1)
    assert lease
    return Slice(run, lease, seconds=20)


def hosts_of(brand: Brand, tmp_path) -> Hosts:
    work = slice_of(brand)
    return Hosts(work.run, work.lease, asyncio.run(work._crew(tmp_path)))


def server(site: Site) -> str:
    return site.base.removeprefix("http://")


def test_a_host_is_one_run_s_at_a_time_and_given_up_to_who_wants_it(site, brand, tmp_path, monkeypatch):
    monkeypatch.setattr(hosts, "HOLD_SECONDS", 0.0)
    monkeypatch.setattr(hosts, "ASK_AGAIN", 60.0)
    mine = hosts_of(brand, tmp_path)
    other = hosts_of(Brand.objects.create(name="Other", slug="other", website=site.base), tmp_path)
    third = hosts_of(Brand.objects.create(name="Third", slug="third", website=site.base), tmp_path)
    assert mine.take("x.example") and not other.take("x.example")
    assert other.closed() == {"x.example"}
    mine.beat()
    assert "x.example" not in mine.held
    third.taken.clear()
    assert not third.take("x.example"), "it is not its turn"
    other.taken.clear()
    assert other.take("x.example")
    mine.taken.clear()
    assert not mine.take("x.example")


def test_a_host_of_a_worker_that_died_is_free_once_its_lease_is_over(site, brand, tmp_path):
    mine = hosts_of(brand, tmp_path)
    other = hosts_of(Brand.objects.create(name="Other", slug="other", website=site.base), tmp_path)
    mine.take("x.example")
    Host.objects.update(held_until=timezone.now() - timedelta(seconds=1))
    assert other.take("x.example")
    mine.beat()
    assert Host.objects.get().run == other.run


def test_what_a_host_bears_is_kept_for_the_next_slice(site, brand, tmp_path):
    mine = hosts_of(brand, tmp_path)
    mine.limiter.least = 0.5
    mine.take("x.example")
    mine.limiter.pause("x.example", 3600)
    mine.give_all()
    services.cancel_run(mine.run)
    again = hosts_of(brand, tmp_path)
    again.limiter.least = 0.5
    again.take("x.example")
    pace = again.limiter.pace("x.example")
    assert pace.interval == 1.0 and pace.at_once == 2 and pace.asked_for_rest and pace.wait > 3590
    assert again.soonest() is None and again.opens_in("x.example")[1:] == (Rest.ASKED, "x.example")


def test_a_strained_host_is_asked_less_and_recovers():
    pace = Pace(least=0.5)
    for _ in range(4):
        pace.strained()
    assert (pace.interval, pace.at_once) == (1.0, 2)
    for _ in range(30):
        pace.answered(0.1)
    assert (pace.interval, pace.at_once) == (0.5, 4)


def test_a_slow_host_is_asked_less_often():
    pace = Pace(least=0.5)
    pace.answered(0.2)
    for _ in range(60):
        pace.answered(8.0)
    assert pace.interval > 1.9 and pace.at_once == 1


def test_without_a_limit_nothing_slows_a_host_down():
    pace = Pace(least=0.0)
    for _ in range(30):
        pace.strained()
        pace.answered(9.0)
    assert (pace.step, pace.at_once) == (0.0, 4)


def test_who_waits_for_a_place_gets_it_though_others_give_up():
    async def work() -> int:
        limiter = HostLimiter(0)
        limiter.pace("x").at_once = 1
        done = 0

        async def ask() -> None:
            nonlocal done
            async with limiter.turn("x"):
                await asyncio.sleep(0.01)
                done += 1

        tasks = [asyncio.create_task(ask()) for _ in range(9)]
        await asyncio.sleep(0.005)
        for task in tasks[1::2]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return done

    assert asyncio.run(work()) == 5


# --- whole runs ------------------------------------------------------------------------------------------------------


def slice_after_slice(run: IngestionRun) -> None:
    """Until the run is over or rests."""
    while work_slice(run.pk, seconds=20) and not IngestionRun.objects.get(pk=run.pk).is_resting:
        continue
    run.refresh_from_db()


@pytest.mark.django_db(transaction=True)
def test_an_hour_of_rest_is_kept_whole_and_other_hosts_are_read_meanwhile(site, brand):
    with serve() as files:
        files.answers["/robots.txt"] = text("")
        files.answers["/one.pdf"] = (429, {"Retry-After": "3600"}, b"")
        site.answers["/"] = page("Home", f'<a href="{files.base}/one.pdf">Manual</a><a href="/a">A</a>')
        site.answers["/a"] = page("A")
        run = services.start_run(brand, enqueue=False, rate=0)
        slice_after_slice(run)
        assert (run.state, run.rest_reason) == (RunState.QUEUED, Rest.ASKED)
        assert run.rest_about == server(files) and "asks to be left alone" in run.rest_said
        assert run.rest_until > timezone.now() + timedelta(minutes=59)
        assert FrontierUrl.objects.get(url__endswith="/a").state == "stored"
        assert services.wake_runs() == 0 and services.revive_runs() == 0
        assert not work_slice(run.pk, seconds=20), "it is left alone while it rests"
        IngestionRun.objects.update(rest_until=timezone.now())
        Host.objects.update(ready_at=None)
        FrontierUrl.objects.update(not_before=None)
        files.answers["/one.pdf"] = text("no manual any more")
        assert services.wake_runs() == 1
        slice_after_slice(run)
        assert run.state == RunState.COMPLETED and files.counts["/one.pdf"] == 2


@pytest.mark.django_db(transaction=True)
def test_a_crawl_delay_of_minutes_is_kept_without_holding_a_worker(site, brand):
    site.answers["/robots.txt"] = text("User-agent: *\nCrawl-delay: 120\n")
    site.answers["/"] = page("Home")
    run = services.start_run(brand, enqueue=False, rate=0)
    slice_after_slice(run)
    assert run.rest_reason == Rest.SLOWLY and run.rest_until > timezone.now() + timedelta(seconds=100)
    assert [path for _, path in site.asked] == ["/robots.txt"]
    for _ in range(2):
        IngestionRun.objects.update(rest_until=None)
        Host.objects.update(ready_at=None)
        slice_after_slice(run)
    assert [path for _, path in site.asked] == ["/robots.txt", "/sitemap.xml", "/"]


@pytest.mark.django_db(transaction=True)
def test_robots_txt_is_read_once_a_run_and_then_asked_for_changes_only(site, brand):
    told = []

    def robots(handler):
        told.append(handler.headers.get("If-None-Match"))
        if told[-1] == '"r1"':
            return 304, {"ETag": '"r1"'}, b""
        status, headers, body = text("User-agent: *\nDisallow: /closed\n")
        return status, headers | {"ETag": '"r1"'}, body

    site.answers["/robots.txt"] = robots
    site.answers["/"] = page("Home", "".join(f'<a href="/p{n}">{n}</a>' for n in range(40)) + '<a href="/closed">C</a>')
    site.answers |= {f"/p{n}": page(f"Page {n}") for n in range(40)}
    for _ in range(2):
        run = services.start_run(brand, enqueue=False, rate=0)
        slices = 1
        while work_slice(run.pk, seconds=0.05):
            slices += 1
        assert slices > 1
    assert told == [None, '"r1"'] and not site.counts["/closed"]


# --- real processes --------------------------------------------------------------------------------------------------


class Counting(Site):
    """Notes whose pages are under way, and whether those of two brands ever were at the same time."""

    def __init__(self) -> None:
        super().__init__()
        self.under_way: list[str] = []
        self.together: set[frozenset[str]] = set()

    def answer(self, handler):
        whose = handler.path.split("/")[1]
        self.under_way.append(whose)
        time.sleep(0.15)
        self.together.add(frozenset(self.under_way) - {"robots.txt", "sitemap.xml"})
        found = super().answer(handler)
        self.under_way.remove(whose)
        return found


NAMES = ("lyra", "vega", "deneb")
RATE = 12
# The command, which also writes down when each of its requests was given its turn; all processes share that clock.
TELLING = """
import sys
import django; django.setup()
from django.core.management import call_command
from ingestion.limiter import Pace
begin, told = Pace.begin, open(sys.argv[1], "a")
def begin_and_tell(pace):
    begin(pace)
    print(pace.begun_at, file=told, flush=True)
Pace.begin = begin_and_tell
call_command("scrape", sys.argv[2], url=sys.argv[3], inline=True, rate=float(sys.argv[4]))
"""


@pytest.mark.processes
def test_three_brands_on_one_host_take_turns_and_share_its_rate(installation: Installation):
    counting = Counting()
    for name in NAMES:
        links = "".join(f'<a href="/{name}/p{n}">{n}</a>' for n in range(25))
        counting.answers[f"/{name}/"] = page(name, links)
        counting.answers |= {f"/{name}/p{n}": page(f"{name} {n}") for n in range(25)}
    told = installation.folder / "turns"
    with serve(counting) as site, contextlib.ExitStack() as stack:
        processes = []
        for name in NAMES:
            words = (str(told), name, f"{site.base}/{name}/", str(RATE))
            process = installation.start(
                sys.executable, "-c", TELLING, *words, DJANGO_SETTINGS_MODULE="halilit.settings"
            )
            stack.callback(end_group, process)
            processes.append(process)
        assert [process.wait(180) for process in processes] == [0, 0, 0]
    assert all(len(brands) < 2 for brands in counting.together), "two brands were there at once"
    assert all(counting.counts[f"/{name}/p{n}"] == 1 for name in NAMES for n in range(25))
    turns = sorted(map(float, told.read_text().split()))
    arrived = sorted(moment for moment, _ in counting.asked)
    # However late a busy machine lets the site see a request: none came without a turn, and turns keep the rate.
    assert len(turns) >= len(arrived) and all(turn < seen for turn, seen in zip(turns, arrived, strict=False))
    assert max(sum(start <= moment < start + 1 for moment in turns) for start in turns) <= RATE + 1
