"""The catalogue's public pages, kept ready for the next visitor until their brand changes.

A page costs a core 20 ms to make and 3 to hand out again. One is kept for visitors alone (staff see more), at its bare
address, by all that it shows: its edition, its language, light or dark, the host in its links. What no edition tells,
such as `two hours ago` or what is asked often, may be as old as HALILIT_PAGES_KEPT_SECONDS. Forms get the visitor's own
token each time.
"""

from functools import lru_cache
from hashlib import blake2b
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.cache import caches
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import get_language

from . import appearance, editions
from .inline import Inline
from .pages import TOKEN

# The pages that are kept, by name: which part of the address is the brand; none for what shows all brands.
PAGES = {"catalog:home": "", "catalog:brand": "slug", "catalog:family": "brand", "catalog:product": "brand"}
# With these a page may show more than it shows to everybody.
PERSONAL = (settings.SESSION_COOKIE_NAME, "messages")
MADE_OF = ("templates", "static", "locale", "halilit", "catalog", "rag")


class KeptPages(Inline, MiddlewareMixin):
    """Stands last, where a view's name is known and nothing was asked of the database yet."""

    def __init__(self, get_response: Any) -> None:
        super().__init__(get_response)
        if self.async_mode:
            self.__dict__["process_view"] = self.looked_up

    def waits(self, request: HttpRequest) -> bool:
        return hasattr(request, "kept_as")  # it is written to the cache

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        return ready(request) if may_be_kept(request) else None

    async def looked_up(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        return await sync_to_async(ready)(request) if may_be_kept(request) else None

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        key: str | None = getattr(request, "kept_as", None)
        if key and response.status_code == 200 and not response.streaming and not response.cookies:
            caches["pages"].set(key, TOKEN.split(response.content), settings.PAGES_KEPT_SECONDS)
        return response


def may_be_kept(request: HttpRequest) -> bool:
    match = request.resolver_match
    return (
        settings.PAGES_KEPT_SECONDS > 0
        and request.method in ("GET", "HEAD")
        and match is not None
        and match.view_name in PAGES
        and not request.META.get("QUERY_STRING")
        and not any(name in request.COOKIES for name in PERSONAL)
    )


def ready(request: HttpRequest) -> HttpResponse | None:
    """The page as it was kept, or None; then `kept_as` says under which name it is to be kept."""
    try:
        key = name_of(request)
    except DatabaseError:  # the view meets it too, and whoever answers for views says what it means
        return None
    if not key:
        return None
    between: list[bytes] | None = caches["pages"].get(key)  # cut at the places of its forms' token
    if between is None:
        request.kept_as = key  # type: ignore[attr-defined]
        return None
    return HttpResponse(get_token(request).encode().join(between))


def name_of(request: HttpRequest) -> str:
    """All that a page depends on, as a digest; an empty text where there is no such brand."""
    match = request.resolver_match
    assert match is not None
    part = PAGES[match.view_name]
    edition = editions.of_brand(match.kwargs[part]) if part else editions.of_all()
    if not edition:
        return ""
    if settings.DEBUG:  # templates are being written
        release.cache_clear()
    parts = (
        release(),
        edition,
        get_language() or "",
        appearance.chosen(request),
        request.build_absolute_uri(request.path),
    )
    return blake2b("\x1f".join(parts).encode(), digest_size=20).hexdigest()


@lru_cache
def release() -> str:
    """What pages are made with: another release makes other pages of the same rows."""
    said = blake2b(digest_size=8)
    for folder in MADE_OF:
        for file in sorted((settings.BASE_DIR / folder).rglob("*.*")):
            if file.suffix in (".html", ".py", ".mo", ".css", ".js", ".svg"):
                said.update(f"{file}{file.stat().st_mtime_ns}".encode())
    return said.hexdigest()
