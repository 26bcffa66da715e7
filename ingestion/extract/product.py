"""The product that a page describes: decided by evidence, each value from the best place that states it."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import unquote, urlsplit

from price_parser import Price
from selectolax.lexbor import LexborNode

from ..addresses import looks_like_image, normalise_url
from .dom import Page, ancestors, squeeze, text_of
from .links import base_url
from .records import DocumentLink, PictureRecord, ProductRecord, SpecRecord
from .structured import Structured, aslist, first_text

MAX_PICTURES = 12
CURRENCIES = {"$": "USD", "£": "GBP", "€": "EUR", "₪": "ILS", "¥": "JPY", "US$": "USD", "C$": "CAD", "A$": "AUD"}
DECORATION = re.compile(
    r"(icon|logo|sprite|badge|payment|placeholder|spacer|pixel|avatar|flag|arrow|banner-ad|rating|star)", re.I
)
# Marks of a shop, not of the model.
PREFIX = re.compile(r"^(sale|new|sold out|clearance|discontinued|legacy)\s*[:!–|-]\s*", re.I)
TRAILING_PRICE = re.compile(r"\s+(from )?[$£€₪]\s?\d[\d.,]*$", re.I)
DISCONTINUED = re.compile(
    r"\b(discontinued|no longer (available|in production|made|produced|manufactured)|legacy product|end of life"
    r"|archived product)\b",
    re.I,
)


SKU_LINE = re.compile(
    r"^(sku|mpn|(?:article|part|item|product|order|model)[ -](?:number|no\.?|code|nr\.?|#)"
    r"|art\.?[ -]?(?:no|nr)\.?|artikelnummer|מק״ט)"
    r"\s*[:#]\s*(\S[^:]{1,40})$",
    re.I,
)


def slug_of(text: str) -> str:
    return re.sub(r"[^a-z0-9א-ת]+", "-", re.sub(r"[®™©]", "", text).lower()).strip("-")


def clean_name(text: str, brand: str = "") -> str:
    """A product's name without the site's name, a shop's mark or line breaks; its own signs and spelling stay."""
    text = TRAILING_PRICE.sub("", PREFIX.sub("", squeeze(text)))
    for separator in (" | ", " – ", " — ", " :: "):
        head, _, tail = text.rpartition(separator)
        if head and brand and slug_of(brand).split("-")[0] in slug_of(tail):
            text = head
    return text.strip(" |–—-")[:300]


def page_name(page: Page, structured: Structured, brand: str) -> str:
    """The heading that visitors see; else the structured name, the shared title, or the window's title."""
    name = clean_name(page.heading(), "")
    if name:
        return longer_name(name, page, brand)
    if len(structured.products) == 1:
        return clean_name(first_text(structured.products[0].get("name")), brand)
    return clean_name(page.meta("og:title") or page.title(), brand)


def longer_name(name: str, page: Page, brand: str) -> str:
    """The heading with the number that it leaves out, where window title and breadcrumb agree on one."""
    titled = clean_name(page.title(), brand)
    added = titled.removeprefix(name).strip()
    if titled.startswith(f"{name} ") and re.fullmatch(r"(mk ?)?[\divx]{1,4}", added, re.I):
        steps = [slug_of(step) for step in shown_breadcrumb(page)]
        if slug_of(titled) in steps:
            return titled
    return name


def read_product(
    page: Page,
    url: str,
    *,
    brand: str,
    structured: Structured,
    specifications: tuple[SpecRecord, ...],
    documents: tuple[DocumentLink, ...],
    evidence: tuple[str, ...],
) -> ProductRecord:
    data = matching(structured.products, page.heading(), url)
    price, currency = read_price(page, data)
    return ProductRecord(
        name=page_name(page, structured, brand),
        sku=read_sku(page, data),
        description=read_description(page, data),
        price=price,
        currency=currency,
        family=read_family(structured, data, page, brand),
        discontinued=bool(DISCONTINUED.search(status_text(page))),
        specifications=specifications,
        documents=documents,
        pictures=read_pictures(page, data, url),
        evidence=evidence,
    )


def matching(products: list[dict[str, Any]], heading: str, url: str) -> dict[str, Any]:
    """The structured product that is this page's: by name, by address, or the only one."""
    if len(products) <= 1:
        return products[0] if products else {}
    wanted, path = slug_of(heading), urlsplit(url).path.rstrip("/")
    for item in products:
        if (
            slug_of(first_text(item.get("name"))) == wanted
            or urlsplit(normalise_url(first_text(item.get("url")), url) or "").path.rstrip("/") == path
        ):
            return item
    return products[0]


