"""Takes outcomes in: decides each URL's fate, writes what it gave, and adds what it leads to."""

import logging
import time
from collections import deque

from django.db import DatabaseError, transaction

from catalog.changes import made_by

from . import frontier, progress, spoken
from .addresses import looks_like_document, same_page_key
from .archive_reader import ArchiveText
from .crew import Outcome
from .duplicates import Own, free, free_duplicates, own_address
from .errors import GiveUpUrl, Gone, IngestionError, StopRun, TryLater, Unreadable, of_our_own
from .exchange import Response
from .extract.records import Extraction, StoredPicture
from .fates import Stage, columns
from .frontier import RANKS
from .leads import add_links, only_ours
from .models import FrontierUrl, IngestionRun, UrlKind, UrlState
from .pdf import PdfText
from .reasons import Reason, why
from .site import Site
from .store.absence import document_failed, not_a_document, seen_again
from .store.archives import store_archive
from .store.files import store_file
from .store.outcome import Stored, announced_together
from .store.pages import store_page
from .store.pictures import store_picture

logger = logging.getLogger(__name__)
WRITER_SECONDS = 0.05  # of one transaction; what is being stored then is finished


def take_in(run: IngestionRun, lease: str, arrived: deque[Outcome], site: Site) -> None:
    """Store several outcomes in one transaction, and take them off those that have arrived.

    It ends before others would notice that they wait for the writer, and before what is fetched meanwhile waits for
    this process. Nothing at all is written once the lease is lost.
    """
    with transaction.atomic(), made_by(run=run.pk), announced_together():
        if not run.beat(lease):
            return
        end = time.monotonic() + WRITER_SECONDS
        while arrived and time.monotonic() < end:
            settle(run, arrived[0], site)
            discard(arrived.popleft())


def discard(outcome: Outcome) -> None:
    """Remove a file's bytes: they have been stored, or never will be."""
    if outcome.response is not None and outcome.response.path is not None:
        outcome.response.path.unlink(missing_ok=True)
    if isinstance(outcome.read, ArchiveText):
        outcome.read.clear()


def settle(run: IngestionRun, outcome: Outcome, site: Site) -> None:
    """One outcome, whole or not at all; an error of our own, or of the files' storage, costs this URL alone.

    Raises StopRun where the run cannot go on.
    """
    try:
        with transaction.atomic():
            settle_row(run, FrontierUrl.objects.get(pk=outcome.job.row), outcome, site)
    except (DatabaseError, StopRun):
        raise
    except Exception as problem:  # noqa: BLE001 one page must not end the run
        error = of_our_own(problem)
        logger.warning("%s could not be stored. %s", outcome.job.url, error)
        error.stage = Stage.STORE
        failed(run, FrontierUrl.objects.get(pk=outcome.job.row), error, outcome)


def settle_row(run: IngestionRun, row: FrontierUrl, outcome: Outcome, site: Site) -> None:
    if isinstance(outcome.error, StopRun):
        raise outcome.error
    if outcome.error is not None:
        failed(run, row, outcome.error, outcome)
        return
    response, read = outcome.response, outcome.read
    assert response is not None
    was_missing = row.http_status in (404, 410)
    row.http_status, row.error_class = response.status, ""
    row.rendered = response.rendered or (row.rendered and read is None)
    if read is None:
        seen_again(brand=run.brand, url=row.url, returned=was_missing)
        progress.note(run, row, UrlState.UNCHANGED, reason=why("unchanged"), spent=response)
        return
    row.etag, row.last_modified, row.content_hash = response.etag, response.last_modified, response.content_hash
    if isinstance(read, Extraction):
        take_page(run, row, response, read, site)
    elif isinstance(read, StoredPicture):
        store_picture(brand=run.brand, url=row.url, picture=read)
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
        document_failed(brand=run.brand, url=row.url, problem=str(error), gone=gone)
    state = UrlState.SKIPPED if skipped else UrlState.FAILED
    progress.note(run, row, state, reason=error.reason, stage=error.stage, spent=spent)
    free_duplicates(row)


