"""The parsed page: its main content told apart from the frame around it."""

import re
from collections.abc import Callable, Iterator
from functools import cached_property, lru_cache
from typing import TypeVar, cast

from selectolax.lexbor import LexborHTMLParser, LexborNode

from .nesting import check_nesting

T = TypeVar("T")
FRAME_TAGS = frozenset({"header", "nav", "footer", "aside"})
FRAME_ROLES = frozenset({"navigation", "banner", "contentinfo", "search", "dialog", "alertdialog"})
FRAME_WORDS = re.compile(
    r"(^|[-_ ])(site-?header|site-?footer|page-?header-?nav|navbar|main-?nav|mega-?menu|menu-drawer|breadcrumbs?|cookie"
    r"|consent|newsletter|cart-drawer|cart-notification|search-modal|popup|announcement|related(-products)?|recommend\w*|upsell"
    r"|cross-?sell|also-bought|recently-viewed|social(-share)?|share-buttons|comments?|localization)($|[-_ ])",
    re.I,
)
SITE_NAME = re.compile(r"(^|[-_ ])(logo|branding|site-?(title|name|branding)|navbar-brand)($|[-_ ])", re.I)
NO_NAME = re.compile(
    r"(^|[-_ ])(badges?|sku|prices?|ratings?|sold-?out|visually-hidden|sr-only|screen-reader-text)($|[-_ ])", re.I
)
SILENT = frozenset(
    {"script", "style", "noscript", "template", "svg", "iframe", "object", "select", "dialog", "canvas", "link", "meta"}
)
FRAME_CANDIDATES = "header, nav, footer, aside, [role], [class], [id], [aria-label]"
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# What cannot be stored or shown, and the signs that turn the direction of what follows them on a page.
UNSEEN = re.compile("[\0-\x08\x0e-\x1f\x7f\u200b\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]")


def squeeze(text: str | None) -> str:
    """One line: every run of white space (no-break spaces too) is one space."""
    line = " ".join(text.split()) if text else ""
    return line if line.isprintable() else " ".join(UNSEEN.sub("", line).split())


def text_of(node: LexborNode) -> str:
    return squeeze(node.text(deep=True, separator=" ", strip=False))


def tight_text(node: LexborNode) -> str:
    """Text without inventing spaces between inline elements: `MK</b>2` is MK2."""
    return squeeze(node.text(deep=True, separator="", strip=False))


def own_text(node: LexborNode) -> str:
    """Text of an element up to the first block inside it: what a heading says where its end was forgotten."""
    parts: list[str] = []
    gather(node, parts)
    return squeeze("".join(parts))


def gather(node: LexborNode, parts: list[str], depth: int = 0) -> bool:
    """Collect inline text; False once a block was met."""
    if depth > 60:
        return False
    child = node.child
    while child is not None:
        tag = child.tag or ""
        if tag == "-text":
            parts.append(child.text(deep=False) or "")
        elif tag in HEADINGS or tag in ("p", "ul", "ol", "table", "form", "section"):
            if squeeze("".join(parts)):
                return False
        elif is_name_part(child, tag) and not gather(child, parts, depth + 1):
            return False
        if tag in ("div", "br") and parts:
            if tag == "div" and squeeze("".join(parts)):
                return False
            parts.append(" ")
        child = child.next
    return True


def is_name_part(node: LexborNode, tag: str) -> bool:
    """Whether what an element inside a heading says belongs to the name, as badges and numbers do not."""
    silent = tag.startswith(("-", "!")) or tag in SILENT
    return not silent and not NO_NAME.search(node.attributes.get("class") or "")


def parse(html: str) -> LexborHTMLParser:
    """Raises Unreadable for markup that is made to cost hours."""
    check_nesting(html)
    return LexborHTMLParser(html)


def ancestors(node: LexborNode) -> Iterator[LexborNode]:
    while (node := node.parent) is not None:  # type: ignore[assignment]
        yield node


