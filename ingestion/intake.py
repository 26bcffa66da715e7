"""Takes outcomes in: decides each URL's fate, writes what it gave, and adds what it leads to."""

import logging
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from django.db import DatabaseError, transaction

from catalog.changes import made_by

from . import frontier, progress, store
from .addresses import Scope, looks_like_document, normalise_url, page_number, same_page_key
from .archive_reader import ArchiveText
from .crew import Outcome
from .errors import GiveUpUrl, Gone, IngestionError, TryLater, Unforeseen, Unreadable
from .extract.files import leads_to_document
from .extract.records import Extraction, StoredPicture
from .extract.words import MANUAL
from .fates import Stage
from .fetch import Response
from .frontier import RANKS, Found, Known
from .models import FrontierUrl, IngestionRun, UrlKind, UrlState
from .pdf import PdfText
from .reasons import why
from .store_archives import store_archive

logger = logging.getLogger(__name__)
MAX_DEPTH = 15
WRITER_SECONDS = 0.05  # of one transaction; what is being stored then is finished
MAX_CIRCLE = 10  # pages that name each other as their own address


@dataclass(frozen=True)
class Site:
    """What belongs to the brand's site, and what a slice knows of it already."""

    scope: Scope
    known: Known


def take_in(run: IngestionRun, lease: str, outcomes: Iterable[Outcome], site: Site) -> None:
    """Several outcomes in one transaction, which ends before others would notice that they wait for the writer.

    Nothing at all is written once the lease is lost. A PDF's temporary file is removed in any case.
    """
    waiting = deque(outcomes)
    try:
        while waiting:
            with transaction.atomic(), made_by(run=run.pk):
                if not run.beat(lease):
                    return
                end = time.monotonic() + WRITER_SECONDS
                while waiting and time.monotonic() < end:
                    settle(run, waiting[0], site)
                    discard(waiting.popleft())
    finally:
        for outcome in waiting:
            discard(outcome)


def discard(outcome: Outcome) -> None:
    if outcome.response is not None and outcome.response.path is not None:
        outcome.response.path.unlink(missing_ok=True)
    if isinstance(outcome.read, ArchiveText):
        outcome.read.clear()


def settle(run: IngestionRun, outcome: Outcome, site: Site) -> None:
    """One outcome, whole or not at all; an error of our own costs this URL alone."""
    try:
        with transaction.atomic():
            settle_row(run, FrontierUrl.objects.get(pk=outcome.job.row), outcome, site)
    except DatabaseError:
        raise
    except Exception as problem:  # noqa: BLE001 one page must not end the run
        logger.warning("%s could not be stored. %s", outcome.job.url, Unforeseen.of(problem))
        error = Unforeseen.of(problem)
        error.stage = Stage.STORE
        failed(run, FrontierUrl.objects.get(pk=outcome.job.row), error, outcome)


def settle_row(run: IngestionRun, row: FrontierUrl, outcome: Outcome, site: Site) -> None:
    if outcome.error is not None:
        failed(run, row, outcome.error, outcome)
        return
    response, read = outcome.response, outcome.read
    assert response is not None
    was_missing = row.http_status in (404, 410)
    row.http_status, row.error_class = response.status, ""
    row.rendered = row.rendered or response.rendered
    if read is None:
        store.seen_again(brand=run.brand, url=row.url, returned=was_missing)
        progress.note(run, row, UrlState.UNCHANGED, reason=why("unchanged"), spent=response)
        return
    row.etag, row.last_modified, row.content_hash = response.etag, response.last_modified, response.content_hash
    if isinstance(read, Extraction):
        take_page(run, row, response, read, site)
    elif isinstance(read, StoredPicture):
        store.store_picture(brand=run.brand, url=row.url, picture=read)
        progress.note(run, row, UrlState.STORED, stage=Stage.STORE, spent=response)
    elif isinstance(read, ArchiveText):
        take_archive(run, row, response, read)
    else:
        take_file(run, row, response, read)


