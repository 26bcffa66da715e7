"""Problems are told by e-mail and by a signed webhook: gathered, outside quiet hours, and never twice."""

import hashlib
import hmac
import json
import threading
from datetime import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.utils import timezone

from halilit.console import inbox, notices, summary
from halilit.console.models import Problem
from ingestion.models import IngestionRun, IngestionStatus, RunState, WorkerMode, WorkerState


@pytest.fixture
def told(brand, settings):
    """A failed scrape, and somebody who wants to know."""
    settings.NOTIFY_EMAILS, settings.NOTIFY_EVERY, settings.ADDRESS = ["dana@example.com"], 0, "https://x.example"
    run = IngestionRun.objects.create(brand=brand, state=RunState.FAILED, start_url="http://x/")
    IngestionStatus.objects.create(brand=brand, run=run, state=RunState.FAILED, last_error="It was silent.")
    inbox.refresh()
    return brand


def test_problems_are_gathered_in_one_message_and_told_once(told):
    assert notices.notify() == 2  # the scrape, and that no cluster runs
    assert notices.notify() == 0
    [message] = mail.outbox
    assert "The scrape of Lumenhall failed" in message.body and "https://x.example/staff/" in message.body


def test_no_name_of_a_brand_writes_a_line_into_a_letters_head(told):
    told.name = "Lumenhall\r\nBcc: thief@evil.example\r\n\r\n<b>"
    told.save()
    assert notices.notify() == 2
    [letter] = mail.outbox
    head = letter.message().items()
    assert letter.recipients() == ["dana@example.com"] and not [name for name, _value in head if name == "Bcc"]
    assert not [value for _name, value in head if "evil" in value]


def test_nothing_is_sent_in_quiet_hours_and_all_of_it_afterwards(told, settings):
    settings.NOTIFY_QUIET = (time(0, 0), time(23, 59, 59))
    assert notices.notify() == 0
    settings.NOTIFY_QUIET = None
    assert notices.notify() == 2


def test_what_comes_soon_after_a_message_waits_for_the_next(told, settings):
    notices.notify()
    Problem.objects.filter(kind="run_failed").update(told_mark="")
    settings.NOTIFY_EVERY = 30
    assert notices.notify() == 0


def test_the_webhook_is_signed(told, settings):
    got: dict[str, Any] = {}

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            got["body"] = self.rfile.read(int(self.headers["Content-Length"]))
            got["signature"] = self.headers["X-Halilit-Signature"]
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args):
            """Nothing on standard error."""

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.handle_request, daemon=True).start()
    settings.NOTIFY_EMAILS, settings.NOTIFY_SECRET = [], "a-secret"
    settings.NOTIFY_WEBHOOK = f"http://127.0.0.1:{server.server_port}/"
    assert notices.notify() == 2
    server.server_close()
    at, _, digest = got["signature"].removeprefix("t=").partition(",v1=")
    assert digest == hmac.new(b"a-secret", f"{at}.".encode() + got["body"], hashlib.sha256).hexdigest()
    assert {"worker_silent", "run_failed"} == {one["kind"] for one in json.loads(got["body"])["problems"]}


def test_a_message_that_could_not_be_sent_is_tried_again(told, settings):
    settings.NOTIFY_EMAILS, settings.NOTIFY_WEBHOOK = [], "http://127.0.0.1:9/"
    assert notices.notify() == 0
    assert not Problem.objects.exclude(told_mark="").exists()


def test_the_weekly_summary_names_what_needs_somebody(told, capsys):
    call_command("weekly_summary", "--print")
    assert "The scrape of Lumenhall failed" in capsys.readouterr().out
    call_command("weekly_summary")
    assert mail.outbox[0].to == ["dana@example.com"]


def test_a_summary_that_could_not_be_sent_is_sent_an_hour_later(told, settings, monkeypatch):
    monkeypatch.setattr(summary, "HOUR", 0)
    settings.SUMMARY_DAY = summary.DAYS[timezone.localtime().weekday()]
    cache.delete(f"summary-{timezone.localdate()}")
    working, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert summary.send_if_due() == "not sent"
    settings.EMAIL_BACKEND = working
    assert (summary.send_if_due(), summary.send_if_due()) == ("sent", "sent already")
    assert len(mail.outbox) == 1


def test_workers_are_started_and_stopped_from_the_command_line_for_good(brand, capsys):
    call_command("worker", "start", "--mode", "continuous", "--delay", "7")
    assert (WorkerState.current().mode, WorkerState.current().delay) == (WorkerMode.CONTINUOUS, 7)
    call_command("worker", "status")
    assert "continuous, 7 s" in capsys.readouterr().out
    call_command("worker", "stop")
    assert WorkerState.current().mode == WorkerMode.STOPPED
    assert IngestionRun.objects.get().state == RunState.QUEUED
    call_command("worker", "stop", "--now")
    assert IngestionRun.objects.get().state == RunState.CANCELLED