def is_frame(node: LexborNode) -> bool:
    """Whether this element itself begins a part of the frame: header, navigation, footer, recommendations."""
    tag = node.tag
    if tag in ("html", "body", "main", "article"):
        return False
    attributes = node.attributes
    if tag in FRAME_TAGS:
        # A header inside the content holds its title, not the site's navigation.
        return tag != "header" or not any(a.tag in ("main", "article", "section") for a in ancestors(node))
    if (attributes.get("role") or "").lower() in FRAME_ROLES:
        return True
    if "breadcrumb" in (attributes.get("aria-label") or "").lower():
        return True
    return names_frame(f"{attributes.get('class') or ''} {attributes.get('id') or ''}")


@lru_cache(maxsize=20_000)
def names_frame(words: str) -> bool:
    """Whether class and identifier of an element say that it belongs to the frame."""
    return len(words) < 300 and bool(FRAME_WORDS.search(words))


def is_site_name(node: LexborNode) -> bool:
    """Whether a heading only holds the site's name or logo: it says so, or does nothing but lead to the first page."""
    around = [node, *(a for a, _ in zip(ancestors(node), range(2), strict=False))]
    if any(SITE_NAME.search(f"{n.attributes.get('class') or ''} {n.attributes.get('id') or ''}") for n in around):
        return True
    link = node.css_first("a[href]")
    return link is not None and (link.attributes.get("href") or "") == "/" and text_of(link) == text_of(node)


class Page:
    """A parsed page with its main element and the set of elements that belong to the frame."""

    def __init__(self, html: str) -> None:
        self._read: dict[Callable[[Page], object], object] = {}
        self.tree = parse(html)
        self.body = self.tree.body or self.tree.root
        self.main = self._main()
        self._frame: set[int] = set()  # every element inside the frame
        for node in self.body.css(FRAME_CANDIDATES) if self.body is not None else []:
            if node.mem_id not in self._frame and is_frame(node):
                self._frame.update(inner.mem_id for inner in node.traverse(include_text=False))
        self._content = set() if self.main is None else {n.mem_id for n in self.main.traverse(include_text=False)}

    def _main(self) -> LexborNode | None:
        """<main>, or role=main, where it holds most of the page's headings; else the body."""
        body = self.tree.body
        for selector in ("main", "[role=main]", "#MainContent", "#main-content", "#content", "#main", "#page-content"):
            found = self.tree.css_first(selector)
            if found is not None and len(text_of(found)) > 80:
                return found
        return body

    def once(self, read: "Callable[[Page], T]") -> T:
        """What a function reads on this page, read the first time alone."""
        if read not in self._read:
            self._read[read] = read(self)
        return cast("T", self._read[read])

    def in_frame(self, node: LexborNode) -> bool:
        """Whether an element stands in the frame rather than in the main content."""
        return node.mem_id in self._frame

    def in_main(self, node: LexborNode) -> bool:
        return node.mem_id in self._content and node.mem_id not in self._frame

    def meta(self, *names: str) -> str:
        """Content of the first <meta> that has one of these names or properties."""
        for name in names:
            node = self.tree.css_first(f'meta[name="{name}"], meta[property="{name}"], meta[itemprop="{name}"]')
            if node is not None and (value := squeeze(node.attributes.get("content"))):
                return value
        return ""

    def heading(self) -> str:
        """The page's own name: its first h1 outside the frame, else the first heading of the main content."""
        return own_text(self.heading_node) if self.heading_node is not None else ""

    @cached_property
    def heading_node(self) -> LexborNode | None:
        for node in self.tree.css("h1"):
            if not self.in_frame(node) and not is_site_name(node) and own_text(node):
                return node
        for node in (self.main or self.tree).css(", ".join(HEADINGS)) if self.main is not None else []:
            if not self.in_frame(node) and not is_site_name(node) and own_text(node):
                return node
        return None

    @property
    def has_own_heading(self) -> bool:
        """Whether its name stands in a heading of the first level, or in one that is marked as title."""
        node = self.heading_node
        return node is not None and (node.tag == "h1" or "title" in (node.attributes.get("class") or ""))

    @cached_property
    def lines(self) -> list[str]:
        """The texts of the main content, one a line, as its elements part them."""
        text = self.main.text(deep=True, separator="\n", strip=False) if self.main is not None else ""
        return [line for raw in text.split("\n") if (line := squeeze(raw))]

    def title(self) -> str:
        node = self.tree.css_first("title")
        return tight_text(node) if node is not None else ""
