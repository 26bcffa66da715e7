"""Sessions of staff: over when nobody does anything for a while, seen by whom they belong to, and ended on demand."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

CAME, SEEN = "came", "seen"  # in the session
NOTED_EVERY = 60  # seconds: what is done is not written down at every request
MINUTE = 60
# Signs in what browsers send, the more special ones first: nearly all of them also say that they are Safari.
BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"),
           ("Linux", "Linux"))  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """A session as its owner knows it again: when and from where he came, with what, and when he did something last."""

    began: datetime
    seen: datetime
    address: str
    browser: str
    is_this: bool

    @property
    def device(self) -> str:
        """Browser and system in the words in which people know them; of others what they call themselves."""
        named = [next((name for sign, name in known if sign in self.browser), "") for known in (BROWSERS, SYSTEMS)]
        return ", ".join(filter(None, named)) if named[0] else self.browser[:60]


def begin(request: HttpRequest, address: str) -> None:
    """What a new session knows of itself."""
    now = int(time.time())
    browser = request.headers.get("User-Agent", "")[:200]
    request.session[CAME] = {"at": now, "from": address, "with": browser}
    request.session[SEEN] = now


def is_idle(request: HttpRequest) -> bool:
    """Whether nothing was done in this session for too long: then it is over. Else what is done now is noted."""
    now, seen = int(time.time()), request.session.get(SEEN, 0)
    if settings.STAFF_IDLE_MINUTES and seen and now - seen > settings.STAFF_IDLE_MINUTES * MINUTE:
        request.session.flush()
        return True
    # What a page asks for by itself is no sign of the person before it.
    by_itself = request.method == "GET" and "HX-Request" in request.headers
    if not by_itself and abs(now - seen) > NOTED_EVERY:
        request.session[SEEN] = now
    return False


def of(user: Any, *, this: str | None = None) -> list[tuple[Session, Seen]]:
    """Those of an account that are open, the last used first. `this` is the key of the asking one."""
    found = []
    for row in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        held = row.get_decoded()
        if held.get(SESSION_KEY) == str(user.pk):
            came = held.get(CAME, {})
            at, seen = (datetime.fromtimestamp(n, UTC) for n in (came.get("at", 0), held.get(SEEN, 0)))
            found.append((row, Seen(at, seen, came.get("from", ""), came.get("with", ""), row.session_key == this)))
    return sorted(found, key=lambda pair: pair[1].seen, reverse=True)


def end(user: Any, *, but: str | None = None) -> int:
    """End all sessions of an account, `but` one. How many there were."""
    rows = [row.pk for row, seen in of(user, this=but) if not seen.is_this]
    Session.objects.filter(pk__in=rows).delete()
    return len(rows)
