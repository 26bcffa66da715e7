"""Django's own middleware, without a change of threads at each step.

Under ASGI Django carries every step of such a middleware to a thread and back, in case it waits for something. None of
these does but in the cases named here; sixteen changes of threads cost every request more than most pages' queries.
"""

from collections.abc import Callable
from typing import Any

from asgiref.sync import sync_to_async
from csp.middleware import CSPMiddleware
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.common import CommonMiddleware
from django.middleware.csrf import CsrfViewMiddleware
from django.middleware.locale import LocaleMiddleware
from django.middleware.security import SecurityMiddleware
from django.utils.translation import gettext as _

from halilit.api.middleware import PREFIX, problem_response
from halilit.ops.probes import is_probe

from .languages import split

Step = Callable[..., Any]
SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class Inline:
    """Stands before a `MiddlewareMixin`. `waits` says whether the response's step reads or writes something."""

    def waits(self, request: HttpRequest) -> bool:
        return False

    async def __acall__(self, request: HttpRequest) -> HttpResponseBase:
        own: Any = self
        found = own.process_request(request) if hasattr(own, "process_request") else None
        response: HttpResponseBase = found or await own.get_response(request)
        if not hasattr(own, "process_response"):
            return response
        if self.waits(request):
            response = await sync_to_async(own.process_response)(request, response)
        else:
            response = own.process_response(request, response)
        return response


class Security(Inline, SecurityMiddleware):
    """Besides: no methods but those that something here takes, and no way to HTTPS for programs. One that is led there
    would go on sending its token in clear, and nobody would notice."""

    def process_request(self, request: HttpRequest) -> Any:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        if is_probe(request):
            return None
        led = super().process_request(request)
        if led is None or not split(request.path)[1].startswith(PREFIX):
            return led
        told = _(
            "The API is for HTTPS alone. This request came in clear: whoever saw it has its token, so revoke that."
        )
        return problem_response(403, told)


class Policy(Inline, CSPMiddleware):
    pass


class Session(Inline, SessionMiddleware):
    def waits(self, request: HttpRequest) -> bool:
        return bool(request.session.modified)  # it is saved


class Locale(Inline, LocaleMiddleware):
    pass


class Common(Inline, CommonMiddleware):
    def process_request(self, request: HttpRequest) -> Any:
        return None if is_probe(request) else super().process_request(request)


class Csrf(Inline, CsrfViewMiddleware):
    def __init__(self, get_response: Step) -> None:
        super().__init__(get_response)
        if self.async_mode:
            self.__dict__["process_view"] = self.looked_at

    async def looked_at(self, request: HttpRequest, *given: Any) -> Any:
        """A form's token is read from its body, which may be long."""
        if request.method in SAFE:
            return super().process_view(request, *given)
        return await sync_to_async(super().process_view)(request, *given)


class Authentication(Inline, AuthenticationMiddleware):
    pass


class Messages(Inline, MessageMiddleware):
    def waits(self, request: HttpRequest) -> bool:
        kept: Any = getattr(request, "_messages", None)
        return bool(kept is not None and (kept.used or kept.added_new))  # they may be kept in the session


class Framing(Inline, XFrameOptionsMiddleware):
    pass
