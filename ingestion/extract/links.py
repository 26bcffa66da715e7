"""Links of a page, and which of them lead to manuals."""

import re
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborNode

from ..addresses import ROUTE, SKIPPED_EXTENSIONS, looks_like_document, normalise_url, origin_of
from .dom import HEADINGS, Page, squeeze, text_of
from .files import leads_to_document
from .records import DocumentLink, Link
from .words import GENERIC, IMPLIED, KINDS, LANGUAGES, MANUAL

MAX_LINKS = 3000
NOWHERE = ("#", "javascript:", "mailto:", "tel:", "data:")
PDF_NAME = re.compile(r"\.pdf$", re.I)


# A last part of an address that names nothing: an identifier of a content system.
OPAQUE = re.compile(r"/([0-9a-f]{8}-[0-9a-f-]{20,}|[0-9a-f]{16,}|\d{3,})/?$", re.I)
BOOK = re.compile(r"manual|guide|handbook|handbuch|anleitung", re.I)
# A size or format behind a link's words, and the places from which content systems hand out files.
FILE_WORDS = re.compile(r"\bpdf\b|\b\d+([.,]\d+)?\s?[km]i?b\b", re.I)
FILE_PLACE = re.compile(
    r"controller=attachment|[?&](attachment_id|download|file|fileid|doc(ument)?id)=|/(download|attachment|getfile|get-file|dl|file|asset)s?"
    r"[/.-][^/]*\d|/(download|attachment)s?/[^/]+\?|/sfc/servlet\.shepherd|/document/d/",
    re.I,
)


def document_kind(title: str, url: str) -> str:
    name = f"{title} {unquote(urlsplit(url).path.rsplit('/', 1)[-1])}".replace("_", " ")
    special = next((kind for kind, words in KINDS if words.search(name)), "")
    if special == "safety" and BOOK.search(name):
        return "manual"
    return special or ("manual" if MANUAL.search(name) else "other")


def stated_language(title: str, url: str) -> str:
    """The language that a title or file name states, when it states one alone."""
    name = f"{title} {unquote(urlsplit(url).path.rsplit('/', 1)[-1])}"
    name = re.sub(r"[_\-.\[\]()]", " ", name)
    spoken = [code for code, words in LANGUAGES.items() if words.search(name)]
    if not spoken:
        spoken = [code for code, words in IMPLIED.items() if words.search(name)]
    return spoken[0] if len(spoken) == 1 else ""


def base_url(page: Page, url: str) -> str:
    base = page.tree.css_first("base[href]")
    return normalise_url(base.attributes.get("href") or "", url) or url if base is not None else url


@lru_cache(maxsize=20_000)
def resolve(raw: str, base: str) -> str | None:
    """As `normalise_url`; a site's pages share most of their links."""
    return normalise_url(raw, base)


def read_links(page: Page, url: str) -> tuple[Link, ...]:
    """Every link of the page once, in order, with its text and the heading above it."""
    base, heading = base_url(page, url), ""
    origin = origin_of(base)
    found: dict[str, Link] = {}
    if page.body is None:
        return ()
    for node in page.body.css(f"a[href], area[href], iframe[src], embed[src], object[data], {', '.join(HEADINGS)}"):
        if node.tag in HEADINGS:
            heading = text_of(node)[:200] if not page.in_frame(node) else heading
            continue
        raw = node.attributes.get("href") or node.attributes.get("src") or node.attributes.get("data") or ""
        if not raw or (raw.startswith(NOWHERE) and not ROUTE.match(raw)):
            continue
        target = resolve(raw, origin if raw.startswith(("/", "http")) else base)
        if target is None or (node.tag not in ("a", "area") and not looks_like_document(target)):
            continue
        region = "main" if page.in_main(node) else "frame"
        language = node.attributes.get("hreflang") or ""
        link = Link(target, link_text(node), region, heading, language=language, file=hands_out(node))
        if target not in found or (not found[target].text and link.text):
            found[target] = link
        if len(found) >= MAX_LINKS:
            break
    return tuple(found.values())


def hands_out(node: LexborNode) -> bool:
    """Whether a link says that it hands out a PDF: by its type, or by the name under which it is to be saved."""
    attributes = node.attributes
    return attributes.get("type") == "application/pdf" or bool(PDF_NAME.search(attributes.get("download") or ""))


def link_text(node: LexborNode) -> str:
    text = text_of(node) or squeeze(node.attributes.get("title")) or squeeze(node.attributes.get("aria-label"))
    if not text and (image := node.css_first("img[alt]")) is not None:
        text = squeeze(image.attributes.get("alt"))
    return text[:300]


def read_documents(links: tuple[Link, ...], url: str) -> tuple[DocumentLink, ...]:
    """Links of the main content that lead to documents: by address, or by words with an address under this page's."""
    found = []
    for link in links:
        certain = link.file or leads_to_document(link.url, link.text, link.heading)
        if link.region == "main" and (certain or is_likely(link, url)):
            title = document_title(link)
            found.append(
                DocumentLink(link.url, title, document_kind(title, link.url), certain, stated_language(title, link.url))
            )
    return tuple(found)


def is_likely(link: Link, url: str) -> bool:
    """Whether words and place of a link without a file's ending say that it leads to a document."""
    ours, theirs = urlsplit(url), urlsplit(link.url)
    own = ours.path.rstrip("/") + "/"
    if len(own) > 1 and theirs.path.startswith(own) and theirs.netloc == ours.netloc and link.text:
        return bool(MANUAL.search(link.text) or OPAQUE.search(theirs.path))
    if (
        not MANUAL.search(link.text)
        or SKIPPED_EXTENSIONS.search(theirs.path)
        or (theirs.path, theirs.query) == (ours.path, ours.query)
    ):
        return False
    return bool(FILE_WORDS.search(link.text)) or bool(FILE_PLACE.search(f"{theirs.path}?{theirs.query}"))


def document_title(link: Link) -> str:
    """What the page calls a document; the heading above, or the file's name, where the link only says 'Download'."""
    text = re.sub(r"\s*\((?:[\d.,]+\s*[kKmMgG]i?[bB])\)\s*$", "", link.text)
    if not text or GENERIC.match(text):
        text = link.heading if link.heading and not GENERIC.match(link.heading) else file_title(link.url)
    return text[:300]


def file_title(url: str) -> str:
    """A readable title from a file's name."""
    name = unquote(urlsplit(url).path.rstrip("/").rsplit("/", 1)[-1])
    name = re.sub(r"\.(pdf|txt|zip|html?|php|aspx?)(_[0-9a-f]{8,})?$", "", name, flags=re.I)
    name = re.sub(r"_[0-9a-f]{8,}$", "", name)
    return squeeze(re.sub(r"[_+]+", " ", name)) or url
