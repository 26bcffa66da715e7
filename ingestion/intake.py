"""Takes one outcome in: decides the URL's fate, writes what it gave, and adds what it leads to."""

import logging
from dataclasses import replace
from urllib.parse import urlsplit

from django.db import DatabaseError, transaction

from catalog.changes import made_by

from . import frontier, progress, store
from .addresses import Scope, looks_like_document, normalise_url, page_number, same_page_key
from .crew import Outcome
from .effort import limited_effort
from .errors import GiveUpUrl, Gone, TryLater, Unforeseen, Unreadable
from .extract import Extraction, FetchedPage, extract
from .extract.words import MANUAL
from .fetch import Response
from .frontier import RANKS, Found
from .models import FrontierUrl, IngestionRun, UrlKind, UrlState
from .pictures import to_webp

logger = logging.getLogger(__name__)
Prepared = Extraction | bytes | Exception | None
MAX_DEPTH = 15
MAX_CIRCLE = 10  # pages that name each other as their own address
READING_SECONDS = 10.0  # of processor time for one page or picture, less than a lease lasts


def take_in(run: IngestionRun, lease: str, outcome: Outcome, scope: Scope) -> None:
    """One transaction, and nothing at all once the lease is lost. A PDF's temporary file is removed in any case."""
    row = FrontierUrl.objects.get(pk=outcome.job.row)
    response = outcome.response
    try:
        try:
            write(run, lease, row, outcome, prepare(run, outcome), scope)
        except DatabaseError:
            raise
        except Exception as problem:  # noqa: BLE001 one page must not end the run
            logger.warning("%s could not be stored. %s", outcome.job.url, Unforeseen.of(problem))
            fresh = FrontierUrl.objects.get(pk=outcome.job.row)
            write(run, lease, fresh, replace(outcome, response=None), Unforeseen.of(problem), scope)
    finally:
        if response is not None and response.path is not None:
            response.path.unlink(missing_ok=True)


def write(run: IngestionRun, lease: str, row: FrontierUrl, outcome: Outcome, prepared: Prepared, scope: Scope) -> None:
    with transaction.atomic(), made_by(run=run.pk):
        if run.beat(lease):
            settle_row(run, row, outcome, prepared, scope)


def prepare(run: IngestionRun, outcome: Outcome) -> Prepared:
    """The work that needs no database, done before the transaction begins: extraction, or the shrunken picture."""
    response = outcome.response
    if response is None or response.not_modified:
        return None
    try:
        with limited_effort(READING_SECONDS):
            if response.kind == "html":
                return extract(FetchedPage(response.final_url, response.text, run.brand.name))
            if response.kind == "image":
                return to_webp(response.body)
    except Unreadable as problem:
        return problem
    return None


def settle_row(run: IngestionRun, row: FrontierUrl, outcome: Outcome, prepared: Prepared, scope: Scope) -> None:
    error = prepared if isinstance(prepared, Exception) else outcome.error
    if error is not None:
        failed(run, row, error)
        return
    response = outcome.response
    assert response is not None
    was_missing = row.http_status in (404, 410)
    row.http_status, row.error_class = response.status, ""
    row.rendered = row.rendered or response.rendered
    unchanged = response.not_modified or (
        not run.force and row.content_hash and row.content_hash == response.content_hash
    )
    if unchanged:
        store.seen_again(brand=run.brand, url=row.url, returned=was_missing)
        progress.note(run, row, UrlState.UNCHANGED, reason="Nothing has changed.", milliseconds=response.milliseconds)
        return
    row.etag, row.last_modified, row.content_hash = response.etag, response.last_modified, response.content_hash
    if isinstance(prepared, Extraction):
        take_page(run, row, response, prepared, scope)
    elif isinstance(prepared, bytes):
        store.store_picture(brand=run.brand, url=row.url, webp=prepared)
        progress.note(run, row, UrlState.STORED, milliseconds=response.milliseconds)
    else:
        take_file(run, row, outcome)


