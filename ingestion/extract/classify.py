"""What kind of page it is, decided by evidence that is kept."""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from ..addresses import looks_like_document
from .cards import other_pages_shown
from .dom import Page
from .links import OPAQUE
from .names import slug_of
from .pictures import is_own_picture
from .prices import near_heading
from .records import DocumentLink, Link, SpecRecord
from .spec_lines import SPEC_WORDS
from .structured import ARTICLE_TYPES, LISTING_TYPES, Structured

PRODUCT_PATH = re.compile(
    r"(^|[-_/])(products?|produkte?|produits?|productos?|prodotti|item|dp)"
    r"(?![-_](categor|tag|line|range|type|group|famil|cat|list|finder|index|registration|support))([-_/]|$)",
    re.I,
)
# A page that shows what its parameter asks for: item.php?id=204, or index.php?route=product/product&product_id=41.
PRODUCT_QUERY = re.compile(
    r"(^|&)(product_?id|productid|item_?id|route=product/product|view=productdetails)(=|&|$)", re.I
)
PRODUCT_SCRIPT = re.compile(r"/(products?|produkte?|items?|artikel|details?)[-_]?\w*\.(php|aspx?|html?|jsp|cfm)$", re.I)
LISTING_PATH = re.compile(
    r"/(collections?|categor(y|ies)|(product|produkt)-(category|categories|tag|line|range)s?|kategorie|shop|store|catalog(ue)?|all|series"
    r"|ranges?|brands?|tags?|search)(/[^/]+)?/?$",
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
    "form[action*='/cart'], form[action*='cart.php'], form[action*='line-item/add'], #product_addtocart_form"
    ", [name=add], button[name=add-to-cart], .single_add_to_cart_button, #add-to-cart, .add-to-cart"
    ", [data-hook=add-to-cart], .sqs-add-to-cart-button, #button-cart, .add-to-cart-button, .addtocart-button"
)
# What shops and content systems write on the body of a page.
PRODUCT_BODY = re.compile(
    r"(^|\s)(single-product|template-product\S*|product-template\S*|catalog-product-view|node--?type-product|is-ctl-product"
    r"|(page|view|type|body)-(product|store-item)|product-(page|view|detail)s?|product-product-\d+)(\s|$)",
    re.I,
)
LISTING_BODY = re.compile(
    r"(^|\s)(tax-\S+|archive|category|catalog-category-view|template-(collection|search|list-collections)\S*|is-ctl-navigation)(\s|$)",
    re.I,
)
# Pages of one and the same product.
SISTER = re.compile(
    r"^(overview|features?|spec(s|ifications?)?|tech(nical)?[-_]?.*|downloads?|support|manuals?|owners[-_]manuals?|gallery|images?.*"
    r"|photos|videos?|media|sounds?|accessories|reviews?|faqs?|artists?|compare|buy|where-to-buy|firmware|updates?|presets)$",
    re.I,
)
PRODUCT_AT, CERTAIN = 4, 9
PROSE = 120  # characters of a line that is more than a name or a label


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
    name: str,
    structured: Structured,
    specifications: tuple[SpecRecord, ...],
    documents: tuple[DocumentLink, ...],
    links: tuple[Link, ...],
) -> Verdict:
    """`name` is what the page calls itself."""
    verdict = Verdict()
    # What stands behind the # of an address is a route, or it would not be there any more.
    path = unquote(urlsplit(url).fragment.lstrip("!") or urlsplit(url).path)
    if path.strip("/") == "":
        verdict.kind = "home"
        verdict.reasons.append("the site's first page")
        return verdict
    own_segment = by_path(name, path, urlsplit(url).query, structured, verdict)
    by_data(page, name, structured, verdict)
    by_content(page, specifications, documents, verdict)
    by_links(links, path, verdict)
    others = other_pages_shown(page, url, {document.url for document in documents}) if verdict.score < CERTAIN else 0
    if others >= 3 and len(structured.products) != 1:
        verdict.add(-4, f"it begins with {others} other pages")
    if verdict.score >= PRODUCT_AT and name and (own_segment or len(structured.products) <= 1):
        verdict.kind = "product"
    else:
        prose = sum(len(line) > PROSE for line in page.lines)
        verdict.kind = other_kind(path, structured, documents, others if prose < 5 else 0)
    return verdict


