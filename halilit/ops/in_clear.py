"""What `manage.py check --deploy` says of services on other hosts to which keys, questions or letters go in clear."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register

CHECKED = ("require", "verify-ca", "verify-full")


@register(Tags.security, deploy=True)
def services(**_: Any) -> list[CheckMessage]:
    told = "{} leads to {} in clear: keys, questions or letters can be read on the way. {}"
    return [Warning(told.format(*each), id="halilit.W001") for each in found()]


def found() -> Iterator[tuple[str, str, str]]:
    """Variable, host, and what to write instead."""
    addresses = {"HALILIT_LLM_URL": settings.LLM_URL, "HALILIT_S3_URL": settings.S3_URL}
    addresses |= {"HALILIT_NOTIFY_WEBHOOK": settings.NOTIFY_WEBHOOK, "SENTRY_DSN": settings.SENTRY_DSN}
    for name, address in addresses.items():
        parts = urlsplit(address)
        if parts.scheme == "http" and not is_here(parts.hostname or ""):
            yield name, parts.hostname or "", "Name it with https."
    mail = "smtp" in settings.EMAIL_BACKEND and not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL)
    if mail and not is_here(settings.EMAIL_HOST):
        yield "EMAIL_URL", settings.EMAIL_HOST, "Begin it with smtp+tls or smtp+ssl."
    database = settings.DATABASES["default"]
    if database.get("HOST") and not is_here(database["HOST"]) and database["OPTIONS"].get("sslmode") not in CHECKED:
        yield "DATABASE_URL", database["HOST"], "End it with ?sslmode=verify-full."


def is_here(host: str) -> bool:
    """This machine: by a name, an address, or a socket's path."""
    return host in ("", "localhost", "::1") or host.startswith(("/", "127."))