def take_page(run: IngestionRun, row: FrontierUrl, response: Response, extraction: Extraction, site: Site) -> None:
    if row.kind == UrlKind.DOCUMENT:
        if looks_like_document(row.url):
            failed(run, row, Unreadable(why("page_instead"), status=response.status), response)
            return
        not_a_document(brand=run.brand, url=row.url)
    if not site.scope.owns(response.final_url):
        progress.note(run, row, UrlState.SKIPPED, reason=why("other_site", url=response.final_url), spent=response)
        return
    own = own_address(run, row, response, extraction, site)
    if own is None:
        return
    url = own.url
    if row.rank == RANKS["start"] and spoken.is_open(run, site.scope):
        site.scope = spoken.decide(run, site.scope, extraction)
    if row.code != "few_in_others" and (objection := spoken.objection(site.scope, extraction)):
        add_links(run, row, only_ours(extraction, site.scope), site, url)
        row.etag = row.last_modified = row.content_hash = ""  # read again once its language is wanted
        progress.note(run, row, UrlState.SKIPPED, reason=objection, spent=response)
        return
    add_links(run, row, extraction, site, url)
    if extraction.no_index:
        progress.note(run, row, UrlState.SKIPPED, reason=why("no_index"), spent=response)
        return
    row.title = extraction.title[:500]
    stored = store_page(brand=run.brand, url=url, extraction=extraction)
    note_failed_before(run, extraction)
    progress.note(
        run,
        row,
        UrlState.STORED,
        reason=response.note or read_as(extraction, own),
        documents=len(stored.documents),
        spent=response,
    )


def note_failed_before(run: IngestionRun, extraction: Extraction) -> None:
    """Documents that another page led to, and that could not be read before this page named them as a product's."""
    named = {same_page_key(link.url): link.url for link in extraction.product.documents} if extraction.product else {}
    failed_rows = FrontierUrl.objects.filter(brand=run.brand, key__in=named, state=UrlState.FAILED) if named else ()
    for row in failed_rows:
        document_failed(brand=run.brand, url=named[row.key], problem=row.reason, gone=False)


def read_as(extraction: Extraction, own: Own) -> Reason:
    if own.disbelieved:
        return why("disbelieved", kind=extraction.kind, url=own.disbelieved)
    return why("read_as", kind=extraction.kind)


def take_file(run: IngestionRun, row: FrontierUrl, response: Response, pdf: PdfText) -> None:
    assert response.path is not None
    row.kind = UrlKind.DOCUMENT
    stored = store_file(
        brand=run.brand,
        url=row.url,
        title=row.title,
        heading=row.heading,
        path=response.path,
        content_hash=response.content_hash,
        size=response.size,
        text=pdf,
    )
    free(FrontierUrl.objects.filter(run=run, url__in=stored.parted))
    count = len(stored.documents)
    if stored.copy != row.url:
        progress.note(run, row, UrlState.STORED, reason=pdf.problem, stage=Stage.STORE, documents=count, spent=response)
        note_copies(run, stored)
        return
    reason = why("same_file", url=stored.duplicate_of)
    progress.note(
        run, row, UrlState.DUPLICATE, reason=reason, stage=Stage.STORE, documents=count, spent=response,
        duplicate_of=stored.duplicate_of,
    )  # fmt: skip


def note_copies(run: IngestionRun, stored: Stored) -> None:
    """The address that had a file until now is a copy of the one that has it now, as are those that were its copies."""
    if not stored.copy:
        return
    reason, kept = why("same_file", url=stored.duplicate_of), stored.duplicate_of
    ours = FrontierUrl.objects.filter(brand=run.brand)
    ours.filter(code=reason.code, duplicate_of=stored.copy).update(duplicate_of=kept, **columns(reason))
    for row in ours.filter(url=stored.copy, state__in=[UrlState.STORED, UrlState.UNCHANGED]):
        progress.note(run, row, UrlState.DUPLICATE, reason=reason, stage=Stage.STORE, spent=row, duplicate_of=kept)


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
