"""What kind of page it is, decided by evidence that is kept."""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from ..addresses import looks_like_document
from .dom import Page, text_of
from .links import OPAQUE
from .product import is_own_picture, price_in, slug_of
from .records import DocumentLink, Link, SpecRecord
from .structured import ARTICLE_TYPES, LISTING_TYPES, Structured

PRODUCT_PATH = re.compile(r"(^|[-_/])(products?|produkte?|produits?|productos?|prodotti|item|dp)([-_/]|$)", re.I)
LISTING_PATH = re.compile(
    r"/(collections?|categor(y|ies)|product-category|kategorie|shop|store|catalog(ue)?|all|series|ranges?|brands?|tags?|search)(/[^/]+)?/?$",
    re.I,
)
ARTICLE_PATH = re.compile(
    r"/(blogs?|news|articles?|stories|story|press|magazine|journal|events?|artists?|interviews?|videos?|tutorials?|careers?|jobs)(/|$)",
    re.I,
)
LEGAL_PATH = re.compile(
    r"/(polic(y|ies)|privacy|terms|legal|imprint|impressum|cookies?|gdpr|account|login|cart|checkout|register|wishlist"
    r"|contact|about|dealers?|where-to-buy|store-locator|careers|returns?|shipping)([-_/]|$)",
    re.I,
)
HELP_PATH = re.compile(
    r"/(support|help|faqs?|downloads?|manuals?|resources|service|knowledge(-?base)?|customer-support)([-_/]|$)", re.I
)
CART = (
    "form[action*='/cart'], [name=add], button[name=add-to-cart], .single_add_to_cart_button, #add-to-cart"
    ", .add-to-cart"
)
# Pages of one and the same product.
SISTER = re.compile(
    r"^(overview|features?|spec(s|ifications?)?|tech(nical)?[-_]?.*|downloads?|support|manuals?|owners[-_]manuals?|gallery|images?.*"
    r"|photos|videos?|media|sounds?|accessories|reviews?|faqs?|artists?|compare|buy|where-to-buy|firmware|updates?|presets)$",
    re.I,
)
PRODUCT_AT = 4


@dataclass
class Verdict:
    """`kind` as in records.Extraction; `reasons` with their weights."""

    score: int = 0
    kind: str = "page"
    reasons: list[str] = field(default_factory=list)

    def add(self, weight: int, reason: str) -> None:
        self.score += weight
        self.reasons.append(f"{reason} ({weight:+d})")


def classify(
    page: Page,
    url: str,
    *,
    structured: Structured,
    specifications: tuple[SpecRecord, ...],
    documents: tuple[DocumentLink, ...],
    links: tuple[Link, ...],
) -> Verdict:
    verdict = Verdict()
    path = unquote(urlsplit(url).path)
    if path.strip("/") == "":
        verdict.kind = "home"
        verdict.reasons.append("the site's first page")
        return verdict
    own_segment = by_data(page, structured, verdict) or by_path(page, path, verdict)
    by_content(page, specifications, documents, verdict)
    by_links(links, path, verdict)
    verdict.kind = (
        "product" if verdict.score >= PRODUCT_AT and page.heading() else other_kind(path, structured, documents)
    )
    if verdict.kind == "product" and not own_segment and len(structured.products) > 1:
        verdict.kind = "listing"
    return verdict


def by_data(page: Page, structured: Structured, verdict: Verdict) -> bool:
    """Structured data and the kind that the page declares. True where they settle whose page it is."""
    if len(structured.products) == 1:
        verdict.add(4, "structured data of one product")
    elif len(structured.products) > 1:
        names = {slug_of(str(item.get("name"))) for item in structured.products}
        if slug_of(page.heading()) in names:
            verdict.add(4, "structured data of this product among others")
        else:
            verdict.add(-2, "structured data of several products")
    if structured.types & LISTING_TYPES and len(structured.products) != 1:
        verdict.add(-3, "declared to be a listing")
    if structured.types & ARTICLE_TYPES and not structured.products:
        verdict.add(-4, "declared to be an article")
    declared = page.meta("og:type").lower()
    if declared in ("product", "product.item", "og:product"):
        verdict.add(3, "declared to be a product")
    elif declared == "article" and not structured.products:
        verdict.add(-2, "declared to be an article")
    return False


