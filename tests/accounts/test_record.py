"""The record of what staff did: what is in it, and that it stays as it was written."""

from django.test import Client
from django.urls import reverse

from halilit.accounts.models import ActionKind, StaffAction
from halilit.models import ApiToken
from tests.people import staff_as

from .entering import code_of, log_in, with_phone


def test_it_says_who_did_what_to_what_and_from_where(client, dana):
    client.force_login(dana)
    client.post("/staff/worker/stop/", REMOTE_ADDR="203.0.113.7")
    row = StaffAction.objects.get(kind=ActionKind.CHANGE)
    assert (row.user, row.who, row.what, row.on) == (dana, "dana", "POST ops:stop_worker", "/staff/worker/stop/")
    assert (row.status, row.address) == (302, "203.0.113.7")


def test_it_names_fields_and_never_what_was_in_them(client, dana):
    log_in(client)
    client.post(reverse("admin:password_change"), {"old_password": "secret words", "new_password1": "x"})
    row = StaffAction.objects.get(kind=ActionKind.CHANGE)
    assert row.detail == {"fields": ["new_password1", "old_password"]}


def test_logins_logouts_and_refusals_are_in_it(client, dana):
    log_in(client, "wrong")
    log_in(client)
    client.post("/admin/logout/")
    kinds = list(StaffAction.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["refused", "login", "logout"]


def test_wrong_codes_and_the_factor_of_a_login_are_in_it(client, dana):
    device = with_phone(dana)
    log_in(client)
    client.post(reverse("accounts:code"), {"code": "000000"})
    device.refresh_from_db()
    device.throttle_reset()
    client.post(reverse("accounts:code"), {"code": code_of(device)})
    rows = list(StaffAction.objects.order_by("pk").values_list("kind", "who", "detail"))
    assert rows == [("refused", "dana", {"factor": "code"}), ("login", "dana", {"factor": "totpdevice"})]


def test_so_are_wrong_passwords_within_a_session(client, dana):
    client.force_login(dana)
    client.post("/staff/account/", {"password": "wrong"})
    client.post(reverse("accounts:second_factor"), {"code": "000000", "password": "wrong"})
    device = with_phone(dana)
    client.post(reverse("accounts:remove"), {"code": code_of(device), "password": "wrong"})
    rows = StaffAction.objects.filter(kind=ActionKind.REFUSED).values_list("who", "detail")
    assert list(rows) == [("dana", {"factor": "password"})] * 3


def test_what_is_not_allowed_is_in_it(client, db):
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


def test_exports_are_in_it(client, dana):
    client.force_login(dana)
    taken = ["/staff/questions.csv", "/staff/brand-table/?as=csv", "/staff/insight/?as=csv"]
    assert [client.get(address).status_code for address in taken] == [200, 200, 200]
    client.get("/staff/insight/")
    kept = StaffAction.objects.filter(kind=ActionKind.EXPORT).order_by("pk").values_list("on", flat=True)
    assert list(kept) == ["/staff/questions.csv", "/staff/brand-table/", "/staff/insight/"]


def test_visitors_are_not(client, db):
    client.post("/ask/", {"question": "x"})
    client.get("/")
    assert not StaffAction.objects.exists()


def test_nobody_can_change_it(admin_client, dana):
    row = StaffAction.objects.create(kind="change", who="dana", what="x", on="y", status=200, address="::1")
    assert admin_client.get(f"/admin/halilit/staffaction/{row.pk}/change/").status_code == 200
    assert admin_client.post(f"/admin/halilit/staffaction/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert admin_client.post(f"/admin/halilit/staffaction/{row.pk}/change/", {"who": "z"}).status_code == 403
    assert admin_client.get("/admin/halilit/staffaction/add/").status_code == 403
