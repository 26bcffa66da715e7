"""Around every answer of the API: how often a caller may ask, and that whatever goes wrong is a problem detail."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from inspect import iscoroutinefunction
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import sync_and_async_middleware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from . import limits

PREFIX = "/api/"
PROBLEM = "application/problem+json"


SAFE = ("GET", "HEAD", "OPTIONS")
ELSEWHERE = gettext_noop(
    "Pages of other sites may not ask this API through their visitors. Ask from a server, with a token."
)


def is_from_elsewhere(request: HttpRequest) -> bool:
    """Whether a page of another site sent it by its visitor's browser: questions cost, and would count as his."""
    origin = request.headers.get("Origin", "")
    if request.method in SAFE or not origin or "Authorization" in request.headers:
        return False
    return origin not in (f"{request.scheme}://{request.get_host()}", *settings.CSRF_TRUSTED_ORIGINS)


@sync_and_async_middleware
def api_answers(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    if iscoroutinefunction(get_response):

        async def asynchronous(request: HttpRequest) -> Any:
            if not request.path_info.startswith(PREFIX):
                return await get_response(request)
            if is_from_elsewhere(request):
                return problem_response(403, _(ELSEWHERE))
            too_often = await sync_to_async(limits.refusal)(request)
            if too_often:
                return told(request, refused(too_often))
            with as_read(request):
                return told(request, await get_response(request))

        return asynchronous

    def synchronous(request: HttpRequest) -> Any:
        if not request.path_info.startswith(PREFIX):
            return get_response(request)
        if is_from_elsewhere(request):
            return problem_response(403, _(ELSEWHERE))
        too_often = limits.refusal(request)
        if too_often:
            return told(request, refused(too_often))
        with as_read(request):
            return told(request, get_response(request))

    return synchronous


@contextmanager
def as_read(request: HttpRequest) -> Iterator[None]:
    """HEAD is answered as GET, whose routes alone the API knows; the server leaves the body out (RFC 9110, 9.3.2)."""
    method = request.method
    request.method = "GET" if method == "HEAD" else method
    try:
        yield
    finally:
        request.method = method


def problem_response(status: int, detail: str, **more: Any) -> HttpResponse:
    """RFC 9457."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}
    return HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type=PROBLEM)


def refused(too_often: limits.Refusal) -> HttpResponse:
    response = problem_response(429, too_often.message)
    response["Retry-After"] = str(too_often.seconds)
    return response


def told(request: HttpRequest, response: Any) -> Any:
    """The answer, or its problem detail where something outside the routes refused or failed."""
    if response.status_code < 400 or response.get("Content-Type", "").startswith(PROBLEM):
        return response
    allowed = response.get("Allow", "")
    replaced = problem_response(response.status_code, detail_of(response.status_code, allowed))
    for name in ("Allow", "Retry-After", "WWW-Authenticate"):
        if name in response:
            replaced[name] = response[name]
    return replaced


def detail_of(status: int, allowed: str) -> str:
    if status == 405:
        return _("This address takes %(methods)s. /api/docs describes each.") % {"methods": allowed}
    if status >= 500:
        return _("Something went wrong on this site; it is recorded. Try again, and tell whoever looks after it.")
    if status == 404:
        return _("There is nothing at this address. /api/docs lists them.")
    return _("The request cannot be served as it is. /api/docs describes what each address takes.")
