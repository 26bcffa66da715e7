"""Faults from outside, such as a full disk or a database that is locked: known by what they raise, told on a page.

The page needs neither the database nor the disk. Staff find the fault in their inbox (halilit.console.facts.storage).
"""

import errno
import logging
import sys
from collections.abc import Iterator
from typing import NamedTuple

from django.core.cache import cache
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.defaults import server_error

from halilit.api.middleware import PREFIX, problem_response

logger = logging.getLogger(__name__)
RETRY_AFTER = 20  # seconds
REMEMBERED = 600  # seconds: so long the inbox shows a fault that comes and goes
MEMORY = "trouble-of-storage"
UNMIGRATED, FULL, READ_ONLY, LOCKED, AWAY = "unmigrated", "full", "read-only", "locked", "away"
# Parts of what SQLite and PostgreSQL say, in the order in which they are looked for.
SIGNS = {
    "no such table": UNMIGRATED, "no such column": UNMIGRATED, "no column named": UNMIGRATED,
    "undefinedtable": UNMIGRATED, "undefinedcolumn": UNMIGRATED,
    "is full": FULL, "no space left": FULL, "diskfull": FULL, "readonly": READ_ONLY, "read-only": READ_ONLY,
    "is locked": LOCKED, "locknotavailable": LOCKED, "unable to open": AWAY, "disk i/o": AWAY, "connection": AWAY,
    "server closed": AWAY, "starting up": AWAY, "shutting down": AWAY,
}  # fmt: skip
ERRNOS = {errno.ENOSPC: FULL, errno.EDQUOT: FULL, errno.EROFS: READ_ONLY}


class Told(NamedTuple):
    title: str
    what: str


def told(kind: str) -> Told:
    later = _("Please try again in a minute.")
    if kind == UNMIGRATED:
        return Told(
            _("The site is being set up"),
            _("Its database is not ready yet.") + f" {later} " + _("Who looks after it: run manage.py migrate."),
        )
    if kind in (FULL, READ_ONLY):
        return Told(
            _("Nothing can be stored just now"),
            _("Reading and searching go on, but what you have just sent was not kept.") + f" {later}",
        )
    if kind == LOCKED:
        busy = _("Something large is being stored, and what you have just sent had to wait too long: it was not kept.")
        return Told(_("The site is very busy just now"), f"{busy} {later}")
    return Told(_("The database does not answer just now"), later)


def kind_of(error: BaseException | None) -> str:
    """Which fault an exception tells of; "" where it is none of these, but a mistake of ours."""
    return next((kind for each in chain(error) if (kind := kind_of_one(each))), "")


def chain(error: BaseException | None) -> Iterator[BaseException]:
    for _step in range(10):
        if error is None:
            return
        yield error
        error = error.__cause__ or error.__context__


def kind_of_one(error: BaseException) -> str:
    if isinstance(error, OSError):
        return ERRNOS.get(error.errno or 0, "")
    if not isinstance(error, DatabaseError):
        return ""
    said = f"{type(error.__cause__).__name__} {error}".lower()
    return next((kind for sign, kind in SIGNS.items() if sign in said), "")


def answer(request: HttpRequest, error: BaseException | None) -> HttpResponse | None:
    """503 with what it means, or None where the exception is none of these faults."""
    kind = kind_of(error)
    if not kind:
        return None
    logger.error("%s %s: %s: %s", request.method, request.path, kind, error)
    remember(kind)
    said = told(kind)
    if request.path_info.startswith(PREFIX):
        response = problem_response(503, f"{said.title}. {said.what}")
    else:
        context = {"title": said.title, "what": said.what, "typed": typed(request)}
        response = HttpResponse(render_to_string("503.html", context), status=503)
    response["Retry-After"], response["Cache-Control"] = str(RETRY_AFTER), "no-store"
    return response


def typed(request: HttpRequest) -> str:
    """The question that was sent: nobody should have to write it again."""
    return request.POST.get("question", "")[:2000] if request.method == "POST" else ""


def remember(kind: str) -> None:
    cache.set(MEMORY, kind, REMEMBERED)


def met() -> str:
    """The fault that was met of late, "" for none."""
    return str(cache.get(MEMORY) or "")


def in_a_view(request: HttpRequest, exception: Exception) -> HttpResponse | None:
    """As a middleware's process_exception: also where DEBUG shows everything else in detail."""
    return answer(request, exception)


def failed(request: HttpRequest) -> HttpResponse:
    """handler500: what failed outside of a view, and whatever else went wrong."""
    return answer(request, sys.exc_info()[1]) or server_error(request)


def in_one_line(error: Exception) -> str:
    """For a terminal; "" where it is none of these faults."""
    return {
        UNMIGRATED: "The database is not set up, or older than the program: run manage.py migrate.",
        FULL: "The disk is full: free some space, then run this again. What was stored before is kept.",
        READ_ONLY: "The database cannot be written: see the rights of its file and folder (HALILIT_DATA_DIR).",
        LOCKED: "Another program held the database for too long: run this again, or end that program.",
        AWAY: f"The database does not answer: {' '.join(str(error).split())}. See DATABASE_URL.",
    }.get(kind_of(error), "")
