"""How often one visitor may ask, so that nobody spends the model's quota alone. Staff may ask freely.

A visitor is an address (for IPv6 its /64 network), kept only as a keyed hash, in the cache, for a day.
"""

import ipaddress
import time
from typing import NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

MINUTE, DAY = 60, 86_400  # seconds


class Refusal(NamedTuple):
    message: str
    seconds: int  # until asking is worth it again


def refusal(request: HttpRequest) -> Refusal | None:
    """Counts a question; why it is refused, where its visitor has asked too often."""
    limits = ((MINUTE, settings.ASK_A_MINUTE), (DAY, settings.ASK_A_DAY))
    if not any(limit for _span, limit in limits) or _is_staff(request):
        return None
    key, now = f"asked-{_visitor(request)}", time.time()
    counts: dict[int, tuple[int, int]] = cache.get(key) or {}
    for span, limit in limits:
        window, count = counts.get(span, (0, 0))
        count = count if window == int(now // span) else 0
        if limit and count >= limit:
            return _refused(span, limit, round(span - now % span) or 1)
        counts[span] = (int(now // span), count + 1)
    cache.set(key, counts, DAY)
    return None


def _refused(span: int, limit: int, seconds: int) -> Refusal:
    if span == MINUTE:
        message = _(
            "You have asked %(limit)d questions within a minute, which is the limit. Ask again in %(seconds)d seconds; "
            "what you typed is kept."
        )
        return Refusal(message % {"limit": limit, "seconds": seconds}, seconds)
    message = _(
        "You have asked %(limit)d questions today, which is the limit. Search still works; you can ask again tomorrow."
    )
    return Refusal(message % {"limit": limit}, seconds)


def _is_staff(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return bool(user and user.is_authenticated and user.is_staff)


def _visitor(request: HttpRequest) -> str:
    address = request.META.get("REMOTE_ADDR", "")
    try:
        known = ipaddress.ip_address(address)
        if known.version == 6:
            address = str(ipaddress.ip_network(f"{known}/64", strict=False))
    except ValueError:
        pass  # a socket has no address: all of its visitors count as one
    return salted_hmac("rag.visitors", address, algorithm="sha256").hexdigest()
