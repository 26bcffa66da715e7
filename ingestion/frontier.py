"""The frontier: which URLs of a brand a run still has to visit, and what became of the others."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Length, Lower
from django.utils import timezone

from . import again
from .addresses import LISTING_PATIENCE, page_number, same_page_key, server_of
from .again import FRUITLESS
from .errors import TryLater
from .fates import columns
from .losses import suspects
from .models import MAX_URL_ATTEMPTS, FrontierUrl, IngestionRun, UrlKind, UrlState
from .reasons import why
from .room import fitting
from .scope import MOST_FACETS, facet_key
from .store.naming import called_otherwise

RANKS = {"start": 0, "page": 4, "document": 5, "listing": 6, "image": 8}
DONE = (UrlState.STORED, UrlState.UNCHANGED, UrlState.DUPLICATE, UrlState.SKIPPED, UrlState.FAILED)
FROM_SITEMAP = "sitemap"
REMEMBERED = 500  # pages by which a slice knows which ones need the browser
# URLs that are known of a brand for each page that a run may read: made-up links must not fill the disk.
KNOWN_A_PAGE, KNOWN_AT_LEAST = 10, 20_000
REASON = ("reason", "code", "details", "stage")


@dataclass(frozen=True)
class Found:
    """A URL that was found: `title` is the link's text, `heading` stands above, `found_on` is the page or 'sitemap'."""

    url: str
    kind: str = UrlKind.PAGE
    title: str = ""
    heading: str = ""
    found_on: str = ""
    depth: int = 0
    rank: int = RANKS["page"]
    barren: int = 0
    skip_reason: str = ""


class Known:
    """What a run need not look up again: most links of a page stand on every other page too.

    `keys` and `urls` are those that more links change nothing about; `room` is how many more URLs of the brand are
    taken note of; `mixed` are keys in lower case of which there are capital letters; `facets` counts filtered listings.
    """

    def __init__(self, run: IngestionRun) -> None:
        self.keys: set[str] = set()
        self.urls: set[str] = set()
        most = max(KNOWN_AT_LEAST, KNOWN_A_PAGE * run.max_pages)
        self.room = max(0, most - FrontierUrl.objects.filter(brand=run.brand).count())
        ours = FrontierUrl.objects.filter(brand=run.brand, kind=UrlKind.PAGE)
        capital = ours.exclude(key=Lower("key")).values_list("key", flat=True)
        self.mixed = {key.lower() for key in capital}
        filtered = ours.filter(url__contains="&", code="").values_list("url", flat=True)
        self.facets = Counter(key for url in filtered if (key := facet_key(url)))

    def count_facets(self, rows: Iterable["FrontierUrl"]) -> None:
        """Leave out a listing that has been found filtered in so many ways that another is a trap."""
        for row in rows:
            if row.state == UrlState.QUEUED and row.kind == UrlKind.PAGE and (key := facet_key(row.url)):
                self.facets[key] += 1
                if self.facets[key] > MOST_FACETS:
                    row.state = UrlState.SKIPPED
                    row.set_reason(why("facets"))

    def note(self, rows: Iterable["FrontierUrl"], wanted: dict[str, "Found"]) -> None:
        for row in rows:
            if needs_no_more(row):
                self.keys.add(row.key)
                self.urls.add(wanted[row.key].url)


def add(run: IngestionRun, found: Iterable[Found], known: Known) -> int:
    """Add what is new to the run. Returns how many of the pages were first seen on the page that they were found on.

    A page that so far only the sitemap named counts as first seen when a page links to it; a further page of a listing
    never does, or an endless listing would look fruitful.
    """
    wanted = {key: item for item in found if (key := same_page_key(item.url)) not in known.keys}
    again.hand_over(run, list(wanted))
    rows = rows_of(run, list(wanted))
    new = [row_of(run, key, item) for key, item in wanted.items() if key not in rows][: known.room]
    if new:
        known.count_facets(new)
        FrontierUrl.objects.bulk_create(new, ignore_conflicts=True, batch_size=200)
        known.room -= len(new)
    fresh = sum(1 for row in new if row.kind == UrlKind.PAGE and not row.reason and page_number(row.url) is None)
    fresh += hear_again([(row, wanted[key]) for key, row in rows.items()])
    known.mixed.update(low for row in new if (low := row.key.lower()) != row.key)
    known.note((*new, *rows.values()), wanted)
    return fresh


