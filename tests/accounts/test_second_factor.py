"""The second step of logging in: set up, asked for, lost, taken away."""

import re

from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from halilit.accounts import second_factor

from .entering import PASSWORD, code_of, is_in, log_in, with_phone


def test_it_is_set_up_with_a_picture_and_a_code_and_gives_recovery_codes_once(client, dana):
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


def test_an_open_session_alone_sets_none_up(client, dana):
    client.force_login(dana)
    client.get(reverse("accounts:second_factor"))
    code = code_of(TOTPDevice.objects.get(user=dana))
    for password in ({}, {"password": "wrong"}):
        assert client.post(reverse("accounts:second_factor"), {"code": code} | password).status_code == 422
    assert not second_factor.is_on(dana)


def test_who_saw_a_key_that_nobody_confirmed_knows_no_later_one(client, dana, settings):
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


def test_the_password_alone_opens_nothing(client, dana):
    with_phone(dana)
    assert log_in(client)["Location"] == reverse("accounts:code")
    assert not is_in(client)
    assert client.get("/admin/").status_code == 302
    assert client.get("/api/worker/status").status_code in (200, 401)
    assert client.post("/api/worker/stop").status_code == 401


def test_the_code_opens_and_works_once(client, dana):
    from django.test import Client

    code = code_of(with_phone(dana))
    log_in(client, data={"next": "/staff/runs/"})
    assert client.post(reverse("accounts:code"), {"code": code})["Location"] == "/staff/runs/"
    assert is_in(client)
    other = Client()
    log_in(other)
    assert other.post(reverse("accounts:code"), {"code": code}).status_code == 422


def test_wrong_codes_make_the_right_one_wait(client, dana, settings):
    settings.OTP_TOTP_THROTTLE_FACTOR = 60  # seconds: a busy machine takes longer than one of them
    device = with_phone(dana)
    log_in(client)
    for _ in range(3):
        refused = client.post(reverse("accounts:code"), {"code": "000000"})
    assert "looked at in" in refused.text
    assert client.post(reverse("accounts:code"), {"code": code_of(device)}).status_code == 422


def test_a_recovery_code_opens_once(client, dana):
    with_phone(dana)
    code = second_factor.new_recovery_codes(dana)[0]
    log_in(client)
    assert client.post(reverse("accounts:code"), {"code": code.upper()}).status_code == 302
    client.post("/admin/logout/")
    log_in(client)
    assert client.post(reverse("accounts:code"), {"code": code}).status_code == 422


def test_recovery_codes_are_kept_as_digests(client, dana):
    with_phone(dana)
    codes = second_factor.new_recovery_codes(dana)
    assert all(len(code.replace("-", "")) == 24 for code in codes)  # letters of five bits
    kept = list(StaticToken.objects.values_list("token", flat=True))
    assert not {part for code in codes for part in (code, code.replace("-", ""))} & set(kept)
    log_in(client)
    assert client.post(reverse("accounts:code"), {"code": kept[0]}).status_code == 422


def test_too_long_after_the_password_it_begins_anew(client, dana):
    with_phone(dana)
    log_in(client)
    session = client.session
    session[second_factor.WAITING] |= {"at": session[second_factor.WAITING]["at"] - 601}
    session.save()
    assert client.get(reverse("accounts:code"))["Location"] == reverse("accounts:login")


def test_where_it_is_demanded_it_is_set_up_before_anything_opens(client, dana, settings):
    settings.TWO_FACTOR = True
    assert log_in(client)["Location"] == reverse("accounts:second_factor")
    assert not is_in(client)
    client.get(reverse("accounts:second_factor"))
    device = TOTPDevice.objects.get(user=dana)
    client.post(reverse("accounts:second_factor"), {"code": code_of(device)})
    assert is_in(client)


def test_where_it_is_demanded_a_session_without_it_counts_for_nothing(client, dana, settings):
    log_in(client)
    assert is_in(client)
    settings.TWO_FACTOR = True
    assert not is_in(client)
    assert client.post("/api/worker/stop").status_code == 401


def test_a_phone_that_was_taken_away_ends_its_sessions(client, dana, settings):
    settings.TWO_FACTOR = True
    code = code_of(with_phone(dana))
    log_in(client)
    client.post(reverse("accounts:code"), {"code": code})
    assert is_in(client)
    second_factor.remove(dana)
    assert not is_in(client)


def test_switching_it_off_takes_a_code_and_the_password(client, dana):
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


def test_new_recovery_codes_void_the_old(client, dana):
    device = with_phone(dana)
    old = second_factor.new_recovery_codes(dana)
    client.force_login(dana)
    before = set(StaticToken.objects.values_list("token", flat=True))
    client.post(reverse("accounts:new_codes"), {"code": code_of(device), "password": PASSWORD})
    assert len(old) == len(before) and not StaticToken.objects.filter(token__in=before).exists()
    assert second_factor.codes_left(dana) == 10


def test_the_pages_speak_hebrew(client, dana):
    page = client.get("/he/admin/login/")
    assert 'dir="rtl"' in page.text
