"""How often a caller may ask the API: a token as often as it says, a visitor as often as the settings say."""

import math
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from catalog.access import is_staff
from rag.pace import pace
from rag.visitors import visitor

from .auth import token_of

HERE = ("127.0.0.1", "::1")


class Refusal(NamedTuple):
    message: str
    seconds: int  # until asking is worth it again


def refusal(request: HttpRequest) -> Refusal | None:
    """Counts a request; why it is refused, where there were too many within the minute. This machine and staff's
    sessions may ask freely."""
    token = token_of(request)
    if token:
        name, limit = f"token {token.pk}", token.a_minute
    elif request.META.get("REMOTE_ADDR") in HERE or is_staff(request.user):
        return None
    else:
        name, limit = visitor(request), settings.API_A_MINUTE
    if not (wait := pace.wait(f"api {name}", limit)):
        return None
    told = _("More than %(limit)d requests within a minute. Go on in %(seconds)d s; a token may have a higher limit.")
    seconds = max(1, math.ceil(wait))
    return Refusal(told % {"limit": limit, "seconds": seconds}, seconds)