def failed(run: IngestionRun, row: FrontierUrl, error: Exception) -> None:
    """Again later, skipped by rule, or failed for good."""
    status = getattr(error, "status", None)
    gone_before = row.http_status in (404, 410)
    if isinstance(error, TryLater) and frontier.put_back(row, retry_after=error.retry_after, error=error):
        return
    row.http_status, row.error_class = status, type(error).__name__
    skipped = isinstance(error, GiveUpUrl) and error.skipped
    if row.kind != UrlKind.IMAGE and not skipped:
        gone = isinstance(error, Gone) and gone_before
        store.document_failed(brand=run.brand, url=row.url, problem=str(error), gone=gone)
    progress.note(run, row, UrlState.SKIPPED if skipped else UrlState.FAILED, reason=str(error))
    free_duplicates(row)


def take_page(run: IngestionRun, row: FrontierUrl, response: Response, extraction: Extraction, scope: Scope) -> None:
    if row.kind == UrlKind.DOCUMENT:
        if looks_like_document(row.url):
            failed(run, row, Unreadable("It is a web page, though its address promises a PDF."))
            return
        store.not_a_document(brand=run.brand, url=row.url)
    if not scope.owns(response.final_url):
        progress.note(run, row, UrlState.SKIPPED, reason=f"It leads to another site: {response.final_url}")
        return
    url = own_address(run, row, response, extraction, scope)
    if url is None:
        return
    add_links(run, row, extraction, scope, url)
    if extraction.no_index:
        progress.note(run, row, UrlState.SKIPPED, reason="The page asks not to be indexed.")
        return
    row.title = extraction.title[:500]
    stored = store.store_page(brand=run.brand, url=url, extraction=extraction)
    progress.note(
        run,
        row,
        UrlState.STORED,
        reason=response.note or f"Read as: {extraction.kind}.",
        documents=len(stored.documents),
        milliseconds=response.milliseconds,
    )


def own_address(
    run: IngestionRun, row: FrontierUrl, response: Response, extraction: Extraction, scope: Scope
) -> str | None:
    """The address under which this page is kept, or None where it is another page's duplicate (the row is settled)."""
    url = row.url
    for target, why in ((response.final_url, "It leads to"), (canonical(response, extraction, scope), "Same page as")):
        if not target or same_page_key(target) == same_page_key(url):
            continue
        other = FrontierUrl.objects.filter(brand=run.brand, key=same_page_key(target)).first()
        if other is None and why == "It leads to":
            # What came is the target's content: it needs no visit of its own.
            other = adopt(run, row, response, target)
            progress.note(run, row, UrlState.DUPLICATE, reason=f"{why} {target}")
            row.pk, row.url, row.key = other.pk, other.url, other.key
            url = target
            continue
        if other is None:
            frontier.add(run, [Found(target, found_on=row.url, depth=row.depth, rank=RANKS["page"])])
        elif other.state in (UrlState.FAILED, UrlState.SKIPPED) or leads_back(other, row.key):
            continue
        progress.note(run, row, UrlState.DUPLICATE, reason=f"{why} {target}", milliseconds=response.milliseconds)
        return None
    return url


def leads_back(other: FrontierUrl, key: str) -> bool:
    """Whether a duplicate is one, in the end, of the page that has this key: pages that name each other in a circle."""
    step: FrontierUrl | None = other
    for _ in range(MAX_CIRCLE):
        if step is None or step.state != UrlState.DUPLICATE:
            return False
        target = same_page_key(step.reason.rsplit(" ", 1)[-1])
        if target == key:
            return True
        step = FrontierUrl.objects.filter(brand_id=other.brand_id, key=target).first()
    return True


def free_duplicates(row: FrontierUrl) -> None:
    """Pages that named this one as theirs stand for themselves now that it cannot be read."""
    FrontierUrl.objects.filter(run=row.run, state=UrlState.DUPLICATE, reason=f"Same page as {row.url}"[:300]).update(
        state=UrlState.QUEUED, attempts=0, etag="", last_modified="", content_hash=""
    )


