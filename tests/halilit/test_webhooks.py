"""Webhooks, against a real receiver on loopback: what is told, once, signed, tried again, and never into our network."""

import hmac
import json
import threading
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.utils import timezone

from catalog.models import Change, Document
from halilit.hooks import services, tasks
from halilit.hooks.models import WAITS, Delivery, DeliveryState, Event, Webhook
from ingestion.models import IngestionRun, RunState
from rag.models import Answer, AnswerState, Conversation


class Receiver(HTTPServer):
    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.got, self.status, self.until = [], 204, None
        self.url = f"http://127.0.0.1:{self.server_port}/hooks"


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self):
        self.server.got.append((self.headers, self.rfile.read(int(self.headers["Content-Length"]))))
        end = time.monotonic() + 9
        while self.server.until and not self.server.until() and time.monotonic() < end:
            time.sleep(0.02)
        if time.monotonic() >= end:
            return
        self.send_response(self.server.status)
        self.send_header("Location", "http://127.0.0.1:9/")
        self.end_headers()

    def log_message(self, *args):
        """Nothing on standard error."""


@pytest.fixture(scope="module")
def server():
    with Receiver() as receiver:
        threading.Thread(target=receiver.serve_forever, daemon=True).start()
        yield receiver
        receiver.shutdown()


@pytest.fixture
def receiver(server):
    server.got.clear()
    server.status = 204
    return server


@pytest.fixture
def hook(brand, receiver):
    made = Webhook(name="shop", url=receiver.url, events=list(Event.values))
    services.begin(made)
    return made


def failed(brand):
    return IngestionRun.objects.create(
        brand=brand, state=RunState.FAILED, start_url="http://x/", finished_at=timezone.now(), last_error="silent"
    )


def now_due():
    Delivery.objects.filter(state=DeliveryState.WAITING).update(next_at=timezone.now())


def test_a_message_is_signed_over_its_time_and_body(hook, brand, receiver):
    run = failed(brand)
    tasks.deliver()
    [(headers, body)] = receiver.got
    at, _, digest = headers["X-Halilit-Signature"].removeprefix("t=").partition(",v1=")
    assert digest == hmac.new(hook.secret.encode(), f"{at}.".encode() + body, "sha256").hexdigest()
    assert abs(int(at) - timezone.now().timestamp()) < 60
    said = json.loads(body)
    assert said["event"] == headers["X-Halilit-Event"] == "run.failed"
    assert (said["data"]["run"], said["data"]["brand"]) == (run.pk, "Lumenhall")
    assert str(said["id"]) == headers["X-Halilit-Delivery"]


def test_each_occurrence_is_told_once_and_what_came_before_never(hook, brand, receiver):
    failed(brand)
    IngestionRun.objects.update(finished_at=hook.created_at - timedelta(minutes=1))
    IngestionRun.objects.create(brand=brand, state=RunState.COMPLETED, start_url="x", finished_at=timezone.now())
    tasks.deliver()
    tasks.deliver()
    assert [headers["X-Halilit-Event"] for headers, _ in receiver.got] == ["run.finished"]


def test_changes_of_documents_come_together(hook, brand, receiver):
    document = Document.objects.get()
    for kind in ("new", "gone", "version", "text", "price"):
        Change.objects.create(brand=brand, document=document, subject=document.title, kind=kind)
    Change.objects.update(at=timezone.now() - timedelta(minutes=1))
    long_ago = Change.objects.create(brand=brand, document=document, subject="Told to nobody", kind="new")
    Change.objects.filter(pk=long_ago.pk).update(at=timezone.now() - timedelta(days=3))
    tasks.deliver()
    told = {json.loads(body)["event"]: json.loads(body)["data"]["documents"] for _, body in receiver.got}
    assert {event: len(rows) for event, rows in told.items()} == {
        "document.new": 1, "document.gone": 1, "document.changed": 2,
    }  # fmt: skip
    assert told["document.new"][0]["url"].endswith(document.get_absolute_url())


def test_a_change_is_told_though_one_of_a_later_number_is_older(hook, brand, receiver):
    document = Document.objects.get()
    first, second = (
        Change.objects.create(brand=brand, document=document, subject=subject, kind="text") for subject in "ab"
    )
    Change.objects.filter(pk=second.pk).update(at=timezone.now() - timedelta(minutes=1))
    tasks.deliver()
    assert not receiver.got, "whoever writes the first may not be ready yet"
    Change.objects.filter(pk=first.pk).update(at=timezone.now() - timedelta(minutes=1))
    tasks.deliver()
    [(_, body)] = receiver.got
    assert [row["title"] for row in json.loads(body)["data"]["documents"]] == ["a", "b"]


def test_questions_without_answer_and_low_ratings_are_told(hook, brand, receiver):
    talk = Conversation.objects.create()
    own = {"conversation": talk, "state": AnswerState.DONE, "brand": brand}
    Answer.objects.create(question="Which lubricant?", abstained=True, **own)
    Answer.objects.create(question="How heavy?", feedback=-1, comment="It is wrong", **own)
    Answer.objects.create(question="How wide?", feedback=1, **own)
    tasks.deliver()
    told = {json.loads(body)["event"]: json.loads(body)["data"] for _, body in receiver.got}
    assert told["question.unanswered"]["question"] == "Which lubricant?"
    assert told["answer.low_rated"]["comment"] == "It is wrong" and len(told) == 2


