"""Each request has a name, X-Request-ID, that its answer and its lines of the log carry; its time is counted."""

import time
import uuid
from collections.abc import Callable
from inspect import iscoroutinefunction
from typing import Any

from django.http import HttpRequest
from django.utils.decorators import sync_and_async_middleware
from prometheus_client import CollectorRegistry, Histogram

from catalog import tracing

from . import troubles

registry = CollectorRegistry()
SECONDS = Histogram(
    "halilit_request_seconds",
    "Time of this process's answers, by view; of a stream, until it begins",
    ["view", "method", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
    registry=registry,
)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@sync_and_async_middleware
def identified(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    if iscoroutinefunction(get_response):

        async def asynchronous(request: HttpRequest) -> Any:
            name, began = begin(request)
            return end(request, name, began, await get_response(request))

        return telling(asynchronous)

    def synchronous(request: HttpRequest) -> Any:
        name, began = begin(request)
        return end(request, name, began, get_response(request))

    return telling(synchronous)


def telling(middleware: Any) -> Any:
    """Django looks for this attribute: faults of disk and database have a page of their own."""
    middleware.process_exception = troubles.in_a_view
    return middleware


def begin(request: HttpRequest) -> tuple[str, float]:
    given = request.headers.get("X-Request-ID", "")
    name = given if tracing.is_id(given) else uuid.uuid4().hex
    tracing.request_id.set(name)
    return name, time.perf_counter()


def end(request: HttpRequest, name: str, began: float, response: Any) -> Any:
    response["X-Request-ID"] = name
    match = request.resolver_match
    view = (match.view_name if match else "") or "none"  # never the address: it has no end of values
    method = request.method if request.method in METHODS else "other"
    SECONDS.labels(view, method, response.status_code).observe(time.perf_counter() - began)
    return response
