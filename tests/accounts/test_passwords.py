"""Which passwords are taken, how they are compared and kept, and what a new one leaves as it was."""

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import password_changed, validate_password
from django.core.exceptions import ValidationError
from django.test import RequestFactory
from django_otp.plugins.otp_totp.models import TOTPDevice

from catalog.models import Brand
from halilit.accounts import second_factor
from halilit.management.commands import prepare

TAKEN = ["seven green amplifiers", "כינור ירוק על הגג שלי", " two spaces at the ends ", "halilit but seven green horses", "9" * 3 + "7310482657"]  # fmt: skip


def refused(password: str) -> bool:
    try:
        validate_password(password, User(username="dana"))
    except ValidationError:
        return True
    return False


@pytest.mark.parametrize("password", ["Halilit2026!!", "admin-halilit-1", "KRKsystems-2026", "krk-systems!99", "supportcentre1", "operator12345"])  # fmt: skip
def test_a_name_of_this_place_is_none_whatever_stands_around_it(db, password):
    Brand.objects.create(name="KRK Systems", slug="krk-systems")
    assert refused(password)


@pytest.mark.parametrize("password", ["princess12345", "!!sunshine!!!!", "P4ssw0rd20260", "monkeydragon", "dragonpassword1"])  # fmt: skip
def test_a_common_one_stays_so_with_signs_around_it(db, password):
    assert refused(password)


@pytest.mark.parametrize("password", [*TAKEN, "x7 Ω " * 40], ids=range(len(TAKEN) + 1))
def test_any_signs_are_taken_as_they_were_typed(db, password):
    assert not refused(password)
    User.objects.create_user("dana", password=password)
    asked = RequestFactory().post("/admin/login/")
    assert authenticate(asked, username="dana", password=password)
    for other in (password[:-1], password.strip() + "x", password.swapcase() + "1"):
        assert not authenticate(asked, username="dana", password=other)
    password_changed(password)


def test_fields_are_masked_and_known_to_password_managers(client, admin_client):
    login = client.get("/admin/login/").text
    assert 'type="password"' in login and 'autocomplete="current-password"' in login
    change = admin_client.get("/admin/password_change/").text
    assert change.count('type="password"') == 3 and change.count('autocomplete="new-password"') == 2
    assert "hint" not in {field.name for field in get_user_model()._meta.fields}


def test_the_trial_account_has_a_random_one(db, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    password = prepare.staff_password()
    assert len(password) == 12 and not refused(password)
    assert prepare.password_file().stat().st_mode & 0o077 == 0


def test_a_password_set_anew_leaves_the_second_factor(admin_client, db):
    dana = User.objects.create_user("dana", password="seven green amplifiers", is_staff=True)
    TOTPDevice.objects.create(user=dana, confirmed=True)
    new = "eight purple saxophones"
    sent = {"password1": new, "password2": new, "usable_password": "true"}
    assert admin_client.post(f"/admin/auth/user/{dana.pk}/password/", sent).status_code == 302
    dana.refresh_from_db()
    assert dana.check_password(new) and second_factor.is_wanted(dana)


def test_they_are_kept_by_a_slow_hash():
    assert PBKDF2PasswordHasher.algorithm == "pbkdf2_sha256" and PBKDF2PasswordHasher.iterations >= 600_000


@pytest.mark.parametrize("password", ["a" + "1" * 300_000 + "a", "b" * 300_000], ids=["digits", "letters"])
def test_a_long_one_costs_no_more_than_others(db, password):
    """Each of these would take a thread for minutes or hours, if what it costs grew by the square of its length."""
    assert not refused(password)
