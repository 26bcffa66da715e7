"""Who comes in, with what, how often he may try, and what ends his session."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from rag.pace import pace

from .entering import LOGIN, PASSWORD, code_of, is_in, log_in, with_phone


def test_a_right_password_opens_staffs_pages_for_a_days_work(client, dana, settings):
    assert log_in(client, data={"next": "/staff/runs/"})["Location"] == "/staff/runs/"
    assert is_in(client)
    assert client.session.get_expiry_age() <= settings.STAFF_SESSION_HOURS * 3600


def test_the_session_gets_a_new_key_when_somebody_logs_in(client, dana):
    """After the password, and again after the code: who knew a key before is nobody."""
    code, keys = code_of(with_phone(dana)), []
    client.session.save()
    for step in (lambda: None, lambda: log_in(client), lambda: client.post(reverse("accounts:code"), {"code": code})):
        step()
        keys.append(client.cookies["sessionid"].value)
    assert is_in(client) and len(set(keys)) == 3
    for known in keys[:2]:
        thief = Client()
        thief.cookies["sessionid"] = known
        assert not is_in(thief)


@pytest.mark.parametrize(
    "address", ["https://evil.test/", "//evil.test", "/\\evil.test", "javascript:alert(1)", "https:evil.test", " //evil.test", "\thttps://evil.test"]
)  # fmt: skip
def test_a_login_leads_to_this_site_alone(client, dana, address):
    assert log_in(client, data={"next": address})["Location"] == "/staff/"


def test_a_wrong_password_is_answered_as_an_unknown_name(client, dana):
    wrong = log_in(client, "wrong").text
    unknown = client.post(LOGIN, {"username": "nobody", "password": "wrong"}).text
    said = "Please enter the correct username and password"
    assert said in wrong and said in unknown


def test_after_five_wrong_passwords_the_right_one_is_refused_too(client, dana):
    for _ in range(5):
        log_in(client, "wrong")
    refused = log_in(client)
    assert refused.status_code == 429
    assert refused["Retry-After"] == "900"
    assert "15 minutes" in refused.text
    assert not is_in(client)


def test_others_are_not_locked_out_with_him(client, dana):
    for _ in range(6):
        log_in(client, "wrong", REMOTE_ADDR="203.0.113.9")
    assert log_in(client).status_code == 302


def test_a_network_of_ipv6_is_one_address(client, dana):
    """Whoever has one of its addresses has the other 2^64 too."""
    for n in range(6):
        log_in(client, "wrong", REMOTE_ADDR=f"2001:db8:1:2::{n}")
    assert log_in(client, REMOTE_ADDR="2001:db8:1:2:3:4:5:6").status_code == 429
    assert log_in(client, REMOTE_ADDR="2001:db8:1:3::1").status_code == 302


def test_passwords_are_not_tried_out_in_a_session_that_was_left_open(client, dana, settings):
    log_in(client)
    settings.LOGINS_A_MINUTE = 2
    pace.clear()
    given = {"old_password": "wrong", "new_password1": "x", "new_password2": "x"}
    assert [client.post(reverse("admin:password_change"), given).status_code for _ in range(3)] == [200, 200, 429]


def test_the_lock_opens_by_itself(client, dana):
    from axes.models import AccessAttempt

    for _ in range(6):
        log_in(client, "wrong")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert log_in(client).status_code == 302


def test_one_address_may_not_try_many_accounts(client, dana, settings):
    settings.LOGINS_A_MINUTE = 3
    tried = [client.post(LOGIN, {"username": f"name{n}", "password": "x"}).status_code for n in range(5)]
    assert tried == [200, 200, 200, 429, 429]


def test_a_changed_password_ends_the_other_sessions(client, dana):
    from django.test import Client

    other = Client()
    log_in(other)
    log_in(client)
    new = "eight purple saxophones"
    changed = client.post(
        reverse("admin:password_change"), {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    )
    assert changed.status_code == 302
    assert is_in(client)
    assert not is_in(other)


@pytest.mark.parametrize("password", ["password1234", "short", "qwertyuiop12", "dana@halilit.test"])
def test_a_weak_password_is_refused(client, dana, password):
    log_in(client)
    given = {"old_password": PASSWORD, "new_password1": password, "new_password2": password}
    assert client.post(reverse("admin:password_change"), given).status_code == 200
    dana.refresh_from_db()
    assert dana.check_password(PASSWORD)
