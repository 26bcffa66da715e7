"""Plans of visits: rhythm and quiet hours by Israel's clock, priorities, and brands that keep failing."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from catalog.models import Brand
from ingestion import clock, plans, queries, services, tasks
from ingestion.models import IngestionRun, Priority, RunState, Trigger, VisitPlan, WorkerState
from ingestion.progress import end_run
from ingestion.run_models import Rest
from ingestion.work import work_slice

from .site import page, serve, text


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


# Israel's clock goes from 2:00 to 3:00 on 27 March 2026, and from 2:00 back to 1:00 on 25 October 2026.
@pytest.mark.parametrize(
    ("expression", "after", "expected"),
    [
        ("30 3 * * *", utc(2026, 1, 10, 12), utc(2026, 1, 11, 1, 30)),  # winter: two hours ahead
        ("30 3 * * *", utc(2026, 7, 10, 12), utc(2026, 7, 11, 0, 30)),  # summer: three
        ("30 2 * * *", utc(2026, 3, 26, 12), utc(2026, 3, 27, 0, 30)),  # leapt over: comes at 3:30
        ("30 1 * * *", utc(2026, 10, 24, 12), utc(2026, 10, 24, 22, 30)),  # the first of two
        ("30 1 * * *", utc(2026, 10, 24, 22, 30), utc(2026, 10, 25, 23, 30)),  # not the second
        ("0 9 * * 0", utc(2026, 7, 10, 12), utc(2026, 7, 12, 6)),  # Sunday
    ],
)
def test_cron_means_the_clock_on_israel_s_walls(expression, after, expected):
    assert clock.next_cron(expression, after) == expected


@pytest.mark.parametrize(
    ("hours", "now", "until"),
    [
        ((time(8), time(17)), utc(2026, 7, 10, 6), utc(2026, 7, 10, 14)),
        ((time(8), time(17)), utc(2026, 7, 10, 14), None),
        ((time(22), time(6)), utc(2026, 7, 10, 20), utc(2026, 7, 11, 3)),  # over midnight, before it
        ((time(22), time(6)), utc(2026, 7, 11, 1), utc(2026, 7, 11, 3)),  # and after it
        ((time(22), time(6)), utc(2026, 7, 11, 3), None),
        ((time(22), time(6)), utc(2026, 3, 26, 21), utc(2026, 3, 27, 3)),  # the night that lacks an hour
        ((None, None), utc(2026, 7, 10, 6), None),
    ],
)
def test_quiet_hours_end_when_the_clock_says_so(hours, now, until):
    assert clock.quiet_until(hours, now) == until


@pytest.fixture
def brand(db) -> Brand:
    return Brand.objects.create(name="Tonewerk", slug="tonewerk", website="http://127.0.0.1:9/")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"cron": "every morning"}, "no cron expression"),
        ({"cron": "* * * * * *"}, "five parts"),
        ({"cron": "0 3 * * *", "every_hours": 2}, "not both"),
        ({"every_hours": 0}, "greater than or equal to 1"),
        ({"quiet_from": time(8)}, "begin and an end"),
        ({"quiet_from": time(8), "quiet_until": time(8)}, "no time at all"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused_with_what_is_wrong(brand, given, said):
    with pytest.raises(ValidationError, match=said):
        plans.change_plan(brand, **given)
    assert not VisitPlan.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_is_due_by_plan_is_started_once_and_the_next_visit_planned(brand):
    plan = plans.change_plan(brand, every_hours=6)
    assert plan.next_at > timezone.now() + timedelta(hours=5)
    assert services.start_planned() == 0
    VisitPlan.objects.update(next_at=timezone.now() - timedelta(days=2))
    assert services.start_planned() == 1 and services.start_planned() == 0
    assert IngestionRun.objects.get().trigger == Trigger.PLAN
    plan.refresh_from_db()
    assert plan.next_at > timezone.now() + timedelta(hours=5), "it catches up once, not for each time that was missed"


def test_changing_something_else_leaves_the_next_visit(brand):
    plan = plans.change_plan(brand, cron="0 3 * * *")
    VisitPlan.objects.update(next_at=utc(2030, 1, 1), failures=2)
    plans.change_plan(brand, cron="0  3 * * *", priority=Priority.LOW)
    plan.refresh_from_db()
    assert (plan.next_at, plan.priority) == (utc(2030, 1, 1), Priority.LOW)
    assert plans.change_plan(brand).next_at is None


def fail(brand: Brand) -> VisitPlan:
    run = services.start_run(brand, enqueue=False)
    end_run(run, RunState.FAILED, error="Nothing could be read.")
    return VisitPlan.objects.get(brand=brand)


def test_a_brand_that_keeps_failing_is_set_aside_for_longer_and_longer(brand):
    assert not fail(brand).is_set_aside and not fail(brand).is_set_aside
    plan = fail(brand)
    first = plan.set_aside_until - timezone.now()
    assert plan.is_set_aside and plan.set_aside_reason == "Nothing could be read."
    assert brand not in queries.due_brands()
    assert fail(brand).set_aside_until - timezone.now() > first * 1.5
    for _ in range(30):
        plan = fail(brand)
    assert plan.set_aside_until - timezone.now() <= timedelta(days=7)
    assert plans.release(brand) and not plans.release(brand)
    plan.refresh_from_db()
    assert plan.failures == 0 and not plan.is_set_aside


def test_a_run_that_completes_forgives_what_failed_before(brand):
    fail(brand)
    end_run(services.start_run(brand, enqueue=False), RunState.COMPLETED)
    assert VisitPlan.objects.get().failures == 0


def test_urgent_brands_are_due_first_and_low_ones_last(brand):
    for name, priority in (("Urgent", Priority.URGENT), ("Low", Priority.LOW)):
        plans.change_plan(Brand.objects.create(name=name, slug=name, website="http://127.0.0.1:9/"), priority=priority)
    assert [each.name for each in queries.due_brands()] == ["Urgent", "Tonewerk", "Low"]


@pytest.fixture
def site():
    with serve() as served:
        served.answers["/robots.txt"] = text("")
        served.answers["/"] = page("Home")
        yield served


@pytest.mark.django_db(transaction=True)
def test_a_worker_takes_the_urgent_run_first_and_forgets_none(site):
    from django_q.models import OrmQ

    brands = [Brand.objects.create(name=name, slug=name, website=site.base) for name in ("patient", "pressing")]
    patient = services.start_run(brands[0], rate=0)
    pressing = services.start_run(brands[1], rate=0, priority=Priority.URGENT)
    OrmQ.objects.filter(pk=OrmQ.objects.earliest("pk").pk).delete()  # its worker has taken it
    assert tasks.run_slice(patient.pk) == RunState.COMPLETED
    pressing.refresh_from_db()
    assert pressing.state == RunState.COMPLETED
    assert queries.queued_run_ids() == {patient.pk, pressing.pk}
    OrmQ.objects.all().delete()
    assert tasks.run_slice(pressing.pk) == RunState.COMPLETED, "a task too many does nothing"
    assert tasks.run_slice(patient.pk) == RunState.COMPLETED


def quiet_now() -> dict[str, Any]:
    now = clock.local_time(timezone.now())
    return {
        "quiet_from": (now - timedelta(hours=1)).time(),
        "quiet_until": (now + timedelta(hours=1)).time().replace(microsecond=0),
    }


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("whose", ["the brand's", "everybody's"])
def test_a_run_rests_in_quiet_hours_and_goes_on_after_them(site, whose):
    brand = Brand.objects.create(name="Tonewerk", slug="tonewerk", website=site.base)
    if whose == "the brand's":
        plans.change_plan(brand, **quiet_now())
    else:
        services.set_quiet_hours(*quiet_now().values())
    run = services.start_run(brand, enqueue=False, rate=0)
    assert work_slice(run.pk, seconds=20)
    run.refresh_from_db()
    assert (run.state, run.rest_reason) == (RunState.QUEUED, Rest.QUIET) and not site.asked
    assert timedelta(minutes=59) < run.rest_until - timezone.now() < timedelta(minutes=61)
    VisitPlan.objects.update(quiet_from=None, quiet_until=None)
    services.set_quiet_hours(None, None)
    IngestionRun.objects.update(rest_until=None)
    work_slice(run.pk, seconds=20)
    run.refresh_from_db()
    assert run.state == RunState.COMPLETED


@pytest.mark.django_db(transaction=True)
def test_an_urgent_run_does_not_rest(site):
    brand = Brand.objects.create(name="Tonewerk", slug="tonewerk", website=site.base)
    services.set_quiet_hours(*quiet_now().values())
    run = services.start_run(brand, enqueue=False, rate=0, priority=Priority.URGENT)
    work_slice(run.pk, seconds=20)
    run.refresh_from_db()
    assert run.state == RunState.COMPLETED


def test_staff_plan_a_brand_s_visits_and_release_it(brand, client, admin_user):
    client.force_login(admin_user)
    address = f"/staff/brands/{brand.pk}/plan/"
    refused = client.post(address, {"cron": "sometimes", "priority": 1})
    assert refused.status_code == 422 and "no cron expression" in refused.text and "sometimes" in refused.text
    client.post(address, {"cron": "30 3 * * 1-5", "priority": 2, "quiet_from": "08:00", "quiet_until": "17:00"})
    assert "03:30" in client.get(address).text and "next visit" in client.get("/staff/").text
    for _ in range(3):
        fail(brand)
    assert "Nothing could be read." in client.get(address).text and "set aside until" in client.get("/staff/").text
    client.post(f"/staff/brands/{brand.pk}/release/")
    assert "set aside until" not in client.get("/staff/").text
    assert client.get(f"/admin/catalog/brand/{brand.pk}/change/").status_code == 200
    client.post("/staff/worker/quiet/", {"quiet_from": "08:00", "quiet_until": ""})
    assert WorkerState.objects.filter(quiet_from=None).count() == 1
    client.post("/staff/worker/quiet/", {"quiet_from": "08:00", "quiet_until": "17:30"})
    assert 'value="17:30"' in client.get("/staff/").text
