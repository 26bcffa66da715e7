"""What the status and the headers of an answer say."""

from email.utils import parsedate_to_datetime

import httpx
from django.utils import timezone

from .errors import Gone, IngestionError, Refused, ServerError, TooManyRequests
from .reasons import why

MAX_RETRY_AFTER = 30 * 86_400.0  # seconds; who asks for more never wants us back


def claimed(answer: httpx.Response) -> int:
    """Bytes that an answer says it will have; 0 where it says nothing of use."""
    length = answer.headers.get("content-length", "")
    return int(length[:15]) if length.isascii() and length.isdecimal() else 0


def complaint(status: int, wait: str | None) -> IngestionError | None:
    """What a status says against going on; `wait` is the Retry-After header, where there is one."""
    if status in (404, 410):
        return Gone("There is no such page (any more).", status=status)
    if status == 429 or (status == 503 and wait is not None):
        return TooManyRequests(
            "The site asks to be left alone for a while.", retry_after=retry_after(wait or ""), status=status
        )
    if status >= 500:
        return ServerError(why("server_error", status=status), status=status)
    return Refused(why("refused", status=status), status=status) if status >= 400 else None


def mark(value: str, most: int) -> str:
    """An ETag or date that can be sent back; one that is too long or no ASCII would never be known again."""
    return value if len(value) <= most and value.isascii() else ""


def retry_after(value: str) -> float:
    """Seconds of a Retry-After header (RFC 9110, 10.2.3), a number or a date; 30 where it is neither."""
    if value.strip().isdecimal():
        return min(float(value[:20]), MAX_RETRY_AFTER)
    try:
        seconds = (parsedate_to_datetime(value) - timezone.now()).total_seconds()
    except (TypeError, ValueError, OverflowError):
        return 30.0
    return min(max(seconds, 0.0), MAX_RETRY_AFTER)