def test_what_is_refused_is_tried_again_later_and_given_up_in_the_end(hook, brand, receiver):
    receiver.status = 302  # no redirect is followed
    failed(brand)
    tasks.deliver()
    row = Delivery.objects.get()
    assert (row.state, row.attempts, row.status) == ("waiting", 1, 302) and "302" in row.problem
    assert row.next_at > timezone.now()
    tasks.deliver()
    assert len(receiver.got) == 1, "its time has not come"
    for _ in WAITS:
        now_due()
        tasks.deliver()
    assert Delivery.objects.get().state == DeliveryState.GIVEN_UP and len(receiver.got) == 1 + len(WAITS)


def test_a_silent_receiver_is_asked_once_in_a_go_and_keeps_no_other_waiting(hook, brand, receiver):
    silent = Webhook(name="asleep", url="http://127.0.0.1:9/", events=[Event.RUN_FAILED])
    services.begin(silent)
    rows = [Delivery(webhook=to, event="run.failed", about=n) for n in "123" for to in (silent, hook)]
    Delivery.objects.bulk_create(rows)
    tasks.deliver()
    assert Delivery.objects.filter(webhook=silent, attempts=1).count() == 1
    assert Delivery.objects.filter(webhook=hook, state=DeliveryState.DELIVERED).count() == 3


def test_a_slow_receiver_holds_up_its_own_messages_alone(hook, brand, receiver):
    """It answers only once all others have been told: one after the other, its first message would wait in vain."""
    with Receiver() as slow:
        slow.until = lambda: len(receiver.got) == 3
        threading.Thread(target=slow.serve_forever, daemon=True).start()
        asleep = Webhook(name="asleep", url=slow.url, events=[Event.RUN_FAILED])
        services.begin(asleep)
        rows = [Delivery(webhook=to, event="run.failed", about=n) for n in "123" for to in (asleep, hook)]
        Delivery.objects.bulk_create(rows)
        tasks.deliver()
        slow.shutdown()
    told = Delivery.objects.filter(state=DeliveryState.DELIVERED)
    assert (told.filter(webhook=hook).count(), told.filter(webhook=asleep).count()) == (3, 3)
    numbers = [headers["X-Halilit-Delivery"] for headers, _ in slow.got]
    assert numbers == sorted(numbers, key=int), "to each, one after the other"


def test_staff_see_the_log_and_send_again(hook, brand, receiver, admin_client):
    receiver.status = 500
    failed(brand)
    tasks.deliver()
    assert "500" in admin_client.get("/admin/halilit/delivery/").text
    receiver.status = 200
    row = Delivery.objects.get()
    admin_client.post("/admin/halilit/delivery/", {"action": "send_again", "_selected_action": [row.pk]})
    tasks.deliver()
    row.refresh_from_db()
    assert row.state == DeliveryState.DELIVERED and len({h["X-Halilit-Delivery"] for h, _ in receiver.got}) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "169.254.169.254", "[::1]", "localhost"])
def test_no_message_goes_into_our_own_network(hook, brand, receiver, settings, host):
    settings.ALLOW_PRIVATE_HOSTS = False
    Webhook.objects.update(url=receiver.url.replace("127.0.0.1", host))
    failed(brand)
    tasks.deliver()
    assert not receiver.got and Delivery.objects.get().problem


def test_a_message_is_taken_by_one_sender(hook, brand):
    row = Delivery.objects.create(webhook=hook, event="run.failed", about="1")
    assert row.take() and not row.take()


def test_what_staff_send_again_while_it_is_on_its_way_is_sent_again(hook, brand):
    row = Delivery.objects.create(webhook=hook, event="run.failed", about="1")
    row.take()
    services.send_again(Delivery.objects.all())
    row.settle(status=None, problem="No answer.")
    row.refresh_from_db()
    assert (row.state, row.attempts, row.problem) == (DeliveryState.WAITING, 0, "") and row.take()


def test_the_secret_is_shown_once_and_kept_nowhere(hook, admin_client):
    sent = {"name": "crm", "url": "https://crm.example/hook", "events": ["run.failed"], "active": "on"}
    page = admin_client.post("/admin/halilit/webhook/add/", sent, follow=True)
    secret = Webhook.objects.get(name="crm").secret
    assert secret in page.text and secret not in admin_client.get("/admin/halilit/webhook/").text
    assert secret not in str(Webhook.objects.filter(name="crm").values())


def test_programs_make_read_and_remove_webhooks(client, bearer, brand):
    wanted = {"name": "shop", "url": "https://shop.example/hook", "events": ["run.failed"]}
    made = client.post("/api/webhooks", wanted, "application/json", headers=bearer)
    assert made.status_code == 201 and made.json()["secret"].startswith("whsec_")
    [listed] = client.get("/api/webhooks", headers=bearer).json()["items"]
    assert "secret" not in listed
    again = client.post("/api/webhooks", wanted, "application/json", headers=bearer)
    assert again.status_code == 422 and "name" in again.json()["detail"].lower()
    for wrong in ({"name": "a\r\nb"}, {"name": "crm", "url": "https://dana:secret@shop.example/hook"}):
        assert client.post("/api/webhooks", wanted | wrong, "application/json", headers=bearer).status_code == 422
    log = f"/api/webhooks/{listed['id']}/deliveries"
    assert client.get(log, headers=bearer).json()["items"] == []
    assert client.get(log).status_code == 401
    assert client.delete(f"/api/webhooks/{listed['id']}", headers=bearer).status_code == 204
    assert client.get(log, headers=bearer).status_code == 404
