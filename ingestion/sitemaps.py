"""Sitemaps (sitemaps.org): indexes, URL sets, plain text lists, RSS and Atom feeds, compressed or not."""

import gzip
import io
import re
import zlib
from dataclasses import dataclass, field

from lxml import etree

MAX_BYTES = 50 * 1024 * 1024  # uncompressed, as the protocol allows
MAX_SITEMAPS = 200
MAX_URLS = 50_000


@dataclass
class Sitemap:
    """Addresses of pages, and of further sitemaps, that one sitemap names; `languages` are those of alternates."""

    pages: list[str] = field(default_factory=list)
    sitemaps: list[str] = field(default_factory=list)
    languages: dict[str, str] = field(default_factory=dict)


def parse_sitemap(body: bytes) -> Sitemap:
    """Read a sitemap, also a broken one as far as it goes."""
    if body.startswith(b"\x1f\x8b"):
        body = gunzip(body)
    if not body.lstrip().startswith(b"<"):
        lines = body.decode("utf-8-sig", "replace").split()
        return Sitemap(pages=[line for line in lines if re.match(r"https?://", line)][:MAX_URLS])
    found = Sitemap()
    # No entities and no network: a sitemap is as hostile as any page.
    events = etree.iterparse(
        io.BytesIO(body), events=("end",), recover=True, resolve_entities=False, no_network=True, huge_tree=False
    )
    try:
        for _, element in events:
            collect(element, found)
            if len(found.pages) + len(found.languages) >= MAX_URLS or len(found.sitemaps) >= MAX_URLS:
                break
    except etree.XMLSyntaxError:
        return found
    return found


def collect(element: etree._Element, found: Sitemap) -> None:
    if not isinstance(element.tag, str):
        return
    name = local_name(element)
    parent = element.getparent()
    if name == "link":
        link(element, local_name(parent), found)
    if name != "loc":
        # What was read is let go, whatever it is: neither a sitemap of 50,000 pages nor one of nonsense takes memory.
        element.clear()
        while parent is not None and (before := element.getprevious()) is not None:
            parent.remove(before)
        return
    if not element.text:
        return
    within = local_name(parent)
    if within == "sitemap":
        found.sitemaps.append(element.text.strip())
    elif within == "url":
        found.pages.append(element.text.strip())


def local_name(element: etree._Element | None) -> str:
    """Without its namespace, or the prefix of one that nobody declared (`xhtml:link` in many a sitemap)."""
    tag = element.tag if element is not None else ""
    return tag.rpartition("}")[2].rpartition(":")[2] if isinstance(tag, str) else ""


def link(element: etree._Element, within: str, found: Sitemap) -> None:
    """A page in another language (xhtml:link), or an entry of a feed."""
    target = (element.get("href") or element.text or "").strip()
    relation, language = element.get("rel", "alternate"), element.get("hreflang", "")
    if within == "url" and target and relation == "alternate" and language:
        found.languages[target] = language
    elif within in ("item", "entry") and target and relation == "alternate":
        found.pages.append(target)


def gunzip(body: bytes) -> bytes:
    """At most MAX_BYTES, so that a bomb stays small; b"" where the data are no gzip."""
    try:
        with gzip.open(io.BytesIO(body)) as file:
            return file.read(MAX_BYTES)
    except (OSError, EOFError, zlib.error):
        return b""
