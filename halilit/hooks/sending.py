"""Signed messages by HTTP: how webhooks and notices of problems go out.

`X-Halilit-Signature` is `t=SECONDS,v1=HEX`, where HEX is HMAC-SHA256 over `SECONDS.BODY`. Who receives it works that
out again, compares in constant time, and refuses a time that is not about now: then nobody can send it a second time.
"""

import asyncio
import hashlib
import hmac
import json
import ssl
import time
from collections.abc import Mapping

import httpcore
import httpx
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from ingestion.errors import NotAllowed
from ingestion.guard import guarded_transport

from .models import Delivery, DeliveryState, Webhook

SECONDS = 10.0  # for the whole of it
A_GO = 45.0  # of a go, after which it begins no other message: its worker has more to do


def signature(secret: str, body: bytes, at: int) -> str:
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def post(url: str, body: bytes, *, secret: str, allow_private: bool, headers: Mapping[str, str] | None = None) -> int:
    """The status of the answer; what it says is not read, and no redirect is followed.

    Raises httpx.HTTPError, TimeoutError, and NotAllowed for an address within a private network.
    """
    sent = {"Content-Type": "application/json", "User-Agent": settings.USER_AGENT, **(headers or {})}
    sent["X-Halilit-Signature"] = signature(secret, body, int(time.time()))

    async def go() -> int:
        async with (
            asyncio.timeout(SECONDS),
            httpx.AsyncClient(transport=guarded_transport(allow_private=allow_private), timeout=SECONDS) as client,
            client.stream("POST", url, content=body, headers=sent) as answer,
        ):
            return answer.status_code

    return asyncio.run(go())


def send(delivery: Delivery, hook: Webhook) -> bool:
    """One attempt, and what came of it. A message has the same number whenever it is tried. False: nobody answered."""
    said = {
        "id": delivery.pk,
        "event": delivery.event,
        "created_at": delivery.created_at.isoformat(),
        "data": delivery.data,
    }
    headers = {"X-Halilit-Event": delivery.event, "X-Halilit-Delivery": str(delivery.pk)}
    body = json.dumps(said, ensure_ascii=False).encode()
    status, problem = None, ""
    try:
        allow = settings.ALLOW_PRIVATE_HOSTS
        status = post(hook.url, body, secret=hook.secret, allow_private=allow, headers=headers)
        if not 200 <= status < 300:
            problem = _("The other side answered with %(status)d.") % {"status": status}
    except TimeoutError:
        problem = _("No answer within %(seconds)d seconds.") % {"seconds": SECONDS}
    except (httpx.HTTPError, httpx.InvalidURL, httpcore.ConnectError, ssl.SSLError, OSError, NotAllowed) as error:
        problem = _("It could not be sent: %(why)s") % {"why": error}
    delivery.settle(status=status, problem=problem)
    return status is not None


def send_due() -> int:
    """Those whose time has come, oldest first. Returns how many were tried.

    Whoever does not answer is asked no more in this go, so that one silent receiver keeps nobody else waiting.
    """
    silent: set[int] = set()
    tried, end = 0, time.monotonic() + A_GO
    due = Delivery.objects.filter(state=DeliveryState.WAITING, webhook__active=True).select_related("webhook")
    while time.monotonic() < end:
        ready = due.filter(next_at__lte=timezone.now()).exclude(webhook__in=silent)
        if (delivery := ready.order_by("pk").first()) is None:
            break
        if delivery.take():
            tried += 1
            if not send(delivery, delivery.webhook):
                silent.add(delivery.webhook_id)
    return tried