def failed(run: IngestionRun, row: FrontierUrl, error: IngestionError, spent: progress.Spent) -> None:
    """Again later, skipped by rule, or failed for good."""
    gone_before = row.http_status in (404, 410)
    if isinstance(error, TryLater) and frontier.put_back(row, error):
        return
    row.http_status, row.error_class = error.status, type(error).__name__
    skipped = isinstance(error, GiveUpUrl) and error.skipped
    if row.kind != UrlKind.IMAGE and not skipped:
        gone = isinstance(error, Gone) and gone_before
        store.document_failed(brand=run.brand, url=row.url, problem=str(error), gone=gone)
    state = UrlState.SKIPPED if skipped else UrlState.FAILED
    progress.note(run, row, state, reason=error.reason, stage=error.stage, spent=spent)
    free_duplicates(row)


def take_page(run: IngestionRun, row: FrontierUrl, response: Response, extraction: Extraction, site: Site) -> None:
    if row.kind == UrlKind.DOCUMENT:
        if looks_like_document(row.url):
            failed(run, row, Unreadable(why("page_instead"), status=response.status), response)
            return
        store.not_a_document(brand=run.brand, url=row.url)
    if not site.scope.owns(response.final_url):
        progress.note(run, row, UrlState.SKIPPED, reason=why("other_site", url=response.final_url), spent=response)
        return
    url = own_address(run, row, response, extraction, site)
    if url is None:
        return
    add_links(run, row, extraction, site, url)
    if extraction.no_index:
        progress.note(run, row, UrlState.SKIPPED, reason=why("no_index"), spent=response)
        return
    row.title = extraction.title[:500]
    stored = store.store_page(brand=run.brand, url=url, extraction=extraction)
    progress.note(
        run,
        row,
        UrlState.STORED,
        reason=response.note or why("read_as", kind=extraction.kind),
        documents=len(stored.documents),
        spent=response,
    )


def own_address(
    run: IngestionRun, row: FrontierUrl, response: Response, extraction: Extraction, site: Site
) -> str | None:
    """The address under which this page is kept, or None where it is another page's duplicate (the row is settled)."""
    url = row.url
    for target, code in (
        (response.final_url, "leads_to"),
        (canonical(response, extraction, site.scope), "same_page"),
    ):
        if not target or same_page_key(target) == same_page_key(url):
            continue
        other = FrontierUrl.objects.filter(brand=run.brand, key=same_page_key(target)).first()
        if other is None and code == "leads_to":
            # What came is the target's content: it needs no visit of its own.
            other = adopt(run, row, response, target)
            progress.note(run, row, UrlState.DUPLICATE, reason=why(code, url=target), duplicate_of=target)
            row.pk, row.url, row.key = other.pk, other.url, other.key
            url = target
            continue
        if other is None:
            frontier.add(run, [Found(target, found_on=row.url, depth=row.depth, rank=RANKS["page"])], site.known)
        elif other.state in (UrlState.FAILED, UrlState.SKIPPED) or leads_back(other, row.key):
            continue
        reason = why(code, url=target)
        progress.note(run, row, UrlState.DUPLICATE, reason=reason, spent=response, duplicate_of=target)
        return None
    return url


def leads_back(other: FrontierUrl, key: str) -> bool:
    """Whether a duplicate is one, in the end, of the page that has this key: pages that name each other in a circle."""
    step: FrontierUrl | None = other
    for _ in range(MAX_CIRCLE):
        if step is None or step.state != UrlState.DUPLICATE:
            return False
        target = same_page_key(step.duplicate_of)
        if target == key:
            return True
        step = FrontierUrl.objects.filter(brand_id=other.brand_id, key=target).first()
    return True


