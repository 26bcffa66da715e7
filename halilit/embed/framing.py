"""The one page that other sites may frame: those that staff allowed, and this site itself for the preview."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from .models import allowed_origins


def framed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Nothing else of the policies is loosened. X-Frame-Options knows no list of sites, so the newer header stands
    alone, as CSP (level 2, section 7.7.1) has it."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: Any = view(request, *args, **kwargs)
        response._csp_replace = {"frame-ancestors": ["'self'", *allowed_origins()]}
        response.xframe_options_exempt = True
        return response

    return answered


def is_from_here(request: HttpRequest) -> bool:
    """Whether the frame's own form sent this. In a frame of another site browsers keep cookies back, and with them the
    usual token; they tell the origin instead, which no page can forge."""
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
