"""The second factor of a staff account: an app that shows a code, and recovery codes for when it is lost.

Until the code is given nobody is logged in: the session only knows who showed the password (`waiting`).
"""

import base64
import hashlib
import re
import secrets
import time
from typing import Any

import segno
from django.conf import settings
from django.contrib.auth import get_user_model, login
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest
from django_otp import DEVICE_ID_SESSION_KEY, devices_for_user
from django_otp import login as note_device
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

WAITING = "waits-for-code"
BEGUN = "device-begun"
PATIENCE = 600  # seconds between password and code
RECOVERY_CODES = 10
HOURS = 3600


def is_on(user: Any) -> bool:
    return TOTPDevice.objects.filter(user=user, confirmed=True).exists()


def is_wanted(user: Any) -> bool:
    """Whether a password alone doesn't do: the account has a second factor, or the installation demands one."""
    return settings.TWO_FACTOR or is_on(user)


def enter(request: HttpRequest, user: User, device: Device | None = None) -> None:
    """Log in, for a day's work at most."""
    request.session.pop(WAITING, None)
    request.META["halilit.factor"] = device._meta.model_name if device else "password"  # for the record
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    request.session.set_expiry(settings.STAFF_SESSION_HOURS * HOURS)
    if device:
        note_device(request, device)


def let_wait(request: HttpRequest, user: User, address: str) -> None:
    """The password was right: remember whose, and where to go afterwards."""
    request.session.cycle_key()
    request.session[WAITING] = {"user": user.pk, "hash": user.get_session_auth_hash(), "at": time.time(), "to": address}


def waiting(request: HttpRequest) -> tuple[User, str] | None:
    """Who showed the password within the last minutes, and where he wants to go."""
    noted = request.session.get(WAITING)
    if not noted or not 0 <= time.time() - noted["at"] <= PATIENCE:
        return None
    user = get_user_model().objects.filter(pk=noted["user"], is_active=True, is_staff=True).first()
    same = isinstance(user, User) and user.get_session_auth_hash() == noted["hash"]
    return (user, noted["to"]) if same and isinstance(user, User) else None


def written(code: str) -> str:
    """A code as its owner may type it, in one spelling."""
    return re.sub(r"[\s-]", "", code).lower()


def digest(code: str) -> str:
    """What is kept of a recovery code, in the 16 letters that its row has. A code has 120 random bits: neither a slow
    hash nor salt would add anything."""
    return base64.b32encode(hashlib.sha256(code.encode()).digest()).decode().lower()[:16]


def accept(user: User, code: str) -> Device | None:
    """The device that this code belongs to. A wrong one makes each further try wait twice as long."""
    code = written(code)
    of_app = code.isdecimal() and len(code) == 6
    wanted: type[Device] = TOTPDevice if of_app else StaticDevice
    with transaction.atomic():
        devices = [one for one in devices_for_user(user, for_verify=True) if isinstance(one, wanted)]
        return next((one for one in devices if one.verify_token(code if of_app else digest(code))), None)


def seconds_to_wait(user: User) -> int:
    """Until a code is looked at again, after wrong ones."""
    waits = []
    for device in devices_for_user(user):
        allowed, why = device.verify_is_allowed()
        if not allowed and why and "locked_until" in why:
            waits.append(round(why["locked_until"].timestamp() - time.time()) + 1)
    return max(waits, default=0)


def new_device(request: HttpRequest, user: User) -> TOTPDevice:
    """The device that is being set up in this session; the same one until it is confirmed, so that a reload shows the
    same code. Another session gets another key: who saw one of these may not know what another person confirms."""
    begun = TOTPDevice.objects.filter(user=user, confirmed=False, pk=request.session.get(BEGUN, 0)).first()
    if begun is None:
        begun = TOTPDevice.objects.create(user=user, confirmed=False, name="app")
        request.session[BEGUN] = begun.pk
    return begun


def picture(device: TOTPDevice) -> str:
    """The code to photograph, as a data address: made here, so the secret goes to no other service."""
    return str(segno.make(device.config_url, error="m").svg_data_uri(scale=5, border=4, light="#fff"))


def secret(device: TOTPDevice) -> str:
    """The same for typing: base32 in groups of four."""
    from base64 import b32encode

    text = b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def confirm(device: TOTPDevice, code: str) -> list[str]:
    """Switch the device on; the recovery codes, or none where the code was wrong."""
    with transaction.atomic():
        if not device.verify_token("".join(code.split())):
            return []
        TOTPDevice.objects.filter(user=device.user).exclude(pk=device.pk).delete()
        device.confirmed = True
        device.save()
        return new_recovery_codes(device.user)


def new_recovery_codes(user: Any) -> list[str]:
    """Each opens the account once; those before are void. Their digests alone are kept."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery")
    codes = [base64.b32encode(secrets.token_bytes(15)).decode().lower() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=digest(code)) for code in codes)
    return ["-".join(code[at : at + 4] for at in range(0, len(code), 4)) for code in codes]


def codes_left(user: Any) -> int:
    return StaticToken.objects.filter(device__user=user).count()


def remove(user: Any) -> int:
    """How many devices there were."""
    found = list(devices_for_user(user, confirmed=None))
    for device in found:
        device.delete()
    return len(found)


def is_verified(request: HttpRequest, user: Any) -> bool:
    """Whether this session was opened with a device that the account still has."""
    known = request.session.get(DEVICE_ID_SESSION_KEY)
    device = Device.from_persistent_id(known) if known else None
    return device is not None and device.user_id == user.pk
