"""What monitors and staff see."""

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from halilit.keeping import last
from halilit.keeping.manifest import Manifest
from halilit.ops import metrics, readiness
from ingestion.models import IngestionRun, RunState, WorkerState
from rag.models import Answer, Conversation


def test_healthz_answers_without_touching_the_database(client):
    # No database fixture: a query would fail this test.
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


def test_readyz_is_ready_on_a_migrated_database(client, db):
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"ready": True, "reasons": {}})


def test_readyz_names_migrations_that_are_not_applied(client, db):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'halilit'")
    response = client.get("/readyz")
    assert response.status_code == 503
    assert "manage.py migrate" in response.json()["reasons"]["migrations"]


def test_readyz_names_a_data_folder_that_cannot_be_written(client, db, settings, tmp_path):
    settings.DATA_DIR = tmp_path / "missing"
    response = client.get("/readyz")
    assert response.status_code == 503
    assert "HALILIT_DATA_DIR" in response.json()["reasons"]["data_folder"]


def test_every_readiness_check_has_a_reason_or_nothing(db):
    assert readiness.failures() == {}


def figures(text):
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_metrics_count_documents_runs_and_answers_by_state(client, brand):
    IngestionRun.objects.create(brand=brand, state=RunState.FAILED, start_url="http://x/")
    Answer.objects.create(conversation=Conversation.objects.create(), question="?", state="done", abstained=True)
    found = figures(client.get("/metrics").content.decode())
    assert found[("halilit_documents", "manual")] == 1
    assert found[("halilit_documents", "faq")] == 0
    assert found[("halilit_runs", "failed")] == 1
    assert found[("halilit_runs", "running")] == 0
    assert found[("halilit_answers", "done")] == 1
    assert found[("halilit_answers_abstained",)] == 1
    assert found[("halilit_queue_length", "scrape")] == 0
    assert found[("halilit_database_bytes",)] > 0


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_a_monitor_of_this_machine_needs_neither_https_nor_the_sites_name(client, db, settings, path):
    settings.DEBUG, settings.SECURE_SSL_REDIRECT, settings.ALLOWED_HOSTS = False, True, ["support.example.com"]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    fresh = Client(raise_request_exception=False)  # which reads the settings
    assert fresh.get(path, headers={"host": "127.0.0.1:8000"}).status_code == 200
    through_the_proxy = {"host": "evil.test", "x-forwarded-for": "203.0.113.7", "x-forwarded-proto": "https"}
    assert fresh.get(path, headers=through_the_proxy).status_code == 400
    assert fresh.get("/", headers={"host": "127.0.0.1:8000"}).status_code == 400


def test_metrics_say_when_the_last_backup_was_and_what_is_free(db, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    assert figures(metrics.text().decode())[("halilit_backup_time_seconds",)] == 0
    last.note(tmp_path, Manifest("2026-03-01T02:30:00+00:00", {"db.sqlite3": (7, "")}))
    found = figures(metrics.text().decode())
    assert found[("halilit_backup_time_seconds",)] == 1772332200 and found[("halilit_disk_free_bytes",)] > 0


def test_metrics_are_refused_to_strangers(client, db, staff, bearer):
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.7").status_code == 403
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.7"}).status_code == 403
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.7", headers=bearer).status_code == 200
    client.force_login(staff)
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.7").status_code == 200


def test_the_figures_can_be_read_twice(db):
    assert figures(metrics.text().decode()).keys() == figures(metrics.text().decode()).keys()


def test_the_operations_page_is_for_staff(client, db, django_user_model):
    assert client.get("/staff/").status_code == 302
    client.force_login(django_user_model.objects.create_user("visitor"))
    assert client.get("/staff/").status_code == 302


def test_the_operations_page_shows_brands_failures_and_missing_clusters(client, brand, staff):
    IngestionRun.objects.create(
        brand=brand,
        state=RunState.FAILED,
        start_url="http://x/",
        last_error="It was silent.",
        finished_at=timezone.now(),
    )
    client.force_login(staff)
    page = client.get("/staff/").content.decode()
    assert "Lumenhall" in page and "It was silent." in page
    assert "No task cluster reports itself" in page


def test_htmx_gets_the_live_part_alone(client, brand, staff):
    client.force_login(staff)
    part = client.get("/staff/", {"part": "state"}, headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith("<div") and "<html" not in part and "Lumenhall" in part


@pytest.mark.django_db(transaction=True)
def test_staff_start_and_stop_the_workers(client, brand, staff):
    client.force_login(staff)
    client.post("/staff/worker/start/", {"mode": "continuous", "delay": 5})
    assert WorkerState.current().mode == "continuous"
    assert IngestionRun.objects.get().trigger == "continuous"
    client.post("/staff/worker/stop/")
    assert WorkerState.current().mode == "stopped"
    assert IngestionRun.objects.get().state == RunState.CANCELLED


@pytest.mark.django_db(transaction=True)
def test_staff_scrape_and_cancel_one_brand(client, brand, staff):
    client.force_login(staff)
    client.post(f"/staff/brands/{brand.pk}/scrape/")
    run = IngestionRun.objects.get()
    again = client.post(f"/staff/brands/{brand.pk}/scrape/", follow=True)
    assert "already" in again.content.decode()
    client.post(f"/staff/runs/{run.pk}/cancel/")
    run.refresh_from_db()
    assert run.state == RunState.CANCELLED


def test_a_bad_delay_is_shown_at_the_form(client, brand, staff):
    client.force_login(staff)
    response = client.post("/staff/worker/start/", {"mode": "continuous", "delay": -1})
    assert response.status_code == 422
    assert response.context["form"].errors["delay"]


@pytest.mark.browser
@pytest.mark.processes
def test_the_openapi_pages_work_under_the_sites_policy(installation, page):
    """Nothing from elsewhere, nothing that the content security policy stops."""
    with installation.web() as base:
        told, asked = [], []
        page.on("console", lambda message: told.append(message.text))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{base}/api/docs")
        page.get_by_text("/api/worker/scrape/{brand_name}").wait_for()
    assert not [text for text in told if "Content Security Policy" in text]
    assert {url.split("/")[2] for url in asked if url.startswith("http")} == {base.split("/")[2]}


def test_why_it_is_not_ready_is_told_to_this_machine_alone(client, db, monkeypatch):
    monkeypatch.setitem(readiness.CHECKS, "database", lambda: "No password for halilit at 10.0.0.5. See DATABASE_URL.")
    assert "10.0.0.5" in client.get("/readyz").json()["reasons"]["database"]
    for sent in ({"REMOTE_ADDR": "203.0.113.7"}, {"headers": {"X-Forwarded-For": "203.0.113.7"}}):
        answered = client.get("/readyz", **sent)
        assert answered.status_code == 503 and answered.json() == {"ready": False, "reasons": {"database": ""}}
