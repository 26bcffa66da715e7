"""The console's first page and its inbox: what they say is what is."""

import re
from datetime import timedelta
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone
from django_q.brokers import get_broker
from django_q.status import Stat

from catalog import shared
from catalog.models import Brand, Document
from halilit.console import facts, inbox, workers
from halilit.console.models import Problem, ProblemKind
from halilit.keeping import last
from halilit.keeping.manifest import Manifest
from halilit.models import Shared
from ingestion import progress, queries
from ingestion.models import IngestionRun, IngestionStatus, IngestLog, RunState
from rag.models import Answer, Conversation

HTMX = {"HX-Request": "true"}
COUNTED = {"stored": 80, "unchanged": 20}


@pytest.fixture
def logged_in(client, staff):
    client.force_login(staff)
    return client


def run_of(brand, state, *, counters=COUNTED, ago=1.0, **values):
    at = timezone.now() - timedelta(hours=ago)
    return IngestionRun.objects.create(
        brand=brand, state=state, start_url="http://x/", started_at=at, finished_at=at, counters=counters, **values
    )


def test_a_scrape_at_work_shows_its_pace_its_end_and_its_controls(logged_in, brand):
    run = IngestionRun.objects.create(
        brand=brand, state=RunState.RUNNING, start_url="http://x/", started_at=timezone.now()
    )
    progress.begin_status(run)
    IngestionStatus.objects.update(
        percent=40, urls_discovered=1000, urls_processed=400, current_document="http://x/k-25"
    )
    rows = [IngestLog(brand=brand, run=run, url=f"http://x/{n}", outcome="success") for n in range(60)]
    IngestLog.objects.bulk_create(rows)
    IngestLog.objects.update(created_at=timezone.now() - timedelta(seconds=20))
    page = logged_in.get("/staff/").content.decode()
    assert "400 of 1,000 addresses" in page
    assert re.search(r"[12]\.\d a second", page) and re.search(r"about \d+\sminutes left", page)
    assert f"/staff/runs/{run.pk}/pause/" in page and f"/staff/runs/{run.pk}/cancel/" in page


def test_a_poll_is_small_and_says_nothing_twice(logged_in, brand):
    page = logged_in.get("/staff/").content.decode()
    [seen] = re.findall(r"/staff/\?seen=(\w+)&amp;runs=", page)
    assert logged_in.get("/staff/", {"seen": seen, "runs": ""}, headers=HTMX).status_code == 204
    run = IngestionRun.objects.create(brand=brand, start_url="http://x/")
    changed = logged_in.get("/staff/", {"seen": seen, "runs": ""}, headers=HTMX)
    assert f"cancel-{run.pk}" in changed.text and len(changed.content) < 5_000


def test_the_page_asks_for_the_rest_again_when_a_scrape_has_begun(logged_in, brand):
    IngestionRun.objects.create(brand=brand, state=RunState.RUNNING, start_url="http://x/", started_at=timezone.now())
    polled = logged_in.get("/staff/", {"seen": "other", "runs": ""}, headers=HTMX)
    assert polled.headers["HX-Trigger-After-Swap"] == "runs-changed"


def kinds():
    return {fact.kind for fact in facts.facts()} - {ProblemKind.WORKER_SILENT}  # no clusters in these tests


def test_a_new_installation_has_no_problems_but_that_nothing_runs(db):
    assert kinds() == set()
    assert [fact.key for fact in facts.silent_workers()] == ["clusters"]


@pytest.mark.parametrize(("seconds", "keys"), [(5, []), (100, ["clusters"])])
def test_a_cluster_alone_is_a_problem_once_the_other_had_time_to_start(db, monkeypatch, seconds, keys):
    monkeypatch.setattr(facts, "reports", lambda: [SimpleNamespace(uptime=lambda: seconds)])
    assert [fact.key for fact in facts.silent_workers()] == keys


def test_a_failed_run_is_a_problem_until_the_brand_is_read_again(brand):
    run = run_of(brand, RunState.FAILED, last_error="It was silent.")
    IngestionStatus.objects.create(brand=brand, run=run, state=RunState.FAILED, last_error=run.last_error)
    assert kinds() == {ProblemKind.RUN_FAILED}
    IngestionStatus.objects.update(state=RunState.COMPLETED)
    assert kinds() == set()


def test_far_fewer_pages_than_last_time_are_a_problem_and_a_few_less_are_not(brand):
    run_of(brand, RunState.COMPLETED, ago=9)
    run = run_of(brand, RunState.COMPLETED, counters={"stored": 85})
    assert kinds() == set()
    IngestionRun.objects.filter(pk=run.pk).update(counters={"stored": 30})
    assert kinds() == {ProblemKind.FEWER_PAGES}


def test_documents_that_are_gone_and_questions_without_answer_are_problems(brand):
    Document.objects.update(gone_since=timezone.now())
    conversation = Conversation.objects.create()
    Answer.objects.create(conversation=conversation, question="Which stand?", state="done", abstained=True)
    Answer.objects.create(conversation=conversation, question="How loud?", state="done", feedback=-1)
    assert kinds() == {ProblemKind.DOCUMENTS_GONE, ProblemKind.UNANSWERED, ProblemKind.LOW_RATED}


def test_a_run_without_a_sign_of_life_is_a_problem(brand):
    old = timezone.now() - timedelta(minutes=5)
    run = IngestionRun.objects.create(brand=brand, state=RunState.RUNNING, start_url="http://x/", heartbeat_at=old)
    assert f"run {run.pk}" in [fact.key for fact in facts.silent_workers()]


def failed(brand):
    run = run_of(brand, RunState.FAILED)
    IngestionStatus.objects.update_or_create(brand=brand, defaults={"run": run, "state": RunState.FAILED})


