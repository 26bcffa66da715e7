"""Addresses that no ordinary link holds: the page's head, frames, scripts that open files, and data in its source."""

import html
import json
import re
from collections.abc import Iterator
from itertools import chain
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from selectolax.lexbor import LexborNode

from ..addresses import looks_like_document, normalise_url
from .dom import Page, squeeze
from .more import more_links
from .records import Link

MOST = 500
ATTRIBUTES = (
    "data-href", "data-link", "data-file", "data-file-url", "data-pdf", "data-pdf-url", "data-download",
    "data-download-url", "data-document", "data-src", "data-url",
)  # fmt: skip
# Of these also pages, not documents alone: what a click on the element opens.
TO_PAGES = ("data-href", "data-link")
CARRIERS = ", ".join(f"[{name}]" for name in ATTRIBUTES) + ", [onclick]"
OPENS = re.compile(
    r"""(?:location(?:\.href)?\s*=\s*|location\.(?:assign|replace)\(|(?:window\.)?open\()\s*['"]([^'"]+)"""
)
REFRESH = re.compile(r"^\s*\d+\s*[;,]\s*(?:url\s*=\s*)?['\"]?([^'\"]+)", re.I)
# A string in a script or an attribute that ends like a PDF's address, as it stands there: \/ and &amp; not undone.
IN_SOURCE = re.compile(r"""["'(]([^"'()<>\s]{1,600}?\.pdf(?:\?[^"'()<>\s]{0,300})?)["')\\]""", re.I)
HEADER = re.compile(r"<([^>]+)>([^,<]*(?:,(?!\s*<)[^,<]*)*)")


def hidden_links(page: Page, source: str, base: str, known: set[str]) -> list[Link]:
    """Links that `known` does not hold yet, each once."""
    found: dict[str, Link] = {}
    ways = (head_links(page, base), frames(page, base), carried(page, base), in_data(page, source, base))
    for link in (*chain(*ways), *more_links(page, base)):
        if link.url not in known and link.url not in found:
            found[link.url] = link
            if len(found) >= MOST:
                break
    return list(found.values())


def head_links(page: Page, base: str) -> Iterator[Link]:
    """Next and previous page, the same page in other languages, and where a refresh leads."""
    for node in page.tree.css("link[rel][href]"):
        words = (node.attributes.get("rel") or "").lower().split()
        language = node.attributes.get("hreflang") or ""
        if {"next", "prev", "previous"} & set(words) or ("alternate" in words and language):
            yield from link_to(node.attributes.get("href"), base, region="head", language=language)
    for node in page.tree.css("meta[http-equiv][content]"):
        found = REFRESH.match(node.attributes.get("content") or "")
        if found and (node.attributes.get("http-equiv") or "").lower() == "refresh":
            yield from link_to(found[1], base, region="head")


def frames(page: Page, base: str) -> Iterator[Link]:
    """Pages that stand in frames; a viewer's frame leads to the document that it shows."""
    for node in page.tree.css("iframe[src], frame[src]"):
        for link in link_to(node.attributes.get("src"), base, region="main" if page.in_main(node) else "frame"):
            shown = (value for _, value in parse_qsl(urlsplit(link.url).query) if ".pdf" in value.lower())
            document = normalise_url(next(shown, ""), base)
            if document and looks_like_document(document):
                yield Link(document, squeeze(node.attributes.get("title")), link.region)
            else:
                yield link


def carried(page: Page, base: str) -> Iterator[Link]:
    """What an element's attributes or its click lead to."""
    for node in page.tree.css(CARRIERS):
        region, attributes = "main" if page.in_main(node) else "frame", node.attributes
        opened = OPENS.search(attributes.get("onclick") or "")
        targets = [(name, attributes[name]) for name in ATTRIBUTES if name in attributes]
        for name, raw in [*targets, ("onclick", opened and opened[1])]:
            for link in link_to(raw, base, region=region, text=words_of(node)):
                if looks_like_document(link.url) or name in (*TO_PAGES, "onclick"):
                    yield link


def words_of(node: LexborNode) -> str:
    named = node.attributes.get("title") or node.attributes.get("aria-label") or ""
    return squeeze(node.text(deep=True, separator=" ", strip=False) or named)[:300]


def in_data(page: Page, source: str, base: str) -> Iterator[Link]:
    """Documents that structured data name, and those whose address stands somewhere in the source."""
    if ".pdf" not in source.lower():
        return
    for node in page.tree.css("script[type='application/ld+json']"):
        try:
            yield from named(json.loads(node.text() or ""), base)
        except (ValueError, RecursionError):
            continue
    for raw in IN_SOURCE.findall(source):
        for link in link_to(html.unescape(raw.replace("\\/", "/").replace("\\u002F", "/")), base, region="script"):
            if looks_like_document(link.url):
                yield link


def named(data: Any, base: str, depth: int = 0) -> Iterator[Link]:
    """Documents of structured data with what these call them."""
    if isinstance(data, list):
        for item in data[:MOST]:
            yield from named(item, base, depth + 1)
    elif isinstance(data, dict) and depth < 20:
        for key in ("contentUrl", "url", "@id"):
            raw = data.get(key)
            for link in link_to(raw if isinstance(raw, str) else None, base, region="main"):
                if looks_like_document(link.url):
                    text = data.get("name") or data.get("headline") or ""
                    yield Link(link.url, squeeze(text)[:300] if isinstance(text, str) else "", "main")
        for value in data.values():
            yield from named(value, base, depth + 1)


def link_to(raw: str | None, base: str, *, region: str, text: str = "", language: str = "") -> Iterator[Link]:
    if raw and not raw.startswith(("#", "javascript:", "mailto:", "tel:", "data:", "about:", "blob:")):
        target = normalise_url(raw, base)
        if target is not None and ("/" in raw or "." in raw or raw.startswith("?")):
            yield Link(target, text, region, language=language)


def header_links(value: str, url: str) -> tuple[list[Link], str]:
    """Links of an HTTP Link header (RFC 8288) that lead on, and the canonical address that it names or ""."""
    links: list[Link] = []
    canonical = ""
    for raw, rest in HEADER.findall(value[:20_000]):
        target = normalise_url(raw, url)
        rel = re.search(r";\s*rel\s*=\s*\"?([\w\s.:/-]+)", rest, re.I)
        words = set(rel[1].lower().split()) if rel else set()
        language = re.search(r";\s*hreflang\s*=\s*\"?([\w-]+)", rest, re.I)
        if target and "canonical" in words:
            canonical = target
        elif target and (words & {"next", "prev", "previous"} or ("alternate" in words and language)):
            links.append(Link(target, "", "head", language=language[1] if language else ""))
    return links[:MOST], canonical
