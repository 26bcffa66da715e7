"""From a fetched page to records: pure functions, tested from saved pages without a database.

`extract(page)` reads what the page says; nothing is guessed, and each verdict keeps its evidence.
"""

import re

from ..addresses import normalise_url
from ..reasons import why
from .classify import classify
from .dom import Page, squeeze
from .fragments import is_fragment
from .hidden_links import header_links, hidden_links
from .links import base_url, read_documents, read_links
from .more import goes_on
from .names import page_name
from .product import read_product
from .records import Extraction, FetchedPage
from .specs import read_specifications
from .state import add_state, read_state, state_links, stated_specifications
from .structured import read_structured
from .text import main_text

__all__ = ["Extraction", "FetchedPage", "Page", "extract", "extract_page", "needs_browser", "why_browser"]

LOADING = re.compile(r"^(loading|please wait|טוען)\W*$", re.I)
# Less text than this in the main content, on a page that has scripts, is taken for a shell. Characters.
THIN = 120


def extract(fetched: FetchedPage) -> Extraction:
    return extract_page(Page(fetched.html), fetched)


def extract_page(page: Page, fetched: FetchedPage) -> Extraction:
    """The same for a page that has been parsed already."""
    structured = read_structured(page, fetched.html)
    links = read_links(page, fetched.url)
    name = page_name(page, structured, fetched.brand)
    state, base = read_state(page, name), base_url(page, fetched.url)
    add_state(structured, state)
    links = (*links, *(link for link in state_links(state, base) if link.url not in {known.url for known in links}))
    hidden = hidden_links(page, fetched.html, base, {link.url for link in links})
    in_header, header_canonical = header_links(fetched.link_header, fetched.url)
    documents = read_documents((*links, *hidden), fetched.url)
    data = structured.products[0] if len(structured.products) == 1 else {}
    specifications = read_specifications(page) or stated_specifications(state, data)
    verdict = classify(
        page,
        fetched.url,
        name=name,
        structured=structured,
        specifications=specifications,
        documents=documents,
        links=links,
    )
    product = None
    if verdict.kind == "product":
        product = read_product(
            page,
            fetched.url,
            brand=fetched.brand,
            name=name,
            structured=structured,
            specifications=specifications,
            documents=documents,
            evidence=tuple(verdict.reasons),
        )
    robots, stated = page.meta("robots").lower(), language_of(page)
    return Extraction(
        title=name or page.title(),
        kind="fragment" if product is None and is_fragment(fetched.html) else verdict.kind,
        language=stated,
        stated_language=stated,
        text=main_text(page),
        canonical=canonical_of(page, fetched.url) or header_canonical,
        links=(*links, *hidden, *in_header),
        documents=documents,
        product=product,
        no_index="noindex" in robots,
        no_follow="nofollow" in robots,
        evidence=tuple(verdict.reasons),
    )


def language_of(page: Page) -> str:
    """Two letters of the page's own `lang`, or ""."""
    node = page.tree.css_first("html")
    found = re.match(r"[a-z]{2}", (node.attributes.get("lang") or "").lower()) if node is not None else None
    return found.group() if found else ""


def canonical_of(page: Page, url: str) -> str:
    """The address that the page names as its own, or "" where it names none."""
    node = page.tree.css_first("link[rel=canonical]")
    return normalise_url(node.attributes.get("href") or "", base_url(page, url)) or "" if node is not None else ""


def needs_browser(html: str) -> str:
    """Why a page must be read in a browser, or "". A page that scripts put together has scripts and hardly any text."""
    return why_browser(Page(html), html)


def why_browser(page: Page, source: str) -> str:
    """The same for a page that has been parsed."""
    scripts = page.tree.css("script:not([type='application/ld+json'])")
    if not scripts or page.main is None:
        return ""
    text = squeeze(main_text(page).replace("#", ""))
    if LOADING.match(text) or not text:
        return why("no_text")
    notice = page.tree.css_first("noscript")
    asks = notice is not None and re.search(
        r"(enable|requires?|need|turn on).{0,30}javascript", notice.text() or "", re.I
    )
    if asks and len(text) < 600:
        return why("asks_scripts")
    if len(text) < THIN and page.tree.css_first("article") is None:
        return why("little_text", characters=len(text))
    return why("more_to_load") if goes_on(page, source) else ""