def by_data(page: Page, name: str, structured: Structured, verdict: Verdict) -> None:
    """Structured data and the kind that the page declares."""
    if len(structured.products) == 1:
        verdict.add(4, "structured data of one product")
    elif len(structured.products) > 1:
        names = {slug_of(str(item.get("name"))) for item in structured.products}
        if slug_of(name) in names:
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
        # Plug-ins declare every page of a site an article; those that are one were published on a day.
        verdict.add(-3 if page.meta("article:published_time") else -1, "declared to be an article")
    marks = page.tree.body.attributes.get("class") or "" if page.tree.body is not None else ""
    if PRODUCT_BODY.search(marks):
        verdict.add(2, "its template is one of a product")
    elif LISTING_BODY.search(marks):
        verdict.add(-3, "its template is one of a listing")


def by_path(name: str, path: str, query: str, structured: Structured, verdict: Verdict) -> bool:
    """What the address says. True where a part of it is the name of the page."""
    segments = [slug_of(re.sub(r"\.(html?|php|aspx?)$", "", segment)) for segment in path.split("/") if segment]
    own = slug_of(name)
    named = next((i for i, s in enumerate(segments) if s and same_name(s, own)), None)
    before = "/" + "/".join(path.strip("/").split("/")[:-1]) + "/"
    if PRODUCT_PATH.search(before):
        verdict.add(2, "its address is one of a product")
        if named is not None:
            verdict.add(2, "its address holds its name")
    elif query and (PRODUCT_SCRIPT.search(path) or PRODUCT_QUERY.search(unquote(query))):
        verdict.add(2, "its address asks for one product")
    elif named is not None and named == len(segments) - 1:
        verdict.add(1, "its address ends with its name")
    if ARTICLE_PATH.search(path):
        verdict.add(-4, "its address is one of an article")
    settled = PRODUCT_PATH.search(before) or PRODUCT_SCRIPT.search(path) or len(structured.products) == 1
    if LISTING_PATH.search(path) and not settled:
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
    joined = segment.replace("-", "")
    if len(joined) >= 4 and name.replace("-", "").startswith(joined):
        return True
    ours, theirs = set(segment.split("-")), set(name.split("-"))
    return len(ours & theirs) >= max(1, round(0.6 * min(len(ours), len(theirs)))) and len(segment) > 2


def by_content(
    page: Page, specifications: tuple[SpecRecord, ...], documents: tuple[DocumentLink, ...], verdict: Verdict
) -> None:
    carts = sum(not page.in_frame(node) for node in page.main.css(CART)) if page.main is not None else 0
    if 0 < carts <= 4:
        verdict.add(2, "it can be put into a cart")
    if len(specifications) >= 3:
        headed = any(SPEC_WORDS.search(spec.section) for spec in specifications)
        verdict.add(3 if headed else 2, f"{len(specifications)} specifications")
    if 1 <= len(documents) <= 30:
        verdict.add(1, f"{len(documents)} documents")
    if near_heading(page)[0]:
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


def other_kind(path: str, structured: Structured, documents: tuple[DocumentLink, ...], others: int) -> str:
    if LEGAL_PATH.search(path):
        return "legal"
    if ARTICLE_PATH.search(path) or structured.types & ARTICLE_TYPES:
        return "article"
    if len(documents) >= 3:
        return "manuals"
    if LISTING_PATH.search(path) or structured.types & LISTING_TYPES or len(structured.products) > 1 or others >= 3:
        return "listing"
    return "page"
