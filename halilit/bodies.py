"""The end of requests whose body is too large or comes too slowly, before it fills the disk or keeps a place.

Django writes a whole body to the disk before a view or a middleware sees it. The proxy has such limits as well; these
hold without one.
"""

import asyncio
import io
import re
import time
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.core.handlers.asgi import ASGIRequest
from django.db import DatabaseError, close_old_connections
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from halilit.accounts.middleware import known
from halilit.api.middleware import PREFIX, problem_response
from halilit.face.languages import split

MB = 1_000_000
UPLOADS = re.compile(r"(/(en|he))?/staff/uploads/")
# Bytes of a body, and seconds until the whole of it has to be here.
FORM, UPLOAD = (6 * MB, 60), (600 * MB, 1800)
LINGERS = 1.0  # seconds that a connection stays open behind a refusal


class Bodies:
    """Around an ASGI application."""

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        headers = dict(scope["headers"]) if scope["type"] == "http" else {}
        length = int(headers.get(b"content-length", 0))
        if not length and b"transfer-encoding" not in headers:
            await self.application(scope, receive, send)
            return
        most, seconds = FORM
        if UPLOADS.match(scope["path"]) and not 0 < length <= most:
            if not await sync_to_async(may_send_files, thread_sensitive=False)(scope):
                await refuse(scope, send, 403, most)
                return
            most, seconds = UPLOAD
        body = Body(receive, most, seconds)
        if length > most:
            body.problem = 413
        else:
            await self.application(scope, body.receive, body.answering(send))
        if body.problem and not body.answered:
            await refuse(scope, send, body.problem, most)


def may_send_files(scope: Any) -> bool:
    """Whether staff who may add documents ask. Anybody else could fill the disk before a view sees him."""
    request = ASGIRequest(scope, io.BytesIO())
    request.session = SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    try:
        return bool(known(request, get_user(request)).has_perm("ingestion.add_upload"))
    except DatabaseError:
        return False
    finally:
        close_old_connections()


class Body:
    """What comes in, counted and timed. To the application one that is refused looks like a visitor who has gone."""

    def __init__(self, receive: Any, most: int, seconds: float) -> None:
        self.source, self.left, self.until = receive, most, time.monotonic() + seconds
        self.whole, self.answered, self.problem = False, False, 0

    async def receive(self) -> Any:
        if self.whole:  # what is asked for now is the visitor's going away
            return await self.source()
        try:
            async with asyncio.timeout(self.until - time.monotonic()):
                message = await self.source()
        except TimeoutError:
            return self.refused(408)
        self.left -= len(message.get("body", b""))
        self.whole = not message.get("more_body", False)
        return self.refused(413) if self.left < 0 else message

    def refused(self, status: int) -> dict[str, str]:
        self.problem = status
        return {"type": "http.disconnect"}

    def answering(self, send: Any) -> Any:
        async def sending(message: Any) -> None:
            self.answered = True
            await send(message)

        return sending


async def refuse(scope: Any, send: Any, status: int, most: int) -> None:
    request = ASGIRequest(scope, io.BytesIO())
    with translation.override(split(scope["path"])[0] or translation.get_language_from_request(request)):
        response = answer(request, status, most)
    headers = [(name.lower().encode(), value.encode()) for name, value in response.items()]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": response.content, "more_body": True})
    # A proxy, or a browser, that is sending still would take a connection that ends at once for a broken one.
    await asyncio.sleep(LINGERS)
    await send({"type": "http.response.body", "body": b""})


def answer(request: ASGIRequest, status: int, most: int) -> HttpResponse:
    if status == 413:
        title = _("That is too much at once")
        what = _("This site takes %(megabytes)d MB in one go. Nothing was stored: send less, or in several parts.")
        what %= {"megabytes": most // MB}
    elif status == 403:
        title = _("Log in first")
        what = _(
            "Large files are taken from staff who may add documents. Nothing was stored: log in, then send them again."
        )
    else:
        title = _("That took too long")
        what = _(
            "What you sent did not arrive in time, and nothing was stored. Check your connection and send it again."
        )
    if request.path.startswith(PREFIX):
        response = problem_response(status, f"{title}. {what}")
    else:
        response = HttpResponse(render_to_string("503.html", {"title": title, "what": what}), status=status)
    response["Content-Length"] = str(len(response.content))
    # The rest of the body is not read, so nothing else can follow on this connection (RFC 9112, section 9.3).
    response["Connection"], response["Cache-Control"], response["X-Content-Type-Options"] = (
        "close",
        "no-store",
        "nosniff",
    )
    response["Content-Security-Policy"] = (
        "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    )
    return response
