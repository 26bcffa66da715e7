"""One page under several addresses: which of them it is kept under, and what the others are."""

from typing import NamedTuple
from urllib.parse import urlsplit

from django.db.models import QuerySet

from catalog.models import Document, Product

from . import frontier, progress
from .addresses import page_number, same_page_key, server_of
from .exchange import Response
from .extract.records import Extraction
from .fates import columns
from .frontier import RANKS, Found, Known
from .models import FrontierUrl, IngestionRun, UrlState
from .reasons import why
from .scope import Scope
from .site import Site

MAX_CIRCLE = 10  # pages that name each other as their own address
# So many pages of different titles may name one address as theirs; then the site says it of all its pages.
MOST_TITLES = 3


class Own(NamedTuple):
    """A page's address, and the one that it names as its own where that is not believed."""

    url: str
    disbelieved: str = ""


def own_address(
    run: IngestionRun, row: FrontierUrl, response: Response, extraction: Extraction, site: Site
) -> Own | None:
    """The address under which this page is kept, or None where it is another page's duplicate (the row is settled)."""
    url, disbelieved = row.url, ""
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
        row.title = extraction.title[:500]
        if code == "same_page" and is_lie(run, row, target, row.title):
            disbelieved = target
            continue
        reason = why(code, url=target)
        progress.note(run, row, UrlState.DUPLICATE, reason=reason, spent=response, duplicate_of=target)
        return None
    twin = case_twin(run, row, site.known) if url == row.url else None
    if twin and spelling(row.url) < spelling(twin.url):
        hand_over(run, twin, url)
    elif twin:
        reason = why("same_page", url=twin.url)
        progress.note(run, row, UrlState.DUPLICATE, reason=reason, spent=response, duplicate_of=twin.url)
        return None
    return Own(url, disbelieved)


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
    free(FrontierUrl.objects.filter(run=row.run, state=UrlState.DUPLICATE, code="same_page", duplicate_of=row.url))


def free(rows: QuerySet[FrontierUrl]) -> None:
    rows.update(state=UrlState.QUEUED, attempts=0, etag="", last_modified="", content_hash="")


def adopt(run: IngestionRun, row: FrontierUrl, response: Response, target: str) -> FrontierUrl:
    """A row for the page that a redirect led to."""
    return FrontierUrl.objects.create(
        brand=run.brand, run=run, url=target, host=server_of(target)[:260], key=same_page_key(target), kind=row.kind,
        depth=row.depth, rank=row.rank, found_on=row.url, state=UrlState.FETCHING, attempts=1,
        http_status=response.status, etag=response.etag, last_modified=response.last_modified,
        content_hash=response.content_hash, rendered=response.rendered,
    )  # fmt: skip


def canonical(response: Response, extraction: Extraction, scope: Scope) -> str:
    """The canonical address where it can be believed: on the brand's hosts, not the start page, no other page."""
    target = extraction.canonical
    if not target or not scope.owns(target) or scope.objection(target):
        return ""
    if urlsplit(response.final_url).fragment and not urlsplit(target).fragment:
        return ""
    if urlsplit(target).path in ("", "/") and urlsplit(response.final_url).path not in ("", "/"):
        return ""
    return "" if page_number(response.final_url) != page_number(target) else target


def is_lie(run: IngestionRun, row: FrontierUrl, target: str, title: str) -> bool:
    """Whether a site names one address for all sorts of pages; those that were believed stand for themselves again."""
    if urlsplit(target).path == urlsplit(row.url).path:
        return False
    named = FrontierUrl.objects.filter(
        brand_id=run.brand_id, code__in=["same_page", "disbelieved"], details__url=target
    )
    titles = set(named.exclude(pk=row.pk).values_list("title", flat=True)) | {title}
    if len(titles) <= MOST_TITLES:
        return False
    free(named.filter(run=run, state=UrlState.DUPLICATE))
    return True


def case_twin(run: IngestionRun, row: FrontierUrl, known: Known) -> FrontierUrl | None:
    """Another page whose address differs in letter case alone and whose bytes are the same: the two are one."""
    if row.key.lower() not in known.mixed or not row.content_hash:
        return None
    twins = FrontierUrl.objects.filter(brand_id=run.brand_id, key__iexact=row.key, content_hash=row.content_hash)
    return twins.exclude(pk=row.pk).filter(state__in=[UrlState.STORED, UrlState.UNCHANGED]).first()


def spelling(url: str) -> tuple[int, str]:
    """The one with fewer capital letters is kept, whichever was read first."""
    return sum(letter.isupper() for letter in url), url


def hand_over(run: IngestionRun, twin: FrontierUrl, url: str) -> None:
    """What is kept under the twin's address is kept under this one from now on, and the twin is its duplicate."""
    ours, reason = FrontierUrl.objects.filter(brand_id=run.brand_id), why("same_page", url=url)
    documents = Document.objects.filter(brand_id=run.brand_id)
    products = Product.objects.filter(brand_id=run.brand_id)
    # Unless the two were different pages once, and both are known.
    if not documents.filter(url=url).exists():
        documents.filter(url=twin.url).update(url=url)
    if not products.filter(page_url=url).exists():
        products.filter(page_url=twin.url).update(page_url=url)
    ours.filter(code="same_page", duplicate_of=twin.url).update(duplicate_of=url, **columns(reason))
    progress.note(run, twin, UrlState.DUPLICATE, reason=reason, spent=twin, duplicate_of=url)