def hear_again(found: list[tuple[FrontierUrl, Found]]) -> int:
    """Add to rows what another link says of them. Returns how many only the sitemap had named so far."""
    linked: list[FrontierUrl] = []
    revived: list[FrontierUrl] = []
    named: list[FrontierUrl] = []
    for row, item in found:
        if row.found_on == FROM_SITEMAP and item.found_on != FROM_SITEMAP:
            row.found_on, row.title, row.heading = item.found_on, item.title[:500], item.heading[:200]
            linked.append(row)
        elif row.state == UrlState.SKIPPED and row.code == FRUITLESS.code and not item.skip_reason:
            row.state, row.barren = UrlState.QUEUED, item.barren
            row.set_reason("")
            revived.append(row)
        elif item.kind == UrlKind.DOCUMENT and names_better(item, row):
            row.title, row.heading, row.kind = item.title[:500], item.heading[:200], UrlKind.DOCUMENT
            row.found_on = item.found_on[:1000]
            named.append(row)
    FrontierUrl.objects.bulk_update(linked, ["found_on", "title", "heading"], batch_size=100)
    FrontierUrl.objects.bulk_update(revived, ["state", "barren", *REASON], batch_size=100)
    FrontierUrl.objects.bulk_update(named, ["title", "heading", "kind", "found_on"], batch_size=100)
    for row in named:
        if row.state in (UrlState.STORED, UrlState.UNCHANGED):
            called_otherwise(brand_id=row.brand_id, url=row.url, title=row.title, heading=row.heading)
    return len(linked)


def names_better(item: Found, row: FrontierUrl) -> bool:
    """Whether a document is called by this link rather than by the one that its row has.

    The page of the shortest address decides (the first in the alphabet of two), whichever was read first.
    """
    if not item.title or item.title[:500] == row.title:
        return False
    if not row.title:
        return True
    return row.kind == UrlKind.DOCUMENT and (len(item.found_on), item.found_on) <= (len(row.found_on), row.found_on)


def needs_no_more(row: FrontierUrl) -> bool:
    """Whether nothing that another link says would change this row."""
    fruitless = row.state == UrlState.SKIPPED and row.code == FRUITLESS.code
    named = row.kind == UrlKind.IMAGE or (row.kind == UrlKind.PAGE and bool(row.title))
    return row.found_on != FROM_SITEMAP and not fruitless and named


def rows_of(run: IngestionRun, keys: list[str]) -> dict[str, FrontierUrl]:
    rows: dict[str, FrontierUrl] = {}
    for start in range(0, len(keys), 500):
        some = FrontierUrl.objects.filter(brand=run.brand, key__in=keys[start : start + 500])
        rows |= {row.key: row for row in some.only("pk", "key", "found_on", "title", "kind", "state", "code", "barren")}
    return rows


def row_of(run: IngestionRun, key: str, item: Found) -> FrontierUrl:
    row = FrontierUrl(
        brand=run.brand,
        run=run,
        url=item.url,
        host=server_of(item.url)[:260],
        key=key,
        kind=item.kind,
        title=item.title[:500],
        heading=item.heading[:200],
        found_on=item.found_on[:1000],
        depth=item.depth,
        rank=item.rank,
        barren=item.barren,
        state=UrlState.SKIPPED if item.skip_reason else UrlState.QUEUED,
    )
    row.set_reason(item.skip_reason)
    return row


def claim(
    run: IngestionRun,
    lease: str,
    limit: int,
    *,
    start_first: bool = False,
    without: Collection[str] = (),
    room: Callable[[str], int] | None = None,
    alone: bool = False,
) -> list[FrontierUrl]:
    """Take up to `limit` URLs for fetching. None where the lease is lost, or where the start is to be read first.

    `alone`: one that has to be fetched alone (see losses), no others. None `without` one of these hosts, and of each
    other no more than there is `room` for.
    """
    due = Q(not_before=None) | Q(not_before__lte=timezone.now())
    with transaction.atomic():
        if not run.beat(lease):
            return []
        waiting = run.urls.filter(due, state=UrlState.QUEUED).order_by("rank", "pk")
        waiting = waiting.exclude(host__in=without) if without else waiting
        if start_first and run.urls.filter(rank=RANKS["start"], state=UrlState.FETCHING).exists():
            return []
        rows = list(suspects(waiting)[:1] if alone else waiting[:limit])
        if start_first and rows and rows[0].rank == RANKS["start"]:
            rows = rows[:1]
        if not alone and any(row.rank == RANKS["listing"] for row in rows):
            rows = [*next_listing(run, waiting), *waiting.exclude(rank=RANKS["listing"])[:limit]][:limit]
        rows = fitting(rows, room) if room else rows
        FrontierUrl.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=UrlState.FETCHING, attempts=F("attempts") + 1
        )
    for row in rows:
        row.state, row.attempts = UrlState.FETCHING, row.attempts + 1
    return rows