def open_about(brand):
    return [entry for entry in inbox.opened() if entry.fact.brand == brand]


def test_what_is_noted_leaves_the_inbox_says_by_whom_and_comes_back_when_it_recurs(logged_in, brand):
    failed(brand)
    inbox.refresh()
    [entry] = open_about(brand)
    sent = {"kind": entry.fact.kind.value, "key": entry.fact.key, "mark": entry.fact.mark}
    page = logged_in.post("/staff/attention/note/", sent, follow=True).content.decode()
    assert open_about(brand) == [] and "noted by" in page and "dana" in page
    failed(brand)
    assert len(open_about(brand)) == 1


def test_what_was_noted_and_is_well_again_is_new_when_it_comes_back(brand, staff):
    failed(brand)
    [entry] = open_about(brand)
    assert inbox.take_note(kind=entry.fact.kind, key=entry.fact.key, mark=entry.fact.mark, user=staff)
    IngestionStatus.objects.update(state=RunState.COMPLETED)
    inbox.refresh()
    assert Problem.objects.get(kind="run_failed").gone_at
    IngestionStatus.objects.update(state=RunState.FAILED)
    assert len(open_about(brand)) == 1


def test_a_note_about_what_is_no_longer_so_is_refused(logged_in, brand):
    sent = {"kind": "run_failed", "key": str(brand.pk), "mark": "7"}
    page = logged_in.post("/staff/attention/note/", sent, follow=True).content.decode()
    assert "no longer so" in page and not Problem.objects.exists()


def test_every_kind_of_problem_has_its_words():
    from halilit.console.telling import TELLERS

    assert set(TELLERS) == set(ProblemKind)


def test_settings_of_a_brand_are_explained_and_bad_ones_refused(logged_in, brand):
    address = f"/staff/brands/{brand.slug}/"
    values = {
        "website": brand.website,
        "max_pages": 50,
        "requests_per_second": 1,
        "render_mode": "auto",
        "active": "on",
    }
    bad = logged_in.post(address, values | {"exclude_patterns": "/blog(", "extra_hosts": "https://x.example/a"})
    assert bad.status_code == 422 and "cannot be understood" in bad.text and "is no host name" in bad.text
    assert logged_in.post(address, values | {"exclude_patterns": "/blog/"}).status_code == 302
    brand.refresh_from_db()
    assert (brand.max_pages, brand.exclude_patterns) == (50, "/blog/")


def test_two_runs_are_compared_address_by_address(logged_in, brand):
    before, after = run_of(brand, RunState.COMPLETED, ago=9), run_of(brand, RunState.COMPLETED)
    for run, urls in ((before, {"a": "success", "b": "success"}), (after, {"a": "failed", "c": "success"})):
        for name, outcome in urls.items():
            IngestLog.objects.create(brand=brand, run=run, url=f"http://x/{name}", outcome=outcome)
    page = logged_in.get(f"/staff/runs/compare/?run={after.pk}").content.decode()
    assert "no longer met" in page and "failing now" in page and "for the first time" in page
    assert logged_in.get("/staff/runs/compare/?run=x").status_code == 404


def test_the_first_page_needs_the_same_queries_for_any_number_of_runs(logged_in, brand, django_assert_max_num_queries):
    for number in range(20):
        other = Brand.objects.create(name=f"B{number}", slug=f"b{number}", website="http://x/")
        run = run_of(other, RunState.RUNNING if number % 2 else RunState.QUEUED)
        progress.begin_status(run)
    with django_assert_max_num_queries(32):
        logged_in.get("/staff/")


class Reporting(Stat):
    """A cluster of another host, as it reports itself there."""

    def __init__(self, host: str, number: int) -> None:
        self.host, self.cluster_id, self.broker = host, f"{host}-{number}", get_broker()
        self.pid, self.status, self.workers, self.tob = number, "Idle", [number + 1], timezone.now()


def test_hosts_see_each_others_clusters_in_their_database(db, settings, tmp_path):
    """Each has a data folder of its own, and none of the others' is in sight."""
    settings.CACHES = settings.CACHES | {
        "default": settings.CACHES["default"] | {"LOCATION": tmp_path},
        "shared": {"BACKEND": "halilit.ops.cache.Table", "LOCATION": "halilit_shared"},
    }
    assert [fact.said for fact in facts.silent_workers()] == [{"alive": 0, "wanted": 2}]
    for number in (100, 200):
        Reporting("worker-7", number).save()
        shared.cache.set(workers.key_of("worker-7", number + 1), {"cluster": "scrape", "memory": 5}, 60)
    assert {each["host"] for each in queries.clusters()} == {"worker-7"} and facts.silent_workers() == []
    assert [cluster.workers[0].memory for cluster in workers.clusters([])] == [5, 5]
    assert Shared.objects.count() == 5  # the list, and each cluster's and worker's own
    with pytest.raises(SystemExit, match="1"):
        call_command("clusters", "--expect", "1", stderr=StringIO())  # a watchdog looks after its own host


def test_clusters_that_cannot_be_asked_for_are_not_called_silent(monkeypatch):
    def away():
        raise OperationalError("the server is not there")

    monkeypatch.setattr("halilit.management.commands.clusters.clusters", away)
    with pytest.raises(SystemExit, match="2"):
        call_command("clusters", "--expect", "1", stderr=StringIO())


def test_a_backup_that_is_missed_stands_in_the_inbox_until_one_is_made(db, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    assert facts.backup() == []  # this installation is some minutes old
    last.note(tmp_path, Manifest((timezone.now() - timedelta(days=3)).isoformat(), {}))
    assert "There is no recent backup" in [entry.told.title for entry in inbox.entries()]
    last.note(tmp_path, Manifest(timezone.now().isoformat(), {}))
    assert facts.backup() == []
