"""The part of the JSON API that changes state, and who may use it."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from catalog.models import Brand
from halilit.models import ApiToken
from ingestion.models import IngestionRun, Trigger, WorkerState

from .test_api_read import problem_of

CHANGES = [
    "/api/worker/start",
    "/api/worker/stop",
    "/api/worker/scrape/Lumenhall",
    "/api/runs/1/pause",
    "/api/runs/1/resume",
    "/api/runs/1/cancel",
]


def post(client, address, body=None, **more):
    return client.post(address, body if body is not None else {}, content_type="application/json", **more)


@pytest.mark.parametrize("address", CHANGES)
def test_visitors_may_change_nothing(client, brand, address):
    response = post(client, address)
    assert "token" in problem_of(response, 401)
    assert response["WWW-Authenticate"] == "Bearer"
    assert not IngestionRun.objects.exists()


@pytest.mark.parametrize("address", CHANGES)
def test_a_wrong_or_revoked_token_is_refused(client, brand, secret, address):
    problem_of(post(client, address, headers={"Authorization": "Bearer hal_wrong"}), 401)
    ApiToken.objects.update(revoked_at=timezone.now())
    problem_of(post(client, address, headers={"Authorization": f"Bearer {secret}"}), 401)


@pytest.mark.parametrize("address", CHANGES)
def test_a_user_who_is_not_staff_is_refused(client, brand, django_user_model, address):
    client.force_login(django_user_model.objects.create_user("visitor"))
    problem_of(post(client, address), 401)


@pytest.mark.parametrize("address", CHANGES)
def test_a_staff_session_without_csrf_token_is_refused(brand, staff, address):
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff)
    assert "X-CSRFToken" in problem_of(post(client, address), 403)
    assert not IngestionRun.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_staff_session_with_csrf_token_starts_a_scrape(brand, staff):
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff)
    client.get("/api/docs")
    token = client.cookies["csrftoken"].value
    assert post(client, "/api/worker/scrape/Lumenhall", headers={"X-CSRFToken": token}).status_code == 202


@pytest.mark.django_db(transaction=True)
def test_a_token_scrapes_a_brand_by_name_slug_or_encoded_name(client, bearer):
    for name, called in (
        ("KRK Systems", "KRK%20Systems"),
        ("Allen & Heath", "allen-heath"),
        ("A/B Audio", "a/b audio"),
    ):
        Brand.objects.create(
            name=name,
            slug=name.lower().replace(" & ", "-").replace("/", "").replace(" ", "-"),
            website="http://127.0.0.1:9/",
        )
        response = post(client, f"/api/worker/scrape/{called}", headers=bearer)
        assert response.status_code == 202
        assert (response.json()["brand"], response.json()["state"]) == (name, "queued")
    assert set(IngestionRun.objects.values_list("trigger", flat=True)) == {Trigger.API}


@pytest.mark.django_db(transaction=True)
def test_a_scrape_without_body_is_the_usual_curl_call(client, brand, bearer):
    assert client.generic("POST", "/api/worker/scrape/Lumenhall", headers=bearer).status_code == 202


@pytest.mark.django_db(transaction=True)
def test_a_second_scrape_of_the_same_brand_is_refused(client, brand, bearer):
    post(client, "/api/worker/scrape/Lumenhall", headers=bearer)
    assert "already" in problem_of(post(client, "/api/worker/scrape/Lumenhall", headers=bearer), 409)


@pytest.mark.django_db(transaction=True)
def test_start_continuous_and_stop(client, brand, bearer):
    body = post(client, "/api/worker/start", {"mode": "continuous", "delay": 7}, headers=bearer).json()
    assert (body["worker"]["mode"], body["worker"]["delay"], body["run"]["brand"]) == ("continuous", 7, "Lumenhall")
    assert WorkerState.current().mode == "continuous"
    body = post(client, "/api/worker/stop", headers=bearer).json()
    assert (body["worker"]["mode"], body["cancelled"]) == ("stopped", 1)
    assert client.get("/api/worker/status").json()["queued"] == []


@pytest.mark.django_db(transaction=True)
def test_a_run_is_paused_resumed_and_cancelled_once_each(client, brand, bearer):
    run = post(client, "/api/worker/scrape/Lumenhall", headers=bearer).json()["id"]
    for word, state in (("pause", "paused"), ("resume", "queued"), ("cancel", "cancelled")):
        assert post(client, f"/api/runs/{run}/{word}", headers=bearer).json()["state"] == state
        assert state in problem_of(post(client, f"/api/runs/{run}/{word}", headers=bearer), 409)
    assert client.get(f"/api/runs/{run}").json()["state"] == "cancelled"
    assert "/api/ingestion/status" in problem_of(post(client, f"/api/runs/{run + 1}/pause", headers=bearer), 404)


def test_a_plan_is_set_read_and_refused(client, brand, bearer):
    address = "/api/plans/lumenhall"
    wanted = {"cron": "30 3 * * 1-5", "priority": "low", "quiet_from": "08:00", "quiet_until": "17:00"}
    put = lambda body, **more: client.put(address, body, content_type="application/json", **more)  # noqa: E731
    problem_of(put(wanted), 401)
    plan = put(wanted, headers=bearer).json()
    assert plan["next_at"] and (plan["priority"], plan["failures"]) == ("low", 0)
    assert client.get(address).json()["cron"] == "30 3 * * 1-5"
    assert "no cron expression" in problem_of(put({"cron": "daily"}, headers=bearer), 422)
    assert post(client, "/api/worker/release/Lumenhall", headers=bearer).json()["set_aside_until"] is None
    quiet = {"quiet_from": "22:00", "quiet_until": "06:00"}
    body = client.put("/api/worker/quiet", quiet, content_type="application/json", headers=bearer).json()
    assert body["quiet_until"] == "06:00:00"


@pytest.mark.django_db(transaction=True)
def test_staff_pause_and_resume_on_their_page(client, brand, staff):
    client.force_login(staff)
    client.post(f"/staff/brands/{brand.pk}/scrape/")
    run = IngestionRun.objects.get()
    html = client.post(f"/staff/runs/{run.pk}/pause/", follow=True).text
    assert f"/staff/runs/{run.pk}/resume/" in html and f"/staff/runs/{run.pk}/pause/" not in html
    html = client.post(f"/staff/runs/{run.pk}/resume/", follow=True).text
    assert f"/staff/runs/{run.pk}/resume/" not in html and f"/staff/runs/{run.pk}/cancel/" in html
    assert "nothing was changed" in client.post(f"/staff/runs/{run.pk}/resume/", follow=True).text


@pytest.mark.django_db(transaction=True)
def test_start_once_takes_the_named_brand(client, brand, bearer):
    body = post(client, "/api/worker/start", {"mode": "once", "brand": "lumenhall"}, headers=bearer).json()
    assert body["run"]["brand"] == "Lumenhall"


@pytest.mark.parametrize(
    ("address", "body", "status", "said"),
    [
        ("/api/worker/start", {"mode": "sometimes"}, 422, "mode"),
        ("/api/worker/start", {"delay": -1}, 422, "delay"),
        ("/api/worker/start", {"brand": "Nobody"}, 404, "Nobody"),
        ("/api/worker/start", "{not json", 400, "JSON"),
        ("/api/worker/scrape/Nobody", {}, 404, "/api/brands"),
        ("/api/worker/scrape/Lumenhall", {"max_pages": 0}, 422, "max_pages"),
        ("/api/worker/scrape/Siteless", {}, 409, "website"),
    ],
)
def test_bad_input_is_refused_with_what_to_do(client, brand, bearer, address, body, status, said):
    Brand.objects.create(name="Siteless", slug="siteless")
    assert said in problem_of(post(client, address, body, headers=bearer), status)
    assert not IngestionRun.objects.exists()


def test_the_use_of_a_token_is_noted(client, brand, bearer):
    assert ApiToken.objects.get().last_used_at is None
    post(client, "/api/worker/stop", headers=bearer)
    assert ApiToken.objects.get().last_used_at is not None


def test_the_command_prints_a_token_once_and_keeps_its_digest(db):
    out = StringIO()
    call_command("create_api_token", "web shop", stdout=out, stderr=StringIO())
    secret = out.getvalue().strip()
    token = ApiToken.objects.get()
    assert ApiToken.find(secret) == token
    assert secret not in str(token.__dict__.values())
    with pytest.raises(CommandError, match="web shop"):
        call_command("create_api_token", "web shop")


def test_staff_create_and_revoke_tokens_in_the_admin(client, admin_user):
    client.force_login(admin_user)
    response = client.post(
        "/admin/halilit/apitoken/add/", {"name": "kiosk", "scopes": ["ask"], "a_minute": 60}, follow=True
    )
    (told,) = [str(message) for message in response.context["messages"] if "hal_" in str(message)]
    token = ApiToken.objects.get()
    assert ApiToken.find(next(word for word in told.split() if word.startswith("hal_")).rstrip(".")) == token
    client.post("/admin/halilit/apitoken/", {"action": "revoke", "_selected_action": token.pk})
    token.refresh_from_db()
    assert token.revoked_at is not None
