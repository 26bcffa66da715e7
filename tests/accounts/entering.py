"""How a member of staff comes in: password, phone, code."""

from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

PASSWORD = "seven green amplifiers"
LOGIN = "/admin/login/"


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
