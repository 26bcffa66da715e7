"""The record of staff's actions: what changes something, what takes data out, and who came in.

A middleware writes it, so that no view can forget to.
"""

import logging
from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import DatabaseError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

from . import sessions
from .models import ActionKind, StaffAction

log = logging.getLogger(__name__)

SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
# Logging in and out is told by Django's signals.
TOLD_ELSEWHERE = ("accounts:login", "accounts:code", "accounts:logout")
FORBIDDEN = 403
UNSAID = ("csrfmiddlewaretoken", "next")


@sync_and_async_middleware
def recorded(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    if iscoroutinefunction(get_response):
        wait: Callable[[HttpRequest], Awaitable[HttpResponseBase]] = get_response

        async def asynchronous(request: HttpRequest) -> HttpResponseBase:
            response = await wait(request)
            if worth_recording(request, response):
                await sync_to_async(record)(request, response)
            return response

        return asynchronous

    def synchronous(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if worth_recording(request, response):
            record(request, response)
        return response

    return synchronous


def worth_recording(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Without a look into the database: most requests are visitors' and read."""
    if response.status_code == FORBIDDEN:
        return True
    match = request.resolver_match
    if match is None or match.view_name in TOLD_ELSEWHERE:
        return False
    return request.method not in SAFE or is_export(request, match.view_name)


def is_export(request: HttpRequest, name: str) -> bool:
    """By the view's name, or what it is asked to answer as."""
    return "csv" in name or "export" in name or request.GET.get("as") == "csv"


def record(request: HttpRequest, response: HttpResponseBase) -> None:
    """Nothing for visitors. A full disk must not undo what was done: then the line goes to the log."""
    user, who = actor(request)
    if not who:
        return
    match = request.resolver_match
    kind = ActionKind.EXPORT if request.method in SAFE else ActionKind.CHANGE
    if response.status_code == FORBIDDEN:
        kind = ActionKind.DENIED
    name = (match.view_name or match.route) if match else "none"
    fields = sorted(set(request.POST) - set(UNSAID)) if request.method == "POST" else []
    write(
        kind=kind, user=user, who=who, what=f"{request.method} {name}"[:100],
        on=request.path[:300], status=response.status_code, address=address_of(request), detail={"fields": fields[:50]},
    )  # fmt: skip


def write(**values: Any) -> None:
    try:
        StaffAction.objects.create(**values)
    except DatabaseError:
        log.exception("Staff action not recorded: %(who)s %(what)s %(on)s from %(address)s", values)


def actor(request: HttpRequest) -> tuple[Any, str]:
    """The account, and a name; of a program the name of its token, which the API leaves in `request.auth`."""
    token = getattr(request, "auth", None)
    token = token if hasattr(token, "digest") else getattr(request, "api_token", None)  # one that lacks the scope
    if token is not None:
        return None, f"token: {token.name}"[:150]
    user = getattr(request, "user", None)
    return (user, user.get_username()) if user and user.is_authenticated and user.is_staff else (None, "")


def address_of(request: HttpRequest | None) -> str:
    """The proxy in front sets it; uvicorn believes the proxies that it was told of alone."""
    return str(request.META.get("REMOTE_ADDR", ""))[:45] if request else ""


def logged_in(sender: Any, request: HttpRequest, user: Any, **_: Any) -> None:
    sessions.begin(request, address_of(request))
    came(ActionKind.LOGIN, request, user, user.get_username(), 200, factor=request.META.get("halilit.factor", ""))


def logged_out(sender: Any, request: HttpRequest, user: Any, **_: Any) -> None:
    if user:
        came(ActionKind.LOGOUT, request, user, user.get_username(), 200)


def refused(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    came(ActionKind.REFUSED, request, None, str(credentials.get("username", "")), 403)


def wrong_password(request: HttpRequest, user: Any) -> None:
    """Of somebody who is logged in, where something weighty asks for it once more."""
    came(ActionKind.REFUSED, request, user, user.get_username(), 403, factor="password")


def wrong_code(request: HttpRequest, user: Any) -> None:
    """The password was right, the second factor was not."""
    came(ActionKind.REFUSED, request, user, user.get_username(), 403, factor="code")


def came(kind: ActionKind, request: HttpRequest | None, user: Any, who: str, status: int, *, factor: str = "") -> None:
    detail = {"factor": factor} if factor else {}
    write(
        kind=kind, user=user, who=who[:150], what=kind.value, on="", status=status, address=address_of(request),
        detail=detail,
    )  # fmt: skip


def listen() -> None:
    user_logged_in.connect(logged_in)
    user_logged_out.connect(logged_out)
    user_login_failed.connect(refused)
