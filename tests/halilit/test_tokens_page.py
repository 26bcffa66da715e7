"""Tokens made, used, and revoked on the staff's own page; and what a program does with one: a dry run."""

import pytest

from halilit.models import ApiToken
from tests.people import staff_as

PAGE = "/staff/tokens/"


@pytest.fixture
def desk(client, staff):
    client.force_login(staff)
    return client


def test_a_token_is_shown_once_and_works_until_it_is_revoked(desk, brand, django_user_model):
    page = desk.post(PAGE, {"name": "shop", "scopes": ["read"], "a_minute": "60"})
    secret = page.context["secret"]
    assert secret in page.text and secret not in desk.get(PAGE).text
    desk.logout()
    bearer = {"Authorization": f"Bearer {secret}"}
    assert desk.get("/api/runs", headers=bearer).status_code == 200
    desk.force_login(django_user_model.objects.get())
    assert "never" not in desk.get(PAGE).text
    desk.post(PAGE, {"revoke": str(ApiToken.objects.get().pk)})
    assert "revoked" in desk.get(PAGE).text
    desk.logout()
    assert desk.get("/api/runs", headers=bearer).status_code == 401


def test_what_is_wrong_is_said_and_nothing_is_lost(desk, secret):
    page = desk.post(PAGE, {"name": "shop", "a_minute": "-1"})
    assert page.status_code == 422 and "of this name already" in page.text and "at least one" in page.text
    assert 'value="shop"' in page.text and ApiToken.objects.count() == 1


def test_editors_see_none_of_them(client, db):
    client.force_login(staff_as("editor", name="ed"))
    assert client.get(PAGE).status_code == 403


def test_a_program_orders_a_dry_run_and_reads_it(client, bearer, brand):
    path = "/api/dry-runs/lumenhall"
    assert client.get(path, headers=bearer).json()["state"] in ("none", "waiting")
    ordered = client.post(path, headers=bearer)
    assert (ordered.status_code, ordered.json()["state"]) == (202, "waiting")
    assert client.get(path, headers=bearer).json()["brand"] == "Lumenhall"
    assert client.post(path).status_code == 401
    assert client.post("/api/dry-runs/nobody", headers=bearer).status_code == 404