def free_duplicates(row: FrontierUrl) -> None:
    """Pages that named this one as theirs stand for themselves now that it cannot be read."""
    FrontierUrl.objects.filter(run=row.run, state=UrlState.DUPLICATE, code="same_page", duplicate_of=row.url).update(
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


def add_links(run: IngestionRun, row: FrontierUrl, extraction: Extraction, site: Site, url: str) -> None:
    """Queue what the page leads to; a listing's further pages last, when it is known what this one was worth."""
    if extraction.no_follow:
        return
    pages = page_links(row, extraction, site.scope, url)
    pictures = [
        Found(target, kind=UrlKind.IMAGE, found_on=url, depth=row.depth + 1, rank=RANKS["image"])
        for raw in store.picture_urls(extraction)
        if (target := normalise_url(raw))
    ]
    first = [item for item in pages if page_number(item.url) is None]
    fresh = frontier.add(run, [*first, *document_links(row, extraction, url), *pictures], site.known)
    row.barren = 0 if fresh or page_number(url) is None else row.barren + 1
    frontier.add(run, [listed(item, row) for item in pages if page_number(item.url) is not None], site.known)


def listed(item: Found, row: FrontierUrl) -> Found:
    """A further page of a listing, with how many fruitless pages lead up to it."""
    if item.skip_reason or frontier.follows_listing(row, item.url):
        return replace(item, barren=row.barren)
    return replace(item, skip_reason=frontier.FRUITLESS)


def page_links(row: FrontierUrl, extraction: Extraction, scope: Scope, url: str) -> list[Found]:
    likely = {link.url for link in extraction.documents}
    found = []
    for link in extraction.links:
        if link.url in likely or leads_to_document(link.url, link.text, link.heading) or not scope.owns(link.url):
            continue
        reason: str = scope.objection(link.url) or ""
        if not reason and row.depth >= MAX_DEPTH:
            reason = why("too_many_steps")
        rank = RANKS["page"] if page_number(link.url) is None else RANKS["listing"]
        found.append(Found(link.url, title=link.text, found_on=url, depth=row.depth + 1, rank=rank, skip_reason=reason))
    return found


def document_links(row: FrontierUrl, extraction: Extraction, url: str) -> list[Found]:
    """Documents, also those of other hosts (a maker's files often lie on one for files alone)."""
    context = extraction.product.name if extraction.product else ""
    titles = {link.url: link.title for link in extraction.documents}
    found = []
    for link in extraction.links:
        if link.url not in titles and not leads_to_document(link.url, link.text, link.heading):
            continue
        above = context or ("" if MANUAL.search(link.heading) else link.heading)
        title = store.titled(titles.get(link.url, link.text), above) if titles.get(link.url, link.text) else ""
        found.append(
            Found(
                link.url, UrlKind.DOCUMENT, title=title, heading=link.heading if link.region == "main" else "",
                found_on=url, depth=row.depth + 1, rank=RANKS["document"],
            )
        )  # fmt: skip
    return found


def take_file(run: IngestionRun, row: FrontierUrl, response: Response, pdf: PdfText) -> None:
    assert response.path is not None
    row.kind = UrlKind.DOCUMENT
    stored = store.store_file(
        brand=run.brand,
        url=row.url,
        title=row.title,
        heading=row.heading,
        path=response.path,
        content_hash=response.content_hash,
        size=response.size,
        text=pdf,
    )
    state = UrlState.DUPLICATE if stored.duplicate_of else UrlState.STORED
    reason = why("same_file", url=stored.duplicate_of) if stored.duplicate_of else pdf.problem
    progress.note(
        run,
        row,
        state,
        reason=reason,
        stage=Stage.STORE,
        documents=len(stored.documents),
        spent=response,
        duplicate_of=stored.duplicate_of,
    )


def take_archive(run: IngestionRun, row: FrontierUrl, response: Response, found: ArchiveText) -> None:
    row.kind = UrlKind.DOCUMENT
    stored = store_archive(
        brand=run.brand,
        url=row.url,
        title=row.title,
        content_hash=response.content_hash,
        size=response.size,
        found=found,
    )
    held = {"documents": len(found.documents)}
    refused = "; ".join(f"{name}: {reason}" for name, reason in found.refused)
    progress.note(
        run,
        row,
        UrlState.STORED,
        reason=why("archive_refused", **held, refused=refused) if refused else why("archive", **held),
        documents=len(stored.documents),
        spent=response,
    )
