"""The query log: written by pages of results once their reader stays or opens something, read by staff.

A page of results carries a signed note of what it shows, so that nobody can log what was never found; the note comes
back by itself after a while without typing, or with the click on a result. Rows older than HALILIT_SEARCH_LOG_DAYS go.
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Count, F, Max, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from .models import LoggedSearch, SearchSynonym
from .synonyms import is_hebrew

SALT = "search-log"
NOTE_LIVES = timedelta(hours=12)
MOST_FAILED = 200
Note = dict[str, Any]


def note(*, text: str, language: str, filters: dict[str, str], results: int, milliseconds: float) -> str:
    """What a page of results says of itself; "" where nothing is logged."""
    if not settings.SEARCH_LOG_DAYS:
        return ""
    said = {"q": text, "l": language, "f": filters, "n": results, "ms": round(milliseconds), "k": secrets.token_hex(8)}
    return signing.dumps(said, salt=SALT, compress=True)


def log(signed: str, clicked: str = "") -> bool:
    """Keep what a note says, once; a click counts each time. False where the note is not ours, or too old."""
    try:
        said: Note = signing.loads(signed, salt=SALT, max_age=NOTE_LIVES)
    except signing.BadSignature:
        return False
    row, is_new = LoggedSearch.objects.get_or_create(
        key=hashlib.blake2b(signed.encode(), digest_size=16).hexdigest(),
        defaults={
            "text": said["q"][:200],
            "language": said["l"],
            "filters": said["f"],
            "results": said["n"],
            "milliseconds": said["ms"],
        },
    )
    if clicked:
        LoggedSearch.objects.filter(pk=row.pk).update(clicks=F("clicks") + 1, clicked=_path(clicked))
    if is_new:
        _forget_old()
    return True


def _path(address: str) -> str:
    return urlsplit(address).path[:300]


def _forget_old() -> None:
    LoggedSearch.objects.filter(searched_at__lt=_oldest()).delete()


def _oldest() -> Any:
    return timezone.now() - timedelta(days=settings.SEARCH_LOG_DAYS)


class Failed(NamedTuple):
    """A text that found nothing, how often, when last, and what it may have been meant to be (`guessed`)."""

    text: str
    language: str
    times: int
    last: Any
    meant: str = ""


def searches(*, language: str = "", unopened: bool = False) -> QuerySet[LoggedSearch]:
    """Latest first; `unopened`: found something, of which nothing was opened."""
    rows = LoggedSearch.objects.filter(searched_at__gte=_oldest())
    rows = rows.filter(language=language) if language else rows
    return rows.filter(results__gt=0, clicks=0) if unopened else rows


def failed(*, language: str = "", among: QuerySet[LoggedSearch] | None = None) -> list[Failed]:
    """Texts without filters that found nothing, commonest first; those that have become synonyms since are left out.

    Of all that is kept, or `among` some.
    """
    rows = (searches(language=language) if among is None else among).filter(results=0, filters={})
    counted = (
        rows.annotate(folded=Lower("text"))
        .values("folded", "language")
        .annotate(count=Count("pk"), last=Max("searched_at"))
        .order_by("-count", "-last")[:MOST_FAILED]
    )
    texts = [row["folded"] for row in counted]
    known = set(SearchSynonym.objects.filter(term__in=texts, active=True).values_list("term", flat=True))
    return [
        Failed(row["folded"], row["language"], row["count"], row["last"])
        for row in counted
        if row["folded"] not in known
    ]


def guessed(shown: Sequence[Failed]) -> list[Failed]:
    """The same with the product or brand that each looks most like: for those that are shown, as each is compared with
    all names."""
    from .suggest import alike_each

    near = alike_each([one.text for one in shown])
    return [one._replace(meant=next(iter(names), "")) for one, names in zip(shown, near, strict=True)]


def add_synonym(*, term: str, means: str) -> tuple[SearchSynonym, bool]:
    """The term also finds `means` from now on. Returns the row, and whether it is new or has become more."""
    term, means = " ".join(term.lower().split()), " ".join(means.split())
    with transaction.atomic():
        row, is_new = SearchSynonym.objects.select_for_update().get_or_create(
            term=term, defaults={"synonyms": means, "language": "he" if is_hebrew(term) else "en"}
        )
        words = row.synonyms.split("\n")
        changed = is_new or means not in words or not row.active
        if changed and not is_new:
            row.synonyms = "\n".join(dict.fromkeys([*words, means]))
            row.active = True
            row.save(update_fields=["synonyms", "active"])
    return row, changed