def adopt(run: IngestionRun, row: FrontierUrl, response: Response, target: str) -> FrontierUrl:
    """A row for the page that a redirect led to."""
    return FrontierUrl.objects.create(
        brand=run.brand, run=run, url=target, key=same_page_key(target), kind=row.kind, depth=row.depth, rank=row.rank,
        found_on=row.url, state=UrlState.FETCHING, attempts=1, http_status=response.status, etag=response.etag,
        last_modified=response.last_modified, content_hash=response.content_hash, rendered=response.rendered,
    )  # fmt: skip


def canonical(response: Response, extraction: Extraction, scope: Scope) -> str:
    """The canonical address where it can be believed: on the brand's hosts, not the start page, no other page."""
    target = extraction.canonical
    if not target or not scope.owns(target) or scope.objection(target):
        return ""
    if urlsplit(target).path in ("", "/") and urlsplit(response.final_url).path not in ("", "/"):
        return ""
    return "" if page_number(response.final_url) != page_number(target) else target


def add_links(run: IngestionRun, row: FrontierUrl, extraction: Extraction, scope: Scope, url: str) -> None:
    """Queue what the page leads to; a listing's further pages last, when it is known what this one was worth."""
    if extraction.no_follow:
        return
    pages = page_links(row, extraction, scope, url)
    pictures = [
        Found(target, kind=UrlKind.IMAGE, found_on=url, depth=row.depth + 1, rank=RANKS["image"])
        for raw in store.picture_urls(extraction)
        if (target := normalise_url(raw))
    ]
    first = [item for item in pages if page_number(item.url) is None]
    fresh = frontier.add(run, [*first, *document_links(row, extraction, url), *pictures])
    row.barren = 0 if fresh or page_number(url) is None else row.barren + 1
    frontier.add(run, [listed(item, row) for item in pages if page_number(item.url) is not None])


def listed(item: Found, row: FrontierUrl) -> Found:
    """A further page of a listing, with how many fruitless pages lead up to it."""
    if item.skip_reason or frontier.follows_listing(row, item.url):
        return replace(item, barren=row.barren)
    return replace(item, skip_reason=frontier.FRUITLESS)


def page_links(row: FrontierUrl, extraction: Extraction, scope: Scope, url: str) -> list[Found]:
    likely = {link.url for link in extraction.documents}
    found = []
    for link in extraction.links:
        if link.url in likely or looks_like_document(link.url) or not scope.owns(link.url):
            continue
        reason = scope.objection(link.url) or ""
        if not reason and row.depth >= MAX_DEPTH:
            reason = "too many steps from the start"
        rank = RANKS["page"] if page_number(link.url) is None else RANKS["listing"]
        found.append(Found(link.url, title=link.text, found_on=url, depth=row.depth + 1, rank=rank, skip_reason=reason))
    return found


def document_links(row: FrontierUrl, extraction: Extraction, url: str) -> list[Found]:
    """Documents, also those of other hosts (a maker's files often lie on one for files alone)."""
    context = extraction.product.name if extraction.product else ""
    titles = {link.url: link.title for link in extraction.documents}
    found = []
    for link in extraction.links:
        if link.url not in titles and not looks_like_document(link.url):
            continue
        above = context or ("" if MANUAL.search(link.heading) else link.heading)
        title = store.titled(titles.get(link.url, link.text), above) if titles.get(link.url, link.text) else ""
        found.append(
            Found(link.url, UrlKind.DOCUMENT, title=title, found_on=url, depth=row.depth + 1, rank=RANKS["document"])
        )
    return found


def take_file(run: IngestionRun, row: FrontierUrl, outcome: Outcome) -> None:
    response, pdf = outcome.response, outcome.pdf
    assert response is not None and response.path is not None and pdf is not None
    row.kind = UrlKind.DOCUMENT
    stored = store.store_file(
        brand=run.brand,
        url=row.url,
        title=row.title,
        path=response.path,
        content_hash=response.content_hash,
        size=response.size,
        text=pdf,
    )
    state = UrlState.DUPLICATE if stored.duplicate_of else UrlState.STORED
    reason = f"Same file as {stored.duplicate_of}" if stored.duplicate_of else ""
    if pdf.is_scanned:
        reason = "The PDF holds pictures of pages only."
    progress.note(run, row, state, reason=reason, documents=len(stored.documents), milliseconds=response.milliseconds)
