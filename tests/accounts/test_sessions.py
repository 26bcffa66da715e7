"""What ends a session, who sees it, and what is left of it."""

import time

import pytest
from django.contrib.auth.models import User
from django.test import Client

from halilit.accounts import sessions
from rag.pace import pace

PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36"
PASSWORD = "seven green amplifiers"


@pytest.fixture
def dana(db):
    pace.clear()
    return User.objects.create_user("dana", password=PASSWORD, is_staff=True, is_superuser=True)


def logged_in(**headers) -> Client:
    client = Client(headers=headers)
    client.post("/admin/login/", {"username": "dana", "password": PASSWORD})
    return client


def is_in(client) -> bool:
    return client.get("/staff/account/").status_code == 200


def passes(client, minutes) -> None:
    session = client.session
    session[sessions.SEEN] = int(time.time()) - minutes * 60
    session.save()


def test_one_in_which_nothing_is_done_is_over(dana):
    client = logged_in()
    passes(client, 59)
    assert is_in(client)
    passes(client, 61)
    key = client.session.session_key
    assert not is_in(client)
    assert not sessions.Session.objects.filter(pk=key).exists()


def test_what_a_page_asks_for_by_itself_keeps_none_alive(dana):
    client = logged_in()
    passes(client, 30)
    client.get("/staff/", headers={"HX-Request": "true"})
    assert time.time() - client.session[sessions.SEEN] > 1700
    client.get("/staff/")
    assert time.time() - client.session[sessions.SEEN] < 60


def test_a_page_that_is_left_open_leads_to_the_login_and_back(dana):
    client = logged_in()
    passes(client, 61)
    asked = {"HX-Request": "true", "HX-Current-URL": "http://testserver/staff/runs/?state=failed"}
    answered = client.get("/staff/", headers=asked)
    assert answered["HX-Redirect"] == "/admin/login/?next=/staff/runs/%3Fstate%3Dfailed"


def test_after_logging_out_its_cookie_opens_nothing_and_the_browser_forgets(dana):
    client = logged_in()
    cookie = client.cookies["sessionid"].value
    answered = client.post("/admin/logout/")
    assert answered["Clear-Site-Data"] == '"cache", "storage"'
    thief = Client()
    thief.cookies["sessionid"] = cookie
    assert not is_in(client) and not is_in(thief)


def test_every_page_of_staff_has_the_way_out(dana):
    client = logged_in()
    for address in ("/staff/", "/staff/questions/", "/brands/", "/admin/"):
        assert 'action="/admin/logout/"' in client.get(address).text, address


def test_staff_see_theirs_and_end_the_others_with_the_password(dana):
    client, phone = logged_in(**{"User-Agent": "Desk/1"}), logged_in(**{"User-Agent": PHONE})
    page = client.get("/staff/account/")
    assert "Desk/1" in page.text and "Chrome, Android" in page.text and "127.0.0.1" in page.text
    assert client.post("/staff/account/", {"password": "wrong"}).status_code == 422 and is_in(phone)
    assert client.post("/staff/account/", {"password": PASSWORD}).status_code == 302
    assert is_in(client) and not is_in(phone)


def test_an_account_that_is_switched_off_has_none(dana):
    client = logged_in()
    User.objects.update(is_active=False)
    assert not is_in(client)


def test_superusers_end_those_of_others(dana, admin_client):
    client = logged_in()
    admin_client.post("/admin/auth/user/", {"action": "end_sessions", "_selected_action": [dana.pk]})
    assert not is_in(client) and admin_client.get("/staff/").status_code == 200
