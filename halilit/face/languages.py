"""The language in the address: /en/… and /he/… are the same site, each in one language.

Without either, the reader's last choice decides, then his browser. Links within such a page keep its language: the
prefix is the site's mount point while the request lasts. Search engines are told of both (`hreflang`, sitemap).
"""

from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import get_script_prefix, set_script_prefix
from django.utils import translation
from django.utils.decorators import sync_and_async_middleware

YEAR = 365 * 86400  # seconds
CODES = [code for code, _ in settings.LANGUAGES]


@sync_and_async_middleware
def language_in_address(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    if iscoroutinefunction(get_response):
        wait: Callable[[HttpRequest], Awaitable[HttpResponse]] = get_response

        async def asynchronous(request: HttpRequest) -> HttpResponseBase:
            mounted_at = get_script_prefix()
            return remember(request, await wait(enter(request)), mounted_at)

        return asynchronous

    def synchronous(request: HttpRequest) -> HttpResponseBase:
        mounted_at = get_script_prefix()
        return remember(request, get_response(enter(request)), mounted_at)

    return synchronous


def split(path: str) -> tuple[str, str]:
    """Language and the rest of a path: `/he/brands/` gives `he` and `/brands/`, `/brands/` an empty text and itself."""
    code, _, rest = path[1:].partition("/")
    return (code, "/" + rest) if code in CODES else ("", path)


def enter(request: HttpRequest) -> HttpRequest:
    code, path = split(request.path_info)
    if code:
        request.path_info = path
        set_script_prefix(f"{get_script_prefix()}{code}/")
        translation.activate(code)
        request.LANGUAGE_CODE = code
    return request


def remember(request: HttpRequest, response: HttpResponseBase, mounted_at: str) -> HttpResponseBase:
    """Keep the chosen language for addresses without one. A stream still writes links, so its prefix stays."""
    if not response.streaming:
        set_script_prefix(mounted_at)
    code, _ = split(request.path.removeprefix(mounted_at.rstrip("/")))
    name = settings.LANGUAGE_COOKIE_NAME
    if code and request.COOKIES.get(name) != code and is_visit(request, response):
        response.set_cookie(name, code, max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure())
    return response


def is_visit(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether a reader opened a page: not a script, nor the browser that fetches what may be wanted next."""
    fetched = request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate" or "Sec-Purpose" in request.headers
    return not fetched and response.get("Content-Type", "").startswith("text/html")


def address_in(request: HttpRequest, code: str) -> str:
    """The path of this page in a language; with an empty code without one, where reader and browser decide."""
    _, path = split(request.path)
    return f"/{code}{path}" if code else path
