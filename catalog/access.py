"""What a staff page needs: each view says so in one line, and whoever lacks it is told."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django_htmx.http import HttpResponseClientRedirect

View = Callable[..., HttpResponse]
SAFE = ("GET", "HEAD", "OPTIONS")


class MissingPermission(PermissionDenied):
    """`permission` as `app.codename`: the page of refusals says what it allows, and who has it."""

    def __init__(self, permission: str) -> None:
        super().__init__(permission)
        self.permission = permission


def is_staff(user: Any) -> bool:
    return bool(user.is_authenticated and user.is_active and user.is_staff)


def to_login(request: HttpRequest) -> HttpResponse:
    """Where one logs in, and back from there. What asks for a part of its page leads all of it there: the part would
    show the way in within itself, as in a page that was left open until its session was over."""
    login, htmx = resolve_url("admin:login"), getattr(request, "htmx", None)
    if not htmx:
        return redirect_to_login(request.get_full_path(), login)
    return HttpResponseClientRedirect(redirect_to_login(htmx.current_url_abs_path or "/staff/", login).url)


def needs(see: str = "", *, change: str = "") -> Callable[[View], View]:
    """For staff who may `see`; a request that changes something needs `change` instead, where it is named.

    Both are permissions as `app.codename`. Without any, being staff is enough. Strangers are sent to log in.
    """

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not is_staff(request.user):
                return to_login(request)
            wanted = change if change and request.method not in SAFE else see
            if wanted and not request.user.has_perm(wanted):
                raise MissingPermission(wanted)
            return view(request, *args, **kwargs)

        return guarded

    return declare