def read_sku(page: Page, data: dict[str, Any]) -> str:
    for key in ("sku", "mpn", "productID"):
        if (value := first_text(data.get(key))) and len(value) <= 100:
            return value
    for offer in [*aslist(data.get("hasVariant"))[:1], *offers_of(data)]:
        if isinstance(offer, dict) and (value := first_text(offer.get("sku") or offer.get("mpn"))):
            return value[:100]
    node = page.tree.css_first("[itemprop=sku], .product-sku, .sku, .product__sku, [data-product-sku]")
    if node is None or page.in_frame(node):
        return next((match[2] for line in short_lines(page) if (match := SKU_LINE.match(line))), "")
    text = squeeze(node.attributes.get("content")) or text_of(node)
    text = re.sub(r"^(sku|item|art(icle|ikel)?|part|model)\s*(no\.?|number|nr\.?|#)?\s*[:#]?\s*", "", text, flags=re.I)
    return text if len(text) <= 60 and not text.lower().startswith("n/a") else ""


def read_description(page: Page, data: dict[str, Any]) -> str:
    described = re.sub(r"<[^<>]+>", " ", first_text(data.get("description")))
    return squeeze(described or page.meta("og:description", "description"))[:4000]


def offers_of(data: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    for offer in aslist(data.get("offers")):
        if isinstance(offer, dict):
            found += [offer, *(inner for inner in aslist(offer.get("offers")) if isinstance(inner, dict))]
    for variant in aslist(data.get("hasVariant"))[:1]:
        if isinstance(variant, dict):
            found += offers_of(variant)
    return found


def read_price(page: Page, data: dict[str, Any]) -> tuple[Decimal | None, str]:
    """Amount and ISO 4217 code. Zero and placeholders are no prices: (None, "")."""
    for offer in offers_of(data):
        specification = next((s for s in aslist(offer.get("priceSpecification")) if isinstance(s, dict)), {})
        for raw in (offer.get("price"), offer.get("lowPrice"), specification.get("price")):
            if amount := positive(first_text(raw)):
                return amount, first_text(offer.get("priceCurrency") or specification.get("priceCurrency")).upper()[:3]
    amount = positive(page.meta("product:price:amount", "og:price:amount"))
    if amount:
        return amount, page.meta("product:price:currency", "og:price:currency").upper()[:3]
    return shown_price(page)


def positive(raw: str) -> Decimal | None:
    raw = raw[:60]
    if not raw:
        return None
    try:
        amount = Decimal(raw)
    except InvalidOperation:
        parsed = Price.fromstring(raw)
        amount = parsed.amount if parsed.amount is not None else Decimal(0)
    # 99999 and the like stand for "ask us".
    if not amount.is_finite() or amount <= 0 or amount >= 10_000_000 or re.fullmatch(r"9{5,}(\.9+)?", str(amount)):
        return None
    return amount.quantize(Decimal("0.01"))


def shown_price(page: Page) -> tuple[Decimal | None, str]:
    """The price that the page shows beside its product."""
    selectors = "[itemprop=price], .price-item--sale, .price__current, .product-price, .product__price, .price"
    for node in page.tree.css(selectors):
        if page.in_frame(node) or not page.in_main(node):
            continue
        text = node.attributes.get("content") or text_of(node)
        if found := price_in(text[:200]):
            return found
        break
    return (None, "") if page.main is None else near_heading(page)


def price_in(text: str) -> tuple[Decimal, str] | None:
    amounts = re.findall(r"(?:US\$|C\$|A\$|[$£€₪¥])\s?\d[\d.,\s]*|\d[\d.,]*\s?(?:€|₪|USD|EUR|GBP|ILS)", text)
    for raw in amounts:
        parsed = Price.fromstring(raw)
        symbol = parsed.currency or ""
        if parsed.amount_text and (amount := positive(str(parsed.amount))):
            return amount, CURRENCIES.get(symbol, symbol if len(symbol) == 3 else "")
    return None


def near_heading(page: Page) -> tuple[Decimal | None, str]:
    """A short text that is nothing but a price, within the block that holds the product's heading."""
    heading = next((node for node in page.tree.css("h1") if not page.in_frame(node)), None)
    block: LexborNode | None = heading
    for _ in range(4):
        block = block.parent if block is not None else None
        if block is None or block.tag in ("body", "html"):
            break
        for node in block.css("span, div, p, strong, b, ins, data"):
            text = text_of(node)
            if len(text) <= 24 and not page.in_frame(node) and (found := price_in(text)):
                return found
    return None, ""


def read_family(structured: Structured, data: dict[str, Any], page: Page, brand: str) -> str:
    """The category that the page states, else the last step of its breadcrumb before the product itself."""
    category = first_text(data.get("category")).replace(" > ", "/").rsplit("/", 1)[-1].strip()
    if category and len(category) <= 100:
        return category
    steps = structured.breadcrumb or shown_breadcrumb(page)
    name = slug_of(page.heading())
    steps = [
        step for step in steps if slug_of(step) not in (name, "home", "homepage", "products", "shop", "all", "catalog")
    ]
    # The brand or the site itself is no family.
    root = slug_of(brand).split("-")[0] if brand else ""
    steps = [step for index, step in enumerate(steps) if index or not root or root not in slug_of(step)]
    return steps[-1][:200] if steps else ""


def shown_breadcrumb(page: Page) -> list[str]:
    selectors = "[aria-label*=readcrumb], .breadcrumb, .breadcrumbs, [class*=breadcrumb], [itemtype*=BreadcrumbList]"
    for node in page.tree.css(selectors):
        steps = [text for item in node.css("li, a, [itemprop=name]") if (text := text_of(item).strip("/›>» "))]
        if steps:
            return list(dict.fromkeys(steps))
    # Without a mark: an ordered list of links that begins at the home page.
    for node in page.tree.css("nav ol"):
        links = node.css("a[href]")
        if (
            links
            and urlsplit(links[0].attributes.get("href") or "x").path in ("/", "")
            and not any(a.css_first("a a") for a in links)
        ):
            return list(dict.fromkeys(text for item in node.css("li") if (text := text_of(item).strip("/›>» "))))
    return []


def status_text(page: Page) -> str:
    """Heading, breadcrumb and short notices: where a page says that its product is no longer made."""
    notices = [
        text_of(n)
        for n in (
            page.main.css("[class*=badge], [class*=status], [class*=notice], [class*=label]") if page.main else []
        )
    ]
    return " . ".join(
        [page.heading(), *shown_breadcrumb(page), *(n for n in notices if len(n) < 120), *short_lines(page)[:12]]
    )


def short_lines(page: Page) -> list[str]:
    """The short paragraphs of the main content, in order: where shops put numbers and notices."""
    nodes = page.main.css("p, li, dd") if page.main is not None else []
    return [text for node in nodes[:200] if not page.in_frame(node) and 3 < len(text := text_of(node)) < 90]


def read_pictures(page: Page, data: dict[str, Any], url: str) -> tuple[PictureRecord, ...]:
    """The pictures of the main content, structured ones first, each once whatever its size."""
    base = base_url(page, url)
    found: dict[str, PictureRecord] = {}
    for raw in aslist(data.get("image")):
        add_picture(
            found, first_text(raw.get("url") or raw.get("contentUrl")) if isinstance(raw, dict) else str(raw), "", base
        )
    for node in page.main.css("img") if page.main is not None else []:
        if too_small(node) or not is_own_picture(node, page):
            continue
        attributes = node.attributes
        raw = attributes.get("data-src") or attributes.get("data-original") or attributes.get("src") or ""
        if raw.startswith("data:"):
            raw = (attributes.get("srcset") or attributes.get("data-srcset") or "").split(" ")[0]
        add_picture(found, raw, squeeze(attributes.get("alt")), base)
        if len(found) >= MAX_PICTURES:
            break
    if not found:
        add_picture(found, page.meta("og:image"), "", base)
    return tuple(found.values())


def is_own_picture(node: LexborNode, page: Page) -> bool:
    """Whether a picture shows this page's product: it stands in the content, and is no link to another page."""
    if page.in_frame(node):
        return False
    link = next((a for a in ancestors(node) if a.tag == "a"), None)
    target = (link.attributes.get("href") or "") if link is not None else ""
    return not target or target.startswith(("#", "javascript:")) or looks_like_image(target) or "image" in target


def too_small(node: LexborNode) -> bool:
    sizes = [node.attributes.get(side) or "" for side in ("width", "height")]
    return any(size.isdecimal() and len(size) < 5 and int(size) < 80 for size in sizes)


def add_picture(found: dict[str, PictureRecord], raw: str, alt: str, base: str) -> None:
    target = normalise_url(raw, base) if raw else None
    if target is None or DECORATION.search(unquote(urlsplit(target).path.rsplit("/", 1)[-1])):
        return
    # The same picture in another size: a parameter, or -640x480 in its name.
    key = re.sub(
        r"[-_](\d{2,4}x\d{0,4}|small|medium|large|thumb(nail)?|grande|compact|master)(?=\.)",
        "",
        urlsplit(target).path.lower(),
    )
    if "/_next/image" in key:
        key = urlsplit(target).query.split("&w=")[0]
    if key not in found:
        found[key] = PictureRecord(target, alt)
    elif alt and not found[key].alt:
        found[key] = PictureRecord(found[key].url, alt)
