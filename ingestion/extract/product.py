"""The product that a page describes: decided by evidence, each value from the best place that states it."""

import re
from typing import Any
from urllib.parse import urlsplit

from ..addresses import normalise_url
from .dom import Page, squeeze, text_of
from .names import clean_name, slug_of
from .pictures import read_pictures
from .prices import offers_of, read_price
from .records import DocumentLink, ProductRecord, SpecRecord
from .status import is_discontinued, successor_of
from .structured import Structured, aslist, first_text
from .trail import shown_breadcrumb

SKU_LABEL = (
    r"(?:sku|mpn|(?:article|part|item|product|order|model|catalog(?:ue)?|stock)[ -](?:number|no\.?|code|nr\.?|#)"
    r"|art\.?[ -]?(?:no|nr)\.?|artikel-?n(?:ummer|r\.?)|bestell-?n(?:ummer|r\.?)|produktnummer"
    r"|r[ée]f[ée]rence|réf\.?|codice|מק[\"״']?ט)"
)
SKU_LINE = re.compile(rf"^{SKU_LABEL}\s*[:#.]\s*(\S[^:]{{1,40}})$", re.I)
SKU_HEAD = re.compile(rf"^{SKU_LABEL}\s*[:#]?$", re.I)
NO_FAMILY = frozenset(
    "home homepage products product shop store all all-products catalog catalogue start startseite produkte accueil "
    "boutique produits inicio productos prodotti בית דף-הבית עמוד-הבית מוצרים חנות קטלוג".split()
)
NUMBER = re.compile(r"^(?=.*\d)[\w][\w ./+-]{1,30}$")


def read_product(
    page: Page,
    url: str,
    *,
    brand: str,
    name: str,
    structured: Structured,
    specifications: tuple[SpecRecord, ...],
    documents: tuple[DocumentLink, ...],
    evidence: tuple[str, ...],
) -> ProductRecord:
    data = matching(structured.products, name, url)
    price, currency = read_price(page, data)
    discontinued = is_discontinued(page, name)
    return ProductRecord(
        name=name,
        sku=read_sku(page, data),
        gtin=read_gtin(page, data),
        description=read_description(page, data),
        price=price,
        currency=currency,
        family=read_family(structured, data, page, brand),
        discontinued=discontinued,
        successor=successor_of(page) if discontinued else "",
        specifications=specifications,
        documents=documents,
        pictures=read_pictures(page, data, url),
        evidence=evidence,
        aliases=read_aliases(data, name, brand),
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


def sku_in_lines(lines: list[str]) -> str:
    """The number behind `SKU:`, on the same line or alone on the next."""
    for line, below in zip(lines[:400], [*lines[1:400], ""], strict=False):
        if match := SKU_LINE.match(line):
            return match[1]
        if SKU_HEAD.match(line) and NUMBER.match(below):
            return below
    return ""


def read_description(page: Page, data: dict[str, Any]) -> str:
    described = re.sub(r"<[^<>]+>", " ", first_text(data.get("description")))
    return squeeze(described or page.meta("og:description", "description"))[:4000]


def read_sku(page: Page, data: dict[str, Any]) -> str:
    for key in ("sku", "mpn", "productID"):
        if (value := first_text(data.get(key))) and len(value) <= 100:
            return value
    for offer in [*aslist(data.get("hasVariant"))[:1], *offers_of(data)]:
        if isinstance(offer, dict) and (value := first_text(offer.get("sku") or offer.get("mpn"))):
            return value[:100]
    if value := page.meta("product:retailer_item_id", "product:sku", "og:sku"):
        return value[:100]
    node = page.tree.css_first("[itemprop=sku], .product-sku, .sku, .product__sku, [data-product-sku]")
    if node is None or page.in_frame(node):
        return sku_in_lines(page.lines)
    text = squeeze(node.attributes.get("content")) or text_of(node)
    text = re.sub(r"^(sku|item|art(icle|ikel)?|part|model)\s*(no\.?|number|nr\.?|#)?\s*[:#]?\s*", "", text, flags=re.I)
    return text if len(text) <= 60 and not text.lower().startswith("n/a") else ""


def read_aliases(data: dict[str, Any], name: str, brand: str) -> tuple[str, ...]:
    """What the page's data call the product, where that is its name with more or fewer words."""
    other = clean_name(first_text(data.get("name")), brand)
    ours, theirs = slug_of(name), slug_of(other)
    return (other,) if theirs and ours != theirs and (ours in theirs or theirs in ours) else ()


def read_gtin(page: Page, data: dict[str, Any]) -> str:
    """The EAN, UPC or GTIN that the page's data state, where its check digit is right."""
    stated = [data, *offers_of(data), *aslist(data.get("hasVariant"))[:1]]
    for item in stated:
        for key in ("gtin13", "gtin", "gtin12", "gtin14", "gtin8", "ean"):
            if isinstance(item, dict) and (number := valid_gtin(first_text(item.get(key)))):
                return number
    node = page.tree.css_first("[itemprop^=gtin], meta[property='product:ean'], meta[property='product:gtin']")
    return valid_gtin(squeeze(node.attributes.get("content")) or text_of(node)) if node is not None else ""


def valid_gtin(text: str) -> str:
    """The digits of a GTIN (GS1 General Specifications, 7.9: weights 3 and 1 from the right), or ""."""
    digits = re.sub(r"[\s-]", "", text)
    if not digits.isascii() or not digits.isdigit() or len(digits) not in (8, 12, 13, 14) or not digits.strip("0"):
        return ""
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return digits if weighted % 10 == 0 else ""


def read_family(structured: Structured, data: dict[str, Any], page: Page, brand: str) -> str:
    """The category that the page states, else the last step of its breadcrumb before the product itself."""
    category = first_text(data.get("category")).replace(" > ", "/").rsplit("/", 1)[-1].strip()
    if category and len(category) <= 100:
        return category
    steps = structured.breadcrumb or shown_breadcrumb(page)
    name = slug_of(page.heading())
    steps = [step for step in steps if slug_of(step) not in (name, *NO_FAMILY)]
    # The brand or the site itself is no family.
    root = slug_of(brand).split("-")[0] if brand else ""
    steps = [step for index, step in enumerate(steps) if index or not root or root not in slug_of(step)]
    return steps[-1][:200] if steps else ""
