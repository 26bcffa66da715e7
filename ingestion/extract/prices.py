"""The price of a product: structured data first, else what stands beside its name. An old price is no price."""

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from price_parser import Price
from selectolax.lexbor import LexborNode

from .dom import HEADINGS, Page, ancestors, squeeze, text_of
from .structured import aslist, first_text

SHEKEL = r"ש[\"״']?ח|NIS"
CURRENCIES = {
    "$": "USD", "£": "GBP", "€": "EUR", "₪": "ILS", "¥": "JPY", "US$": "USD", "C$": "CAD", "CA$": "CAD", "A$": "AUD",
    "AU$": "AUD", "zł": "PLN", "NIS": "ILS", "円": "JPY", "￥": "JPY", "元": "CNY", "원": "KRW", "₩": "KRW",
}  # fmt: skip
AMOUNT = re.compile(
    r"(?:(?:US|CA|C|AU|A)\$|CHF|[$£€₪¥￥₩])\s?\d[\d.,\s]*|\d[\d.,\s]*?\s?(?:€|₪|zł|円|元|원|USD|EUR|GBP|ILS|CHF|CAD|AUD|JPY|"
    + SHEKEL
    + ")"
)
PRICE_WORD = re.compile(
    r"^(price|preis|prix|precio|prezzo|מחיר|(?:希望小売)?価格|定価|only|now|from|ab|החל מ-?)\s*:?\s*", re.I
)
LONGEST = 48  # characters of a price with its word before it
# Prices that are struck out, or are the maker's for comparison.
OLD = re.compile(r"(^|[-_ ])(old|was|compare(-?at)?|rrp|uvp|msrp|strike|crossed|original)([-_ ]|$)", re.I)


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
        if page.in_frame(node) or not page.in_main(node) or is_old(node) or of_another(node, page):
            continue
        text = node.attributes.get("content") or live_text(node)
        if found := price_in(text[:200]):
            return found
        if text:
            break
    return (None, "") if page.main is None else near_heading(page)


def of_another(node: LexborNode, page: Page) -> bool:
    """Whether a price stands on the card of another product: below a heading that links, apart from the page's own."""
    own = page.heading_node.mem_id if page.heading_node is not None else None
    for around, _ in zip(ancestors(node), range(4), strict=False):
        headings = around.css(", ".join(HEADINGS))
        if headings:
            linked = any(h.css_first("a[href]") is not None or getattr(h.parent, "tag", "") == "a" for h in headings)
            return linked and all(h.mem_id != own for h in headings)
    return False


def is_old(node: LexborNode) -> bool:
    struck_out = "line-through" in (node.attributes.get("style") or "")
    return struck_out or node.tag in ("del", "s", "strike") or bool(OLD.search(node.attributes.get("class") or ""))


def live_text(node: LexborNode) -> str:
    """Text of an element without the prices in it that hold no longer; all of it where nothing else is left."""
    return squeeze("".join(live_parts(node, 0))) or squeeze(node.text(deep=True, separator=" ", strip=False))


def live_parts(node: LexborNode, depth: int) -> Iterator[str]:
    child = node.child
    while child is not None:
        if child.tag == "-text":
            yield child.text(deep=False) or ""
        elif child.tag and not child.tag.startswith("-") and depth < 20 and not is_old(child):
            yield from live_parts(child, depth + 1)
            yield " " if child.tag in ("div", "p", "del", "ins", "li", "br") else ""
        child = child.next


def price_in(text: str) -> tuple[Decimal, str] | None:
    for found in AMOUNT.finditer(text):
        raw = re.sub(SHEKEL, "₪", found[0])
        parsed = Price.fromstring(raw)
        symbol = parsed.currency or ""
        if parsed.amount_text and (amount := positive(str(parsed.amount))):
            return amount, CURRENCIES.get(symbol, symbol if len(symbol) == 3 else "")
    return None


def near_heading(page: Page) -> tuple[Decimal | None, str]:
    """A short text that is nothing but a price, within the block that holds the product's heading."""
    return page.once(_near_heading)


def _near_heading(page: Page) -> tuple[Decimal | None, str]:
    block: LexborNode | None = page.heading_node
    for _ in range(4):
        block = block.parent if block is not None else None
        if block is None or block.tag in ("body", "html"):
            break
        for node in block.css("span, div, p, strong, b, ins, data, h2, h3, h4"):
            if page.in_frame(node) or len(text := text_of(node)) > LONGEST:
                continue
            text = PRICE_WORD.sub("", text)
            if len(text) <= 24 and AMOUNT.search(text) and not struck(node) and (found := price_in(text)):
                return found
    return None, ""


def struck(node: LexborNode) -> bool:
    """Whether an element, or one of the nearest around it, holds an old price."""
    return is_old(node) or any(is_old(around) for around, _ in zip(ancestors(node), range(3), strict=False))
