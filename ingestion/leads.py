"""What a page leads to: further pages, documents and pictures for the frontier."""

from dataclasses import replace

from . import again, frontier
from .addresses import normalise_url, page_number
from .extract.files import leads_to_document
from .extract.records import Extraction, Link
from .extract.words import MANUAL
from .frontier import RANKS, Found
from .models import FrontierUrl, IngestionRun, UrlKind
from .reasons import Reason, why
from .scope import Scope, grows
from .site import Site
from .site_languages import address_language
from .store.naming import titled
from .store.pictures import picture_urls

MAX_DEPTH = 15


def add_links(run: IngestionRun, row: FrontierUrl, extraction: Extraction, site: Site, url: str) -> None:
    """Queue what the page leads to; a listing's further pages last, when it is known what this one was worth."""
    if extraction.no_follow:
        return
    pages = page_links(run, row, extraction, site, url)
    pictures = [
        Found(target, kind=UrlKind.IMAGE, found_on=url, depth=row.depth + 1, rank=RANKS["image"])
        for raw in picture_urls(extraction)
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
    return replace(item, skip_reason=again.FRUITLESS)


def is_document(link: Link) -> bool:
    return link.file or leads_to_document(link.url, link.text, link.heading)


def page_links(run: IngestionRun, row: FrontierUrl, extraction: Extraction, site: Site, url: str) -> list[Found]:
    likely = {link.url for link in extraction.documents}
    found = []
    for link in extraction.links:
        if link.url in site.known.urls or link.url in likely or is_document(link) or not site.scope.owns(link.url):
            continue
        if not again.is_meant(run, link.url):
            continue
        reason = objection(row, link, site, url) or ""
        rank = RANKS["page"] if page_number(link.url) is None else RANKS["listing"]
        found.append(Found(link.url, title=link.text, found_on=url, depth=row.depth + 1, rank=rank, skip_reason=reason))
    return found


def objection(row: FrontierUrl, link: Link, site: Site, url: str) -> Reason | None:
    if problem := site.scope.objection(link.url, language=link.language):
        return problem
    if grows(link.url, url):
        return why("growing_path")
    return why("too_many_steps") if row.depth >= MAX_DEPTH else None


def document_links(row: FrontierUrl, extraction: Extraction, url: str) -> list[Found]:
    """Documents, also those of other hosts (a maker's files often lie on one for files alone)."""
    context = extraction.product.name if extraction.product else ""
    titles = {link.url: link.title for link in extraction.documents}
    found = []
    for link in extraction.links:
        if link.url not in titles and not is_document(link):
            continue
        above = context or ("" if MANUAL.search(link.heading) else link.heading)
        title = titled(titles.get(link.url, link.text), above) if titles.get(link.url, link.text) else ""
        found.append(
            Found(
                link.url, UrlKind.DOCUMENT, title=title, heading=link.heading if link.region == "main" else "",
                found_on=url, depth=row.depth + 1, rank=RANKS["document"],
            )
        )  # fmt: skip
    return found


def only_ours(extraction: Extraction, scope: Scope) -> Extraction:
    """Of a page in another language: the links to pages that say that they are in one of the brand's."""
    ours = (link for link in extraction.links if language_of_link(link) in scope.languages)
    return replace(extraction, links=tuple(ours), documents=(), product=None)


def language_of_link(link: Link) -> str:
    return link.language.lower().split("-")[0] or address_language(link.url)
