"""Who comes in, with what, how often he may try, and what ends his session."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from halilit.accounts import second_factor
from halilit.accounts.models import ActionKind, StaffAction
from halilit.models import ApiToken
from rag.pace import pace
from tests.people import staff_as

PASSWORD = "seven green amplifiers"
LOGIN = "/admin/login/"


@pytest.fixture
def dana(db):
    pace.clear()
    return User.objects.create_user("dana", "dana@halilit.test", password=PASSWORD, is_staff=True, is_superuser=True)


def log_in(client, password=PASSWORD, **more):
    return client.post(LOGIN, {"username": "dana", "password": password} | more.pop("data", {}), **more)


def code_of(device: TOTPDevice, later: int = 0) -> str:
    made = TOTP(device.bin_key)
    made.time = timezone.now().timestamp() + later * 30
    return f"{made.token():06d}"


def with_phone(user) -> TOTPDevice:
    return TOTPDevice.objects.create(user=user, confirmed=True)


def is_in(client) -> bool:
    return client.get("/staff/").status_code == 200


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


class TestSecondFactor:
    def test_it_is_set_up_with_a_picture_and_a_code_and_gives_recovery_codes_once(self, client, dana):
        log_in(client)
        page = client.get(reverse("accounts:second_factor"))
        assert 'src="data:image/svg+xml' in page.text
        device = TOTPDevice.objects.get(user=dana)
        assert second_factor.secret(device) in page.text
        TOTPDevice.objects.create(user=dana, confirmed=False)  # by a request at the same moment
        known = {"password": PASSWORD}
        assert client.post(reverse("accounts:second_factor"), {"code": "000000"} | known).status_code == 422
        device.refresh_from_db()
        device.throttle_reset()
        shown = client.post(reverse("accounts:second_factor"), {"code": code_of(device)} | known, follow=True)
        codes = re.findall(r"<code>([a-z2-7-]+)</code>", shown.text)
        assert len(codes) == 10 and StaticToken.objects.count() == 10
        assert codes[0] not in client.get(reverse("accounts:second_factor")).text

    def test_an_open_session_alone_sets_none_up(self, client, dana):
        client.force_login(dana)
        client.get(reverse("accounts:second_factor"))
        code = code_of(TOTPDevice.objects.get(user=dana))
        for password in ({}, {"password": "wrong"}):
            assert client.post(reverse("accounts:second_factor"), {"code": code} | password).status_code == 422
        assert not second_factor.is_on(dana)

    def test_who_saw_a_key_that_nobody_confirmed_knows_no_later_one(self, client, dana, settings):
        """Somebody with a stolen password looks at the picture and leaves; its owner sets up his phone later."""
        settings.TWO_FACTOR = True
        thief = Client()
        log_in(thief)
        thief.get(reverse("accounts:second_factor"))
        seen = TOTPDevice.objects.get(user=dana)
        log_in(client)
        client.get(reverse("accounts:second_factor"))
        own = TOTPDevice.objects.exclude(pk=seen.pk).get(user=dana)
        assert own.key != seen.key
        client.post(reverse("accounts:second_factor"), {"code": code_of(own)})
        assert is_in(client) and list(TOTPDevice.objects.filter(user=dana)) == [own]
        thief.post(reverse("accounts:second_factor"), {"code": code_of(seen)})
        thief.post(reverse("accounts:code"), {"code": code_of(seen)})
        assert not is_in(thief)

    def test_the_password_alone_opens_nothing(self, client, dana):
        with_phone(dana)
        assert log_in(client)["Location"] == reverse("accounts:code")
        assert not is_in(client)
        assert client.get("/admin/").status_code == 302
        assert client.get("/api/worker/status").status_code in (200, 401)
        assert client.post("/api/worker/stop").status_code == 401

    def test_the_code_opens_and_works_once(self, client, dana):
        from django.test import Client

        code = code_of(with_phone(dana))
        log_in(client, data={"next": "/staff/runs/"})
        assert client.post(reverse("accounts:code"), {"code": code})["Location"] == "/staff/runs/"
        assert is_in(client)
        other = Client()
        log_in(other)
        assert other.post(reverse("accounts:code"), {"code": code}).status_code == 422

    def test_wrong_codes_make_the_right_one_wait(self, client, dana, settings):
        settings.OTP_TOTP_THROTTLE_FACTOR = 60  # seconds: a busy machine takes longer than one of them
        device = with_phone(dana)
        log_in(client)
        for _ in range(3):
            refused = client.post(reverse("accounts:code"), {"code": "000000"})
        assert "looked at in" in refused.text
        assert client.post(reverse("accounts:code"), {"code": code_of(device)}).status_code == 422

    def test_a_recovery_code_opens_once(self, client, dana):
        with_phone(dana)
        code = second_factor.new_recovery_codes(dana)[0]
        log_in(client)
        assert client.post(reverse("accounts:code"), {"code": code.upper()}).status_code == 302
        client.post("/admin/logout/")
        log_in(client)
        assert client.post(reverse("accounts:code"), {"code": code}).status_code == 422

    def test_recovery_codes_are_kept_as_digests(self, client, dana):
        with_phone(dana)
        codes = second_factor.new_recovery_codes(dana)
        assert all(len(code.replace("-", "")) == 24 for code in codes)  # letters of five bits
        kept = list(StaticToken.objects.values_list("token", flat=True))
        assert not {part for code in codes for part in (code, code.replace("-", ""))} & set(kept)
        log_in(client)
        assert client.post(reverse("accounts:code"), {"code": kept[0]}).status_code == 422

    def test_too_long_after_the_password_it_begins_anew(self, client, dana):
        with_phone(dana)
        log_in(client)
        session = client.session
        session[second_factor.WAITING] |= {"at": session[second_factor.WAITING]["at"] - 601}
        session.save()
        assert client.get(reverse("accounts:code"))["Location"] == reverse("accounts:login")

    def test_where_it_is_demanded_it_is_set_up_before_anything_opens(self, client, dana, settings):
        settings.TWO_FACTOR = True
        assert log_in(client)["Location"] == reverse("accounts:second_factor")
        assert not is_in(client)
        client.get(reverse("accounts:second_factor"))
        device = TOTPDevice.objects.get(user=dana)
        client.post(reverse("accounts:second_factor"), {"code": code_of(device)})
        assert is_in(client)

    def test_where_it_is_demanded_a_session_without_it_counts_for_nothing(self, client, dana, settings):
        log_in(client)
        assert is_in(client)
        settings.TWO_FACTOR = True
        assert not is_in(client)
        assert client.post("/api/worker/stop").status_code == 401

    def test_a_phone_that_was_taken_away_ends_its_sessions(self, client, dana, settings):
        settings.TWO_FACTOR = True
        code = code_of(with_phone(dana))
        log_in(client)
        client.post(reverse("accounts:code"), {"code": code})
        assert is_in(client)
        second_factor.remove(dana)
        assert not is_in(client)

    def test_switching_it_off_takes_a_code_and_the_password(self, client, dana):
        device = with_phone(dana)
        client.force_login(dana)
        client.post(reverse("accounts:remove"), {"code": "000000", "password": PASSWORD})
        assert second_factor.is_on(dana)
        device.refresh_from_db()
        device.throttle_reset()
        client.post(reverse("accounts:remove"), {"code": code_of(device), "password": "wrong"})
        assert second_factor.is_on(dana)
        client.post(reverse("accounts:remove"), {"code": code_of(device, later=1), "password": PASSWORD})
        assert not second_factor.is_on(dana)

    def test_new_recovery_codes_void_the_old(self, client, dana):
        device = with_phone(dana)
        old = second_factor.new_recovery_codes(dana)
        client.force_login(dana)
        before = set(StaticToken.objects.values_list("token", flat=True))
        client.post(reverse("accounts:new_codes"), {"code": code_of(device), "password": PASSWORD})
        assert len(old) == len(before) and not StaticToken.objects.filter(token__in=before).exists()
        assert second_factor.codes_left(dana) == 10

    def test_the_pages_speak_hebrew(self, client, dana):
        page = client.get("/he/admin/login/")
        assert 'dir="rtl"' in page.text


class TestRecord:
    def test_it_says_who_did_what_to_what_and_from_where(self, client, dana):
        client.force_login(dana)
        client.post("/staff/worker/stop/", REMOTE_ADDR="203.0.113.7")
        row = StaffAction.objects.get(kind=ActionKind.CHANGE)
        assert (row.user, row.who, row.what, row.on) == (dana, "dana", "POST ops:stop_worker", "/staff/worker/stop/")
        assert (row.status, row.address) == (302, "203.0.113.7")

    def test_it_names_fields_and_never_what_was_in_them(self, client, dana):
        log_in(client)
        client.post(reverse("admin:password_change"), {"old_password": "secret words", "new_password1": "x"})
        row = StaffAction.objects.get(kind=ActionKind.CHANGE)
        assert row.detail == {"fields": ["new_password1", "old_password"]}

    def test_logins_logouts_and_refusals_are_in_it(self, client, dana):
        log_in(client, "wrong")
        log_in(client)
        client.post("/admin/logout/")
        kinds = list(StaffAction.objects.order_by("pk").values_list("kind", flat=True))
        assert kinds == ["refused", "login", "logout"]

    def test_wrong_codes_and_the_factor_of_a_login_are_in_it(self, client, dana):
        device = with_phone(dana)
        log_in(client)
        client.post(reverse("accounts:code"), {"code": "000000"})
        device.refresh_from_db()
        device.throttle_reset()
        client.post(reverse("accounts:code"), {"code": code_of(device)})
        rows = list(StaffAction.objects.order_by("pk").values_list("kind", "who", "detail"))
        assert rows == [("refused", "dana", {"factor": "code"}), ("login", "dana", {"factor": "totpdevice"})]

    def test_what_is_not_allowed_is_in_it(self, client, db):
        client.force_login(staff_as("viewer", name="vera"))
        client.get("/staff/tokens/")
        client.post("/api/worker/stop", "{}", "application/json")
        token = ApiToken(name="shop", scopes=["read"])
        bearer = {"Authorization": f"Bearer {token.renew()}"}
        token.save()
        Client().post("/api/worker/stop", "{}", "application/json", headers=bearer)
        rows = StaffAction.objects.filter(kind=ActionKind.DENIED).order_by("pk").values_list("who", "on")
        assert list(rows) == [
            ("vera", "/staff/tokens/"),
            ("vera", "/api/worker/stop"),
            ("token: shop", "/api/worker/stop"),
        ]

    def test_exports_are_in_it(self, client, dana):
        client.force_login(dana)
        taken = ["/staff/questions.csv", "/staff/brand-table/?as=csv", "/staff/insight/?as=csv"]
        assert [client.get(address).status_code for address in taken] == [200, 200, 200]
        client.get("/staff/insight/")
        kept = StaffAction.objects.filter(kind=ActionKind.EXPORT).order_by("pk").values_list("on", flat=True)
        assert list(kept) == ["/staff/questions.csv", "/staff/brand-table/", "/staff/insight/"]

    def test_visitors_are_not(self, client, db):
        client.post("/ask/", {"question": "x"})
        client.get("/")
        assert not StaffAction.objects.exists()

    def test_nobody_can_change_it(self, admin_client, dana):
        row = StaffAction.objects.create(kind="change", who="dana", what="x", on="y", status=200, address="::1")
        assert admin_client.get(f"/admin/halilit/staffaction/{row.pk}/change/").status_code == 200
        assert admin_client.post(f"/admin/halilit/staffaction/{row.pk}/delete/", {"post": "yes"}).status_code == 403
        assert admin_client.post(f"/admin/halilit/staffaction/{row.pk}/change/", {"who": "z"}).status_code == 403
        assert admin_client.get("/admin/halilit/staffaction/add/").status_code == 403
