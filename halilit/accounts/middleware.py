"""A session in which nothing is done for long is over. Where a second factor is demanded, one without it counts as
nobody's: one opened before it was demanded, or whose device was taken away."""

from collections.abc import Callable
from inspect import iscoroutinefunction
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.decorators import sync_and_async_middleware
from django.utils.functional import SimpleLazyObject

from . import second_factor, sessions


@sync_and_async_middleware
def verified_staff(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    if iscoroutinefunction(get_response):

        async def asynchronous(request: HttpRequest) -> Any:
            demand(request)
            return await get_response(request)

        return asynchronous

    def synchronous(request: HttpRequest) -> Any:
        demand(request)
        return get_response(request)

    return synchronous


def demand(request: HttpRequest) -> None:
    """Lazily: a page that asks for no user costs no query."""
    found = request.user
    request.user = SimpleLazyObject(lambda: known(request, found))  # type: ignore[assignment]

    async def auser() -> Any:
        return await sync_to_async(known)(request, found)

    request.auser = auser


def known(request: HttpRequest, user: Any) -> Any:
    if not (user.is_authenticated and user.is_staff):
        return user
    unproven = settings.TWO_FACTOR and not second_factor.is_verified(request, user)
    return AnonymousUser() if unproven or sessions.is_idle(request) else user
