"""Pages on their way to the browser: compressed, and with an ETag so that an unchanged one isn't sent again.

Pictures go without what is said to pages alone, which would be half of a small one's bytes.
"""

import re
from collections.abc import Callable
from hashlib import blake2b
from inspect import iscoroutinefunction
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.decorators import sync_and_async_middleware
from django.utils.text import compress_string

Step = Callable[[HttpRequest, HttpResponseBase], HttpResponseBase]
Middleware = Callable[[Callable[[HttpRequest], Any]], Callable[[HttpRequest], Any]]

SMALL = 800  # bytes that are not worth compressing
TYPES = ("text/html", "text/plain", "application/json", "application/xml", "application/manifest+json", "image/svg+xml")
# A form's token differs in each copy of a page though it says the same.
TOKEN = re.compile(rb'(?<=csrfmiddlewaretoken" value=")\w{64}(?=")|(?<=X-CSRFToken": ")\w{64}(?=")')
# What only a page heeds. A picture that is opened by itself still loads and runs nothing.
OF_PAGES = (
    "Permissions-Policy",
    "Cross-Origin-Opener-Policy",
    "Content-Language",
    "X-Frame-Options",
    "Referrer-Policy",
)
ASKED_AGAIN = "private, no-cache"
NOTHING = "default-src 'none'; frame-ancestors 'none'"
PADDING = 100  # bytes at most, by chance, so that the length tells nothing of what is within


def applied(step: Step) -> Middleware:
    """A middleware that does nothing but one step with each response, under WSGI and ASGI."""

    @sync_and_async_middleware
    def middleware(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
        if iscoroutinefunction(get_response):

            async def asynchronous(request: HttpRequest) -> HttpResponseBase:
                return step(request, await get_response(request))

            return asynchronous

        def synchronous(request: HttpRequest) -> HttpResponseBase:
            return step(request, get_response(request))

        return synchronous

    return cast(Middleware, middleware)


def bare(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    kind = response.headers.get("Content-Type", "")
    if not kind.startswith("image/") or kind.startswith("image/svg") or response.status_code != 200:
        return response
    for name in OF_PAGES:
        del response[name]
    response.headers["Content-Security-Policy"] = NOTHING
    if varies := [part for part in response.headers.get("Vary", "").split(", ") if part not in ("", "Accept-Language")]:
        response.headers["Vary"] = ", ".join(varies)
    else:
        del response["Vary"]
    return response


def finish(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Leaves streams alone: they are answers on their way and files that are compressed already."""
    if response.streaming or not isinstance(response, HttpResponse):
        return response
    if not response.headers.get("Content-Type", "").startswith(TYPES) or response.has_header("Content-Encoding"):
        return response
    answered = with_etag(request, response)
    return answered if answered.status_code == 304 else compressed(request, answered)


def with_etag(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A page may be kept, and must be asked for again before it is shown; unchanged, it is not sent a second time.

    Staff's are not kept: others may sit at the same computer.
    """
    if settings.SESSION_COOKIE_NAME in request.COOKIES and response.get("Cache-Control", ASKED_AGAIN) == ASKED_AGAIN:
        response.headers["Cache-Control"] = "private, no-store"
    stored = "no-store" not in response.get("Cache-Control", "")
    if request.method not in ("GET", "HEAD") or response.status_code != 200 or not stored:
        return response
    response.headers.setdefault("Cache-Control", ASKED_AGAIN)
    if not response.has_header("ETag"):
        said = TOKEN.sub(b"", response.content) + secret(request, response).encode()
        response.headers["ETag"] = f'W/"{blake2b(said, digest_size=12).hexdigest()}"'
    found = get_conditional_response(request, etag=response.headers["ETag"], response=response)
    assert isinstance(found, HttpResponse)
    return found


def secret(request: HttpRequest, response: HttpResponse) -> str:
    """What the page's forms are bound to: with another cookie, a kept page's forms would be refused."""
    morsel = response.cookies.get(settings.CSRF_COOKIE_NAME)
    return morsel.value if morsel else request.COOKIES.get(settings.CSRF_COOKIE_NAME, "")


def compressed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ("Accept-Encoding",))
    accepted = {part.split(";")[0].strip() for part in request.headers.get("Accept-Encoding", "").split(",")}
    if len(response.content) < SMALL or "gzip" not in accepted:
        return response
    smaller = compress_string(response.content, max_random_bytes=PADDING)
    if len(smaller) < len(response.content):
        response.content = smaller
        response.headers["Content-Length"] = str(len(smaller))
        response.headers["Content-Encoding"] = "gzip"
    return response


compressed_pages = applied(finish)
bare_pictures = applied(bare)  # stands before whatever adds headers