def next_listing(run: IngestionRun, waiting: QuerySet[FrontierUrl]) -> list[FrontierUrl]:
    """The one further page of a listing whose turn it is, if it is due.

    One after the other and always in the same order: which of two listings was first to lead to a page decides whether
    the other bears fruit, and a run must find the same again after a crash.
    """
    listings = run.urls.filter(rank=RANKS["listing"])
    if pages_open(run) or listings.filter(state=UrlState.FETCHING).exists():
        return []
    first = listings.filter(state=UrlState.QUEUED).order_by(Length("url"), "url").values("pk")[:1]
    return list(waiting.filter(pk__in=list(first.values_list("pk", flat=True))))


def pages_open(run: IngestionRun) -> bool:
    """Whether pages that come before a listing's further ones are not finished.

    What a listing is worth is what nobody else links to, so everything else comes first, slow or broken off or not.
    """
    before = run.urls.filter(kind=UrlKind.PAGE, rank__lt=RANKS["listing"])
    return before.filter(state__in=[UrlState.QUEUED, UrlState.FETCHING]).exists()


def rendered_pages(run: IngestionRun) -> list[tuple[str, bool]]:
    """Pages that were read last, the latest at the end, and whether they needed the browser."""
    read = FrontierUrl.objects.filter(brand=run.brand, kind=UrlKind.PAGE, visited_at__isnull=False, http_status=200)
    rows = read.order_by("-visited_at").values_list("url", "rendered")
    return list(rows[:REMEMBERED])[::-1]


def put_back(row: FrontierUrl, error: TryLater) -> bool:
    """Queue a URL again after a passing error. False: it was tried often enough."""
    if error.counts and row.attempts >= MAX_URL_ATTEMPTS:
        return False
    waits = settings.RETRY_SECONDS
    wait = max(error.retry_after, waits[min(row.attempts, len(waits)) - 1] if error.counts else 0)
    FrontierUrl.objects.filter(pk=row.pk).update(
        state=UrlState.QUEUED,
        attempts=row.attempts if error.counts else max(0, row.attempts - 1),
        not_before=timezone.now() + timedelta(seconds=wait),
        error_class=type(error).__name__,
        **columns(error.reason, stage=error.stage),
    )
    return True


def skip_rest(run: IngestionRun, reason: str) -> None:
    run.urls.filter(state=UrlState.QUEUED).update(state=UrlState.SKIPPED, **columns(reason))


def follows_listing(parent: FrontierUrl, url: str) -> bool:
    """Whether a listing's next page is worth a visit: not when the last pages led to nothing new."""
    return page_number(url) is None or parent.barren < LISTING_PATIENCE


def counters(run: IngestionRun) -> dict[str, int]:
    """What became of the run's URLs; discovered is the sum of waiting and processed."""
    by_state: dict[str, int] = dict.fromkeys(UrlState.values, 0)
    totals = run.urls.values("state", "kind").annotate(n=Count("pk")).values_list("state", "kind", "n")
    pages = documents = 0
    for state, kind, n in totals:
        by_state[state] += n
        documents += n if kind == UrlKind.DOCUMENT and state in (UrlState.STORED, UrlState.UNCHANGED) else 0
        pages += n if kind == UrlKind.PAGE and state in DONE and state != UrlState.SKIPPED else 0
    processed = sum(by_state[state] for state in DONE)
    waiting = by_state[UrlState.QUEUED] + by_state[UrlState.FETCHING]
    return by_state | {
        "discovered": processed + waiting,
        "processed": processed,
        "waiting": waiting,
        "pages": pages,
        "files": documents,
        "rendered": run.urls.filter(rendered=True, state__in=DONE).count(),
    }
