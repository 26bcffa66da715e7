"""Signed messages by HTTP: how webhooks and notices of problems go out.

`X-Halilit-Signature` is `t=SECONDS,v1=HEX`, where HEX is HMAC-SHA256 over `SECONDS.BODY`. Who receives it works that
out again, compares in constant time, and refuses a time that is not about now: then nobody can send it a second time.
"""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Mapping

import httpx
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from ingestion.errors import NotAllowed
from ingestion.guard import guarded_transport

from .models import Delivery, DeliveryState, Webhook

SECONDS = 10.0  # for the whole of it
A_GO = 45.0  # of a go, after which it begins no other message: its worker has more to do
AT_ONCE = 16  # receivers


def signature(secret: str, body: bytes, at: int) -> str:
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def post(url: str, body: bytes, *, secret: str, allow_private: bool, headers: Mapping[str, str] | None = None) -> int:
    """The status of the answer; what it says is not read, and no redirect is followed.

    Raises httpx.HTTPError, TimeoutError, and NotAllowed for an address within a private network.
    """
    return asyncio.run(posted(url, body, secret=secret, allow_private=allow_private, headers=headers))


async def posted(
    url: str, body: bytes, *, secret: str, allow_private: bool, headers: Mapping[str, str] | None = None
) -> int:
    sent = {"Content-Type": "application/json", "User-Agent": settings.USER_AGENT, **(headers or {})}
    sent["X-Halilit-Signature"] = signature(secret, body, int(time.time()))
    async with (
        asyncio.timeout(SECONDS),
        httpx.AsyncClient(
            transport=guarded_transport(allow_private=allow_private), timeout=SECONDS, trust_env=False
        ) as client,
        client.stream("POST", url, content=body, headers=sent) as answer,
    ):
        return answer.status_code


async def attempt(delivery: Delivery, hook: Webhook) -> tuple[int | None, str]:
    """One attempt: the status that was answered, if any, and what went wrong.

    A message has the same number whenever it is tried.
    """
    said = {
        "id": delivery.pk,
        "event": delivery.event,
        "created_at": delivery.created_at.isoformat(),
        "data": delivery.data,
    }
    headers = {"X-Halilit-Event": delivery.event, "X-Halilit-Delivery": str(delivery.pk)}
    body = json.dumps(said, ensure_ascii=False).encode()
    try:
        allow = settings.ALLOW_PRIVATE_HOSTS
        status = await posted(hook.url, body, secret=hook.secret, allow_private=allow, headers=headers)
    except (TimeoutError, httpx.TimeoutException):
        return None, _("No answer within %(seconds)d seconds.") % {"seconds": SECONDS}
    except (httpx.HTTPError, httpx.InvalidURL, OSError, NotAllowed) as error:
        return None, _("It could not be sent: %(why)s") % {"why": str(error) or type(error).__name__}
    if 200 <= status < 300:
        return status, ""
    return status, _("The other side answered with %(status)d.") % {"status": status}


class Go:
    """What is sent in one go: to several receivers at once, to each one message after the other.

    Whoever does not answer is asked no more in this go. As in a slice of a scrape, the loop rests while the ORM works.
    """

    def __init__(self) -> None:
        self.tried = 0
        self.end = time.monotonic() + A_GO
        self.silent: set[int] = set()
        self.under_way: dict[asyncio.Task[tuple[int | None, str]], Delivery] = {}

    def work(self, loop: asyncio.AbstractEventLoop) -> int:
        while self._begin(loop):
            done, _left = loop.run_until_complete(asyncio.wait(self.under_way, return_when=asyncio.FIRST_COMPLETED))
            for task in done:
                self._settle(self.under_way.pop(task), *task.result())
        return self.tried

    def _begin(self, loop: asyncio.AbstractEventLoop) -> bool:
        """Begin with as much as there is room for. False: nothing is under way."""
        while len(self.under_way) < AT_ONCE and time.monotonic() < self.end and (delivery := self._next()):
            if delivery.take():
                self.tried += 1
                self.under_way[loop.create_task(attempt(delivery, delivery.webhook))] = delivery
        return bool(self.under_way)

    def _next(self) -> Delivery | None:
        """The oldest that is due, to a receiver that nothing is being sent to."""
        due = Delivery.objects.filter(state=DeliveryState.WAITING, webhook__active=True, next_at__lte=timezone.now())
        busy = self.silent | {delivery.webhook_id for delivery in self.under_way.values()}
        return due.exclude(webhook__in=busy).select_related("webhook").order_by("pk").first()

    def _settle(self, delivery: Delivery, status: int | None, problem: str) -> None:
        delivery.settle(status=status, problem=problem)
        if status is None:
            self.silent.add(delivery.webhook_id)


def send_due() -> int:
    """Those whose time has come, oldest first. Returns how many were tried."""
    with asyncio.Runner() as runner:
        return Go().work(runner.get_loop())
