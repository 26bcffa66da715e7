"""What earlier runs know, put back into the queue: all of it or, for a visit of some pages alone, what belongs to them.

A visit of some pages alone (`IngestionRun.only`) reads these and the pages below them, with the documents and pictures
that they link to; other links are not followed. It is for a document that is lacking, without reading a whole site.
"""

from collections.abc import Iterable, Sequence

from .addresses import same_page_key
from .fates import columns
from .models import FrontierUrl, IngestionRun, UrlKind, UrlState
from .reasons import why
from .scope import Scope

FRUITLESS = why("fruitless")
# What only the way to a URL tells, not its address: it is not asked again.
ENDLESS = (FRUITLESS.code, "facets", "growing_path", "too_many_steps")
AT_ONCE = 500  # rows of one statement


def begin(run: IngestionRun, scope: Scope) -> int:
    """Put what earlier runs know back into the queue. Returns how many URLs.

    What is without end stays skipped, or each run would follow it a little further.
    """
    known = FrontierUrl.objects.filter(brand=run.brand).exclude(run=run)
    if run.only:
        return queue(run, known.filter(kind=UrlKind.PAGE, key__in=keys(run)).values_list("pk", flat=True))
    known.filter(state=UrlState.SKIPPED, code__in=ENDLESS).update(run=run)
    known = known.exclude(state=UrlState.SKIPPED, code__in=ENDLESS)
    return queue(run, [row.pk for row in known.only("pk", "url", "kind") if _is_ours(row, scope)])


def _is_ours(row: FrontierUrl, scope: Scope) -> bool:
    return row.kind != UrlKind.PAGE or scope.owns(row.url)


def queue(run: IngestionRun, found: Iterable[int]) -> int:
    ours = list(found)
    for start in range(0, len(ours), AT_ONCE):
        FrontierUrl.objects.filter(pk__in=ours[start : start + AT_ONCE]).update(
            run=run, state=UrlState.QUEUED, attempts=0, not_before=None, error_class="", **columns("")
        )
    return len(ours)


def keys(run: IngestionRun) -> list[str]:
    return [same_page_key(url) for url in run.only]


def is_meant(run: IngestionRun, url: str) -> bool:
    """Whether a page belongs to the visit. Below a home page lies the whole site, which does not."""
    if not run.only:
        return True
    key = same_page_key(url)
    return any(key == one or (not one.endswith("/") and key.startswith(f"{one}/")) for one in keys(run))


def hand_over(run: IngestionRun, linked: Sequence[str]) -> int:
    """Queue those keys that pages of the visit link to and earlier runs had. Returns how many URLs."""
    count = 0
    for start in range(0, len(linked) if run.only else 0, AT_ONCE):
        theirs = FrontierUrl.objects.filter(brand=run.brand, key__in=linked[start : start + AT_ONCE]).exclude(run=run)
        count += queue(run, theirs.values_list("pk", flat=True))
    return count
