"""Other pages that a page shows as cards: what listings are made of, and what product pages only end with."""

from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from ..addresses import looks_like_document, looks_like_image
from .dom import HEADINGS, Page, squeeze
from .links import resolve

CARD = f"img, {', '.join(HEADINGS)}"
# A listing may say this much before its first card. Characters.
LEAD = 500


def other_pages_shown(page: Page, url: str, documents: set[str]) -> int:
    """How many other pages of the site are shown as picture or heading with a link; 0 where much else comes first."""
    own, seen = urlsplit(url), set()
    first: LexborNode | None = None
    for link in page.main.css("a[href]") if page.main is not None else []:
        target = resolve(link.attributes.get("href") or "", url)
        if target is None or target in documents or not is_card(link) or page.in_frame(link):
            continue
        parts = urlsplit(target)
        if (
            parts.netloc != own.netloc
            or (parts.path, parts.query) == (own.path, own.query)
            or parts.path in ("", "/")
            or looks_like_document(target)
            or looks_like_image(target)
        ):
            continue
        first = first or link
        seen.add(target)
    return len(seen) if first is not None and len(seen) >= 3 and lead(page, first) < LEAD else 0


def is_card(link: LexborNode) -> bool:
    """A picture or heading inside the link, or the link inside a heading."""
    parent = link.parent
    return link.css_first(CARD) is not None or (parent is not None and parent.tag in HEADINGS[1:])


def lead(page: Page, first: LexborNode) -> int:
    """Characters of the page's own content before its first card."""
    length = 0
    assert page.main is not None
    for node in page.main.traverse(include_text=True):
        if node.mem_id == first.mem_id:
            break
        if node.tag == "-text" and (parent := node.parent) is not None and not page.in_frame(parent):
            length += len(squeeze(node.text(deep=False)))
    return length
