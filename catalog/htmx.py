"""Requests that a page's script may have sent, for a part of the page alone."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class HtmxRequest(HttpRequest):
    htmx: HtmxDetails


def wants_part(request: HtmxRequest) -> bool:
    """Whether a part is wanted: a browser that goes back, and has forgotten the page, wants the whole of it."""
    return bool(request.htmx and not request.htmx.history_restore_request)
