"""Whose turn it is: brands, runs and the workers that hold them."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from catalog.models import Brand, Document, DocumentState
from ingestion import control, services
from ingestion.errors import RunRefused
from ingestion.models import FrontierUrl, IngestionRun, IngestionStatus, RunState, WorkerMode, WorkerState
from ingestion.work import work_slice

from .scrapes import states
from .site import Answer, page

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("impatient")]


def test_a_second_run_of_a_brand_is_refused_while_one_is_active(brand):
    services.start_run(brand, enqueue=False)
    with pytest.raises(RunRefused, match="already"):
        services.start_run(brand, enqueue=False)


def test_a_slice_leaves_the_rest_to_the_next(site, brand):
    site.answers["/"] = page("Home", "".join(f'<a href="/p{n}">{n}</a>' for n in range(20)))
    for n in range(20):
        site.answers[f"/p{n}"] = page(f"Page {n}")
    run = services.start_run(brand, enqueue=False, rate=0)
    slices = 1
    while work_slice(run.pk, seconds=0.05):
        slices += 1
    run.refresh_from_db()
    assert slices > 1 and run.counters["stored"] == 21
    assert max(site.counts[f"/p{n}"] for n in range(20)) == 1


def test_a_run_in_other_hands_is_left_alone(site, brand):
    site.answers["/"] = page("Home")
    run = services.start_run(brand, enqueue=False)
    assert run.acquire("elsewhere", 1)
    assert work_slice(run.pk, seconds=None) is False
    assert not site.asked


def test_a_cancelled_run_stops_and_keeps_what_it_read(site, brand):
    run = services.start_run(brand, enqueue=False)
    assert services.cancel_run(run)
    run.refresh_from_db()
    assert run.state == RunState.CANCELLED
    assert not services.cancel_run(run)


def test_a_run_whose_worker_is_gone_is_queued_again_once(brand):
    from django_q.models import OrmQ

    run = services.start_run(brand, enqueue=False)
    run.acquire("another-host", 4242)
    IngestionRun.objects.filter(pk=run.pk).update(heartbeat_at=timezone.now() - timedelta(minutes=1))
    as_another_saw_it = IngestionRun.objects.get(pk=run.pk)
    IngestionRun.objects.filter(pk=run.pk).update(heartbeat_at=timezone.now() - timedelta(seconds=50))
    assert not control.revive(as_another_saw_it), "it was heard of since"
    assert services.revive_runs() == 1
    assert services.revive_runs() == 0
    assert OrmQ.objects.filter(key="scrape").count() == 1


def test_a_run_that_keeps_losing_its_worker_is_given_up(brand):
    run = services.start_run(brand, enqueue=False)
    run.acquire("another-host", 4242)
    IngestionRun.objects.filter(pk=run.pk).update(heartbeat_at=timezone.now() - timedelta(minutes=1), revivals=20)
    assert services.revive_runs() == 0
    run.refresh_from_db()
    assert run.state == RunState.FAILED and "lost 20 times" in run.last_error


def test_a_url_that_takes_its_worker_with_it_is_set_aside_and_what_was_in_flight_beside_it_is_read(site, brand):
    site.answers["/"] = page("Home")
    in_flight = FetchedTogether()
    for name in ("beside", "too", "other"):
        site.answers[f"/{name}"] = in_flight
    run = services.start_run(brand, enqueue=False, rate=0)
    for name, attempts in (("poison", 4), ("beside", 3), ("too", 3), ("other", 1), ("", 1)):
        FrontierUrl.objects.create(
            brand=brand, run=run, url=f"{site.base}/{name}", key=name, state="fetching", attempts=attempts
        )
    work_slice(run.pk, seconds=None)
    assert states()["poison"] == ("failed", "The worker was lost each time that it was fetched.")
    assert {states()[name][0] for name in ("beside", "too", "other", "")} == {"stored"}
    assert in_flight.asked[:2] == ["/beside", "/too"] and in_flight.most == 1, "each suspect is fetched alone"


class FetchedTogether:
    """Answers slowly, and counts how many wait at a time."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.open = self.most = 0

    def __call__(self, handler: Any) -> Answer:
        self.asked.append(handler.path)
        self.open += 1
        self.most = max(self.most, self.open)
        time.sleep(0.1)
        self.open -= 1
        return page(handler.path)


def test_brands_without_documents_come_first_then_failed_then_stale(site):
    for name in ("Stale", "Failed", "Empty", "Inactive"):
        b = Brand.objects.create(name=name, slug=name.lower(), website=site.base, active=name != "Inactive")
        if name in ("Stale", "Failed"):
            Document.objects.create(brand=b, url="x", title="x", state=DocumentState.STORED)
            IngestionStatus.objects.create(
                brand=b,
                state=RunState.FAILED if name == "Failed" else RunState.COMPLETED,
                finished_at=timezone.now() - timedelta(days=3),
            )
    from ingestion.queries import due_brands

    assert [b.name for b in due_brands()] == ["Empty", "Failed", "Stale"]


def test_continuous_mode_scrapes_several_brands_at_once(site, brand, settings):
    for name in ("Second", "Third"):
        Brand.objects.create(name=name, slug=name.lower(), website=site.base)
    services.set_worker("continuous", delay=3600, at_once=2)
    assert services.go_on() is None
    assert IngestionRun.objects.filter(state=RunState.QUEUED).count() == 2


def test_continuous_mode_goes_on_with_the_next_brand_after_the_delay(site, brand):
    other = Brand.objects.create(name="Other", slug="other", website=site.base)
    site.answers["/"] = page("Home")
    run = services.set_worker("continuous", delay=3600, at_once=1)
    assert run is not None
    assert services.go_on() is None, "the only place is taken"
    work_slice(run.pk, seconds=None)
    assert services.go_on() is None, "the delay begins"
    IngestionRun.objects.update(finished_at=timezone.now() - timedelta(seconds=3601))
    following = services.go_on()
    assert following is not None and {run.brand, following.brand} == {brand, other}
    services.stop_worker()
    assert WorkerState.current().mode == WorkerMode.STOPPED
    following.refresh_from_db()
    assert following.state == RunState.CANCELLED


def test_what_is_refused_leaves_the_workers_as_they_were_told(brand):
    services.set_worker("continuous", delay=3600, at_once=2)
    for named in (brand, None):
        with pytest.raises(RunRefused):
            services.set_worker("once", brand=named)
    state = WorkerState.current()
    assert (state.mode, state.delay, state.at_once) == ("continuous", 3600, 2)
