"""Faults of disk, database and clock: a page that says what they mean, a line on a terminal, and work that goes on."""

import errno
import sqlite3
import time
from datetime import timedelta

import httpx
import pytest
from django.core.cache import cache
from django.db import OperationalError, ProgrammingError
from django.test import RequestFactory
from django.utils import timezone
from django_q.models import OrmQ, Schedule

from halilit.console import inbox
from halilit.console.models import ProblemKind
from halilit.ops import clock, troubles
from halilit.ops.cache import Cache
from ingestion.control import worker_is_dead
from ingestion.models import IngestionRun, RunState
from rag.models import Answer, Conversation
from tests.installation import Installation

FAULTS = [
    (OperationalError("no such table: catalog_brand"), "unmigrated", "being set up"),
    (OperationalError("database or disk is full"), "full", "Reading and searching go on"),
    (OSError(errno.ENOSPC, "No space left on device"), "full", "Reading and searching go on"),
    (OperationalError("attempt to write a readonly database"), "read-only", "Reading and searching go on"),
    (OSError(errno.EROFS, "Read-only file system"), "read-only", "Reading and searching go on"),
    (OperationalError("database is locked"), "locked", "very busy"),
    (OperationalError("unable to open database file"), "away", "does not answer"),
]


@pytest.fixture(autouse=True)
def forgotten():
    yield
    cache.delete(troubles.MEMORY)


@pytest.mark.parametrize(("error", "kind", "words"), FAULTS, ids=[f"{kind}-{error}" for error, kind, _ in FAULTS])
def test_a_fault_has_a_page_that_says_what_it_means_and_keeps_the_question(error, kind, words):
    request = RequestFactory().post("/ask/", {"question": "How heavy is <it>?"})
    response = troubles.answer(request, error)
    assert response is not None and response.status_code == 503 and response["Retry-After"]
    page = response.content.decode()
    assert words in page and "How heavy is &lt;it&gt;?" in page and str(error) not in page
    assert troubles.met() == kind and troubles.in_one_line(error)


def test_a_cause_behind_another_exception_is_found_and_a_mistake_of_ours_is_none():
    try:
        try:
            raise sqlite3.OperationalError("database is locked")
        except sqlite3.OperationalError as cause:
            raise OperationalError("database is locked") from cause
    except OperationalError as error:
        wrapped = RuntimeError("while asking")
        wrapped.__cause__ = error
    assert troubles.kind_of(wrapped) == "locked"
    for other in (ValueError("is locked"), ProgrammingError("syntax error"), FileNotFoundError(2, "gone"), None):
        assert troubles.kind_of(other) == ""


def test_the_api_says_it_as_a_problem():
    response = troubles.answer(RequestFactory().get("/api/brands"), OperationalError("database is locked"))
    assert response is not None
    assert (response.status_code, response["Content-Type"]) == (503, "application/problem+json")


def test_staff_find_a_fault_in_the_inbox(admin_client):
    troubles.remember("locked")
    assert ProblemKind.STORAGE_FAILING in {entry.fact.kind for entry in inbox.entries()}
    assert "Nothing can be stored" in admin_client.get("/staff/attention/").text


def test_a_cache_that_cannot_be_written_keeps_nothing_and_fails_nobody(tmp_path):
    lame = Cache(str(tmp_path / "cache"), {})
    (tmp_path / "cache").rmdir()
    (tmp_path / "cache").touch()
    lame.set("a", 1)
    assert lame.get("a") is None and lame.get_or_set("a", lambda: 2) == 2
    assert lame.add("a", 1) is False and lame.delete("a") is False and lame.has_key("a") is False


@pytest.mark.parametrize("left", [0, 1, 12, -5])
def test_a_cache_file_that_is_there_in_part_is_as_if_it_were_not(tmp_path, left):
    kept = Cache(str(tmp_path), {})
    kept.set("a", "x" * 1000)
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:left])
    assert kept.get("a") is None and kept.add("a", 2) is True
    assert kept.get("a") == 2
    file.write_bytes(b"\x00nothing that was ever pickled")
    assert kept.get("a") is None


def test_a_cache_file_with_any_byte_changed_fails_nobody(tmp_path):
    kept = Cache(str(tmp_path), {})
    kept.set("a", "x" * 1000)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    for place in range(len(whole)):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 0x0C]) + whole[place + 1 :])
        assert kept.has_key("a") in (True, False) and kept.get("a") in (None, "x" * 1000)


@pytest.mark.processes
def test_without_tables_commands_and_pages_say_what_to_do(tmp_path):
    new = Installation(tmp_path, extra={"DATABASE_URL": f"sqlite:///{tmp_path}/new.sqlite3"})
    for words in (["seed_brands"], ["qcluster"]):
        done = new.manage(*words, check=False)
        assert done.returncode == 1 and "run manage.py migrate" in done.stderr
        assert "Traceback" not in done.stderr and len(done.stderr.strip().splitlines()) <= 6
    with new.web() as base:
        for path in ("/", "/brands/", "/ask/", "/api/brands"):
            response = httpx.get(base + path, follow_redirects=True)
            assert response.status_code == 503, path
            assert "being set up" in response.text and "Traceback" not in response.text


class TestTheClockWentBack:
    """An hour: rows that were written before it went back lie in the future."""

    AHEAD = timedelta(hours=1)

    def test_it_is_noticed_once(self, monkeypatch):
        watched, now = clock.Clock(), time.time
        assert not watched.went_back()
        monkeypatch.setattr(clock.time, "time", lambda: now() - 3600)
        assert watched.went_back()
        assert not watched.went_back()

    def test_a_worker_that_died_meanwhile_is_not_taken_for_alive(self, brand):
        ahead = timezone.now() + self.AHEAD
        run = IngestionRun.objects.create(
            brand=brand, state=RunState.RUNNING, start_url="http://x/", lease="a" * 32, worker_host="elsewhere",
            worker_pid=1, heartbeat_at=ahead,
        )  # fmt: skip
        assert not worker_is_dead(run)
        clock.set_right()
        run.refresh_from_db()
        assert run.heartbeat_at and run.heartbeat_at <= timezone.now()

    def test_tasks_schedules_and_answers_do_not_wait_for_the_clock(self, db):
        ahead = timezone.now() + self.AHEAD
        task = OrmQ.objects.create(key="default", payload="x", lock=ahead)
        answer = Answer.objects.create(conversation=Conversation.objects.create(), question="x", lease_at=ahead)
        minute = Schedule.objects.filter(schedule_type=Schedule.MINUTES, minutes=1).first()
        assert minute
        Schedule.objects.filter(pk=minute.pk).update(next_run=ahead)
        assert clock.set_right() >= 3
        for row in (task, answer, minute):
            row.refresh_from_db()
        now = timezone.now()
        assert task.lock <= now and answer.lease_at and answer.lease_at <= now and minute.next_run <= now

    def test_what_is_due_later_stays_so(self, db):
        clock.set_right()
        weekly = Schedule.objects.filter(minutes=1440).first()
        assert weekly
        Schedule.objects.filter(pk=weekly.pk).update(next_run=timezone.now() + timedelta(hours=20))
        assert clock.set_right() == 0
