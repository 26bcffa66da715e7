"""Pausing, resuming and cancelling runs: the moves in this process, and what real workers do about them."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from catalog.models import Brand
from ingestion import control, services
from ingestion.errors import RunRefused
from ingestion.models import FrontierUrl, IngestionRun, IngestionStatus, RunState
from ingestion.run_models import MOVES
from ingestion.work import work_slice
from tests.installation import Installation, end_group, wait_until

from .busy import PROMISE, RATE, browsers, busy_site, finish, state, value, work_in_flight
from .scrapes import to_its_end
from .site import Site, page, serve, text


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as served:
        served.answers["/robots.txt"] = text("User-agent: *\nDisallow:\n")
        yield served


@pytest.fixture
def brand(db, site) -> Brand:
    return Brand.objects.create(name="Tonewerk", slug="tonewerk", website=site.base)


def waiting_run(brand: Brand) -> IngestionRun:
    return services.start_run(brand, enqueue=False, rate=0)


@pytest.mark.parametrize("start", RunState.values)
@pytest.mark.parametrize("end", RunState.values)
def test_a_run_moves_only_along_the_drawn_ways(brand, start, end):
    run = waiting_run(brand)
    IngestionRun.objects.filter(pk=run.pk).update(state=start)
    allowed = start in MOVES[end]
    assert run.move(RunState(end)) is allowed
    assert run.state == (end if allowed else start)


def test_a_paused_run_is_in_nobody_s_hands_and_goes_on_where_it_stood(brand):
    run = waiting_run(brand)
    lease = run.acquire("here", os.getpid())
    assert lease
    row = FrontierUrl.objects.create(brand=brand, run=run, url="x", key="x", state="fetching", attempts=1)
    assert services.pause_run(run) and not services.pause_run(run)
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("queued", 0)
    assert not run.beat(lease) and run.acquire("here", 1) is None
    assert IngestionStatus.objects.get(brand=brand).state == RunState.PAUSED
    as_another_saw_it = IngestionRun.objects.get(pk=run.pk)
    assert services.resume_run(run, enqueue=False) and not services.resume_run(run)
    lease = run.acquire("here", 1)
    assert lease and not services.resume_run(as_another_saw_it) and run.beat(lease)


def test_a_paused_brand_is_not_scraped_a_second_time(brand):
    services.pause_run(waiting_run(brand))
    with pytest.raises(RunRefused, match="paused"):
        services.start_run(brand, enqueue=False)


@pytest.mark.django_db(transaction=True)
def test_a_run_that_is_paused_and_resumed_reads_each_page_once(site, brand):
    site.answers["/"] = page("Home", "".join(f'<a href="/p{n}">{n}</a>' for n in range(12)))
    for n in range(12):
        site.answers[f"/p{n}"] = page(f"Page {n}")
    run = waiting_run(brand)
    work_slice(run.pk, seconds=0.05)
    assert services.pause_run(run) and not work_slice(run.pk, seconds=None)
    assert run.state == RunState.PAUSED
    services.resume_run(run, enqueue=False)
    to_its_end(run)
    assert run.state == RunState.COMPLETED and run.counters["stored"] == 13
    assert max(site.counts.values()) == 1 or site.counts["/robots.txt"] == max(site.counts.values())


def test_an_interrupted_run_is_taken_up_by_the_next_command(brand):
    run = waiting_run(brand)
    assert control.take_up(brand) is None  # it waits for the queue's workers
    run.acquire(socket.gethostname(), 2**22 + 1)  # more than the kernel numbers: no such process
    assert control.take_up(brand) == run
    services.pause_run(run)
    assert control.take_up(brand) == run
    run.refresh_from_db()
    assert run.state == RunState.QUEUED


# --- real processes --------------------------------------------------------------------------------------------------


@pytest.mark.processes
@pytest.mark.browser
@pytest.mark.parametrize(("word", "reached"), [("--cancel", "cancelled"), ("--pause", "paused")])
def test_whatever_is_in_flight_is_dropped_as_soon_as_a_run_is_stopped(
    word: str, reached: str, installation: Installation, site: Site
):
    with work_in_flight(installation, site) as (held, _):
        assert reached in installation.manage("scrape", "tonewerk", word).stdout
        wait_until(lambda: held.open == 0, PROMISE, "the requests are dropped")
        assert state(installation) == reached
        wait_until(lambda: not browsers(installation), 10, "the browser has ended")
        asked = len(site.asked)
        wait_until(lambda: not value(installation, "select count(*) from django_q_ormq"), 20, "the queue is empty")
        assert len(site.asked) == asked, "it was asked for more after the stop"
    assert not value(installation, "select count(*) from ingestion_frontierurl where state = 'fetching'")
    assert (
        value(installation, "select count(*) from ingestion_frontierurl where url like '%/slow%' and state = 'queued'")
        == 2
    )


@pytest.mark.processes
@pytest.mark.browser
def test_a_worker_that_is_told_to_end_leaves_no_browser_and_a_run_that_goes_on(installation: Installation, site: Site):
    with work_in_flight(installation, site):
        finish(site)
        os.kill(value(installation, "select worker_pid from ingestion_ingestionrun"), signal.SIGTERM)
        wait_until(lambda: not browsers(installation), 10, "the browser has ended")
        wait_until(lambda: state(installation) == "completed", 60, "the run completes")
    assert not value(installation, "select count(*) from ingestion_frontierurl where state = 'failed'")
    assert value(installation, "select revivals from ingestion_ingestionrun") == 0


@pytest.mark.processes
@pytest.mark.browser
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_command_that_is_interrupted_is_gone_on_with_by_the_same_command(
    number: int, installation: Installation, site: Site
):
    held = busy_site(site)
    words = (sys.executable, "manage.py", "scrape", "Tonewerk", "--url", site.base, "--inline", "--rate", RATE)
    process = installation.start(*words)
    try:
        wait_until(lambda: held.open == 2 and browsers(installation), 90, "requests and the browser are at work")
        finish(site)
        process.send_signal(number)
        assert process.wait(60) == 1
    except subprocess.TimeoutExpired:
        pytest.fail("it did not end")
    finally:
        end_group(process)
    wait_until(lambda: not browsers(installation), 10, "the browser has ended")
    assert state(installation) == "paused"
    assert "goes on" in installation.manage("scrape", "tonewerk", "--inline", "--rate", "0").stderr
    assert state(installation) == "completed"
    assert value(installation, "select count(*) from ingestion_ingestionrun") == 1
