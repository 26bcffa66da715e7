"""Structured data of a page: JSON-LD (also slightly broken), microdata, Open Graph."""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .dom import Page, squeeze

PRODUCT_TYPES = frozenset({"Product", "ProductGroup", "ProductModel", "IndividualProduct", "SomeProducts", "Vehicle"})
ARTICLE_TYPES = frozenset({"Article", "BlogPosting", "NewsArticle", "Event", "Recipe", "JobPosting", "Review"})
LISTING_TYPES = frozenset({"ItemList", "CollectionPage", "SearchResultsPage", "OfferCatalog"})
MOST_BLOCKS, MOST_PRODUCTS, MOST_LEVELS = 100, 300, 40  # of a page; further ones are not looked at

LONGEST = 20_000  # characters of one value
# Mending broken JSON is slow where it is made to be, so longer or more deeply branched text is not mended. From each
# quote each other one may be looked for: 3,000 take a second at most, 20,000 took 43. A page has so many in all.
MENDED_LENGTH, MENDED_BRANCHES, MENDED_QUOTES = 60_000, 500, 3_000
KEYS = {
    key.lower(): key
    for key in (
        "name sku mpn productID gtin gtin8 gtin12 gtin13 gtin14 offers price priceCurrency lowPrice highPrice "
        "priceSpecification image url contentUrl description category hasVariant isVariantOf brand itemListElement "
        "item availability mainEntity mainEntityOfPage itemOffered additionalProperty value unitText isRelatedTo"
    ).split()
}


@dataclass
class Structured:
    """Everything of one page: products as dictionaries of their properties, the other types, the breadcrumb's names."""

    products: list[dict[str, Any]] = field(default_factory=list)
    types: set[str] = field(default_factory=set)
    breadcrumb: list[str] = field(default_factory=list)
    source: str = ""  # of the products: JSON-LD or microdata


def read_structured(page: Page, markup: str) -> Structured:
    found = Structured()
    quotes = 0
    for node in page.tree.css("script[type*='ld+json' i]")[:MOST_BLOCKS]:
        text = bare(node.text(deep=True) or "")
        data = parsed(text)
        if data is None:
            quotes += text.count('"')
            data = mended(text) if quotes <= MENDED_QUOTES else None
        for item in items_of(data):
            take(item, found, "JSON-LD")
    if not found.products and "itemtype" in markup:
        for item in microdata(markup):
            take(item, found, "microdata")
    return found


def load_json(text: str) -> Any:
    """JSON as sites write it: in comments, escaped, several objects in a row, with raw line breaks, a comma too many or
    quotes inside texts. None when hopeless."""
    text = bare(text)
    data = parsed(text)
    return mended(text) if data is None else data


def bare(text: str) -> str:
    """Without the comment or CDATA section around it."""
    text = re.sub(r"^(\s*(<!--|//\s*<!\[CDATA\[|<!\[CDATA\[))+|((//\s*)?\]\]>|//\s*-->|-->)\s*$", "", text.strip())
    return text.strip().strip(";")


def parsed(text: str) -> Any:
    for attempt in (text, re.sub(r",\s*([}\]])", r"\1", text), html.unescape(text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def mended(text: str) -> Any:
    branches = sum(map(text.count, "{["))
    if len(text) > MENDED_LENGTH or branches > MENDED_BRANCHES or text.count('"') > MENDED_QUOTES:
        return None
    if not text.startswith(("{", "[")):
        return None
    import json_repair

    try:
        return json_repair.loads(text)
    except (ValueError, RecursionError, IndexError):
        return None


def items_of(data: Any, level: int = 0) -> Iterator[dict[str, Any]]:
    """Every object with a type, those inside @graph and mainEntity too."""
    if level > MOST_LEVELS:
        return
    if isinstance(data, list):
        for entry in data:
            yield from items_of(entry, level + 1)
    elif isinstance(data, dict):
        data = {KEYS.get(key.lower(), key): value for key, value in data.items()}
        if "@type" in data:
            yield data
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "itemOffered"):
            if isinstance(data.get(key), dict | list):
                yield from items_of(data[key], level + 1)


def types_of(item: dict[str, Any]) -> set[str]:
    kinds = item.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    names = (str(kind).rsplit("/", 1)[-1] for kind in kinds if kind)
    return {name[:1].upper() + name[1:] for name in names}


def take(item: dict[str, Any], found: Structured, source: str) -> None:
    kinds = types_of(item)
    found.types |= kinds
    named = squeeze(str(item.get("name") or "")[:1000])
    if kinds & PRODUCT_TYPES and named and len(found.products) < MOST_PRODUCTS:
        found.products.append({KEYS.get(key.lower(), key): value for key, value in item.items()})
        found.source = found.source or source
    if "BreadcrumbList" in kinds and not found.breadcrumb:
        found.breadcrumb = breadcrumb(item)


def breadcrumb(item: dict[str, Any]) -> list[str]:
    names = []
    for entry in aslist(item.get("itemListElement")):
        if isinstance(entry, dict):
            inner = entry.get("item")
            name = entry.get("name") or (inner.get("name") if isinstance(inner, dict) else "")
            names.append(squeeze(html.unescape(str(name or ""))))
    return [name for name in names if name]


def microdata(markup: str) -> Iterator[dict[str, Any]]:
    """Items of schema.org microdata in the shape of JSON-LD."""
    from extruct.w3cmicrodata import MicrodataExtractor
    from lxml.etree import LxmlError

    try:
        items = MicrodataExtractor(strict=False).extract(markup)
    except (ValueError, AttributeError, TypeError, AssertionError, RecursionError, LxmlError):
        # lxml refuses markup that browsers accept (control characters, an XML declaration with an encoding).
        return
    for item in items:
        if isinstance(item, dict):
            yield flat(item)


def flat(item: dict[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = {"@type": [str(kind).rsplit("/", 1)[-1] for kind in aslist(item.get("type"))]}
    for key, value in (item.get("properties") or {}).items():
        data[key] = [flat(v) if isinstance(v, dict) else v for v in value] if isinstance(value, list) else value
        if isinstance(value, dict):
            data[key] = flat(value)
    return data


def aslist(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def first_text(value: Any) -> str:
    """The first text in a value that may be a text, an object with a name or value, or a list of these."""
    for entry in aslist(value):
        if isinstance(entry, dict):
            entry = (
                entry.get("contentUrl")
                or entry.get("name")
                or entry.get("value")
                or entry.get("@value")
                or entry.get("url")
            )
        if entry not in (None, "") and not isinstance(entry, dict | list):
            return squeeze(html.unescape(str(entry)[:LONGEST]))
    return ""
