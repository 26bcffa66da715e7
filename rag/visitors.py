"""How often one visitor may ask, search or try a password, and how much all of them together. Staff may ask freely.

A visitor is an address (for IPv6 its /64 network), kept only as a keyed hash, in the cache, for a day.
"""

import ipaddress
import math
import threading
import time
from collections.abc import Iterable
from typing import NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .pace import pace
from .producers import waiting

MINUTE, DAY = 60, 86_400  # seconds
_counting = threading.Lock()  # what is read, counted and written again: at once, many would see the same number


class Refusal(NamedTuple):
    message: str
    seconds: int  # until asking is worth it again


def refusal(request: HttpRequest) -> Refusal | None:
    """Counts a question; why it is refused, where its visitor has asked too often or everybody asks at once."""
    if _is_staff(request):
        return None
    if settings.ASK_WAITING and waiting() >= settings.ASK_WAITING:
        return _busy(_("Many questions are being answered just now, and yours would wait too long."), 10)
    if seconds := pace.wait("asked by all", settings.ASK_ALL_A_MINUTE):
        return _busy(_("Very many people are asking just now."), seconds)
    return _too_often(request)


def search_refusal(request: HttpRequest) -> Refusal | None:
    """Counts a search, those while one types included. This machine itself searches freely: behind a proxy that hides
    its visitors, all of them would be one."""
    if _is_staff(request):
        return None
    if seconds := pace.wait("searched by all", settings.SEARCH_ALL_A_MINUTE):
        return _busy(_("Very many people are searching just now."), seconds)
    here = request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1")
    if not here and (seconds := pace.wait(f"searched {visitor(request)}", settings.SEARCH_A_MINUTE)):
        return _busy(_("You have searched very often within a minute."), seconds)
    return None


def login_refusal(request: HttpRequest) -> Refusal | None:
    """Counts a try to log in from this address, whatever the account: passwords are not to be guessed in breadth."""
    seconds = pace.wait(f"login {visitor(request)}", settings.LOGINS_A_MINUTE)
    return _busy("", seconds) if seconds else None


def _busy(why: str, seconds: float) -> Refusal:
    whole = max(1, math.ceil(seconds))
    again = ngettext(
        "Try again in %(seconds)d second; what you typed is kept.",
        "Try again in %(seconds)d seconds; what you typed is kept.",
        whole,
    )
    return Refusal(f"{why} {again % {'seconds': whole}}", whole)


def _too_often(request: HttpRequest) -> Refusal | None:
    limits = ((MINUTE, settings.ASK_A_MINUTE), (DAY, settings.ASK_A_DAY))
    if not any(limit for _span, limit in limits):
        return None
    with _counting:
        return _counted(f"asked-{visitor(request)}", limits)


def _counted(key: str, limits: Iterable[tuple[int, int]]) -> Refusal | None:
    now = time.time()
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


def network_of(request: HttpRequest) -> str:
    """The address that counts as one visitor's: whoever has one of IPv6 has the other 2^64 of its network too."""
    address = str(request.META.get("REMOTE_ADDR") or "")
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address  # a socket has no address: all of its visitors count as one
    if isinstance(known, ipaddress.IPv4Address):
        return str(known)
    return str(known.ipv4_mapped or ipaddress.ip_network((known, 64), strict=False).network_address)


def visitor(request: HttpRequest) -> str:
    return salted_hmac("rag.visitors", network_of(request), algorithm="sha256").hexdigest()