def by_path(page: Page, path: str, verdict: Verdict) -> bool:
    """What the address says. True where a part of it is the name of the page."""
    segments = [slug_of(segment) for segment in path.split("/") if segment]
    name = slug_of(page.heading())
    named = next((i for i, s in enumerate(segments) if s and same_name(s, name)), None)
    before = "/" + "/".join(path.strip("/").split("/")[:-1]) + "/"
    if PRODUCT_PATH.search(before):
        verdict.add(2, "its address is one of a product")
        if named is not None:
            verdict.add(2, "its address holds its name")
    if ARTICLE_PATH.search(path):
        verdict.add(-4, "its address is one of an article")
    if LISTING_PATH.search(path) and not PRODUCT_PATH.search(before):
        verdict.add(-4, "its address is one of a listing")
    if LEGAL_PATH.search(path):
        verdict.add(-5, "its address is one of the shop's own pages")
    if HELP_PATH.search(path) and not (named is not None and PRODUCT_PATH.search(before)):
        verdict.add(-3, "its address is one of the support pages")
    return named is not None


def same_name(segment: str, name: str) -> bool:
    """Whether a part of an address is made of a page's name: equal, or most words of the shorter in the other."""
    if not name:
        return False
    if segment == name or segment.replace("-", "") == name.replace("-", ""):
        return True
    ours, theirs = set(segment.split("-")), set(name.split("-"))
    return len(ours & theirs) >= max(1, round(0.6 * min(len(ours), len(theirs)))) and len(segment) > 2


def by_content(
    page: Page, specifications: tuple[SpecRecord, ...], documents: tuple[DocumentLink, ...], verdict: Verdict
) -> None:
    if page.main is not None and any(not page.in_frame(node) for node in page.main.css(CART)):
        verdict.add(2, "it can be put into a cart")
    if len(specifications) >= 3:
        verdict.add(2, f"{len(specifications)} specifications")
    if 1 <= len(documents) <= 30:
        verdict.add(1, f"{len(documents)} documents")
    heading = page.tree.css_first("h1")
    if heading is not None and heading.parent is not None and price_in(text_of(heading.parent)[:300]):
        verdict.add(1, "a price beside its name")
    pictures = [n for n in (page.main.css("img") if page.main is not None else []) if is_own_picture(n, page)]
    if len(pictures) >= 2:
        verdict.add(1, f"{len(pictures)} pictures")


def by_links(links: tuple[Link, ...], path: str, verdict: Verdict) -> None:
    """A listing leads to many product pages that are not below its own address."""
    own = path.rstrip("/") + "/"
    others = {
        urlsplit(link.url).path
        for link in links
        if link.region == "main"
        and PRODUCT_PATH.search(urlsplit(link.url).path.rsplit("/", 1)[0] + "/")
        and not unquote(urlsplit(link.url).path).startswith(own)
        and urlsplit(link.url).path.rstrip("/") != path.rstrip("/")
    }
    if len(others) >= 12:
        verdict.add(-2, f"it leads to {len(others)} product pages")
    children = {
        first
        for link in links
        if link.region == "main"
        and (below := unquote(urlsplit(link.url).path)).startswith(own)
        and (first := below.removeprefix(own).strip("/").split("/")[0])
        and not looks_like_document(link.url)
        and not OPAQUE.search(below)
        and not SISTER.search(first)
    }
    if len(children) >= 2:
        verdict.add(-4, f"it leads to {len(children)} pages below its own address")


def other_kind(path: str, structured: Structured, documents: tuple[DocumentLink, ...]) -> str:
    if LEGAL_PATH.search(path):
        return "legal"
    if ARTICLE_PATH.search(path) or structured.types & ARTICLE_TYPES:
        return "article"
    if len(documents) >= 3:
        return "manuals"
    if LISTING_PATH.search(path) or structured.types & LISTING_TYPES:
        return "listing"
    return "page"
