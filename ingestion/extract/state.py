"""The product in the data that a page hands to its scripts: Next.js and the themes of shops write it as JSON."""

import json
from collections.abc import Iterator
from typing import Any

from ..addresses import looks_like_document, normalise_url
from .dom import Page, squeeze
from .names import slug_of
from .records import Link, SpecRecord
from .spec_lines import SPEC_WORDS, pair
from .structured import Structured, aslist, first_text

SCRIPTS = "script[type='application/json'], script[type='text/json'], script#__NEXT_DATA__"
LONGEST, MOST_OBJECTS, MOST_LEVELS, MOST_LINKS = 1_500_000, 20_000, 16, 60
NAMES = ("name", "title", "productName", "displayName", "fullName")
LABELS = ("label", "name", "title", "key", "attribute", "term")
VALUES = ("value", "values", "text", "content", "description", "data")
# What objects have that are products, and no articles or menus.
OF_PRODUCTS = frozenset("sku variants price specifications specs technicalspecifications techspecs mpn".split())
OF_LISTS = ("products", "items", "children", "results")


def read_state(page: Page, name: str) -> dict[str, Any]:
    """The object that is called like the page and has what products have; {} where there is none."""
    own = slug_of(name)
    found = [item for item in objects(page) if own and slug_of(name_of(item)) == own and is_product(item)]
    return max(found, key=len, default={})


def objects(page: Page) -> Iterator[dict[str, Any]]:
    for node in page.tree.css(SCRIPTS)[:40]:
        text = (node.text(deep=True) or "").strip()
        if not text.startswith(("{", "[")) or len(text) > LONGEST:
            continue
        try:
            yield from walk(json.loads(text))
        except (ValueError, RecursionError):
            continue


def walk(data: Any) -> Iterator[dict[str, Any]]:
    """Every object within the data, outer ones first."""
    waiting, met = [(data, 0)], 0
    while waiting and met < MOST_OBJECTS:
        value, level = waiting.pop(0)
        met += 1
        if isinstance(value, dict):
            yield value
        if level < MOST_LEVELS and isinstance(value, dict | list):
            inner = value.values() if isinstance(value, dict) else value
            waiting += [(each, level + 1) for each in inner if isinstance(each, dict | list)]


def name_of(item: dict[str, Any]) -> str:
    return next((squeeze(value)[:300] for key in NAMES if isinstance(value := item.get(key), str)), "")


def is_product(item: dict[str, Any]) -> bool:
    if any(isinstance(item.get(key), list) and len(item[key]) > 1 for key in OF_LISTS):
        return False
    return any(key.replace("_", "").lower() in OF_PRODUCTS and value for key, value in item.items())


def add_state(structured: Structured, state: dict[str, Any]) -> None:
    """Complete the structured data of a page's only product by what its state says, or let that stand for it."""
    if not state or len(structured.products) > 1:
        return
    kind = state.get("category") or state.get("product_type") or (state.get("type") if "vendor" in state else "")
    variant = next((each for each in aslist(state.get("variants")) if isinstance(each, dict)), {})
    pictures = [state.get(key) for key in ("image", "featured_image", "images", "gallery")]
    said = {
        "name": name_of(state),
        "sku": first_text(state.get("sku")) or first_text(variant.get("sku")),
        "category": first_text(
            [each.get("title") or each if isinstance(each, dict) else each for each in aslist(kind)]
        ),
        "image": [address for each in pictures for address in addresses(each)],
    }
    if not structured.products:
        structured.products.append({"@type": ["Product"]})
        structured.source = "state"
    for key, value in said.items():
        if value and not structured.products[0].get(key):
            structured.products[0][key] = value


def addresses(value: Any) -> list[str]:
    """Of pictures: texts, or objects with one."""
    found = []
    for each in aslist(value)[:20]:
        if isinstance(each, dict):
            each = next(
                (each[key] for key in ("url", "src", "contentUrl", "href") if isinstance(each.get(key), str)), ""
            )
        if isinstance(each, str) and ("/" in each or "." in each):
            found.append(each)
    return found


def stated_specifications(state: dict[str, Any], data: dict[str, Any]) -> tuple[SpecRecord, ...]:
    """Labelled values that only the data of a page state: for pages that show them when a tab is opened."""
    found = [*rows(data.get("additionalProperty"), "")]
    for inner in walk(state):
        for key, value in inner.items():
            if SPEC_WORDS.search(words_of(key)):
                found += rows(value, "")
    return tuple(dict.fromkeys(found))[:400]


def words_of(key: str) -> str:
    """The words of a name in camel case: `techSpecs` is `tech specs`."""
    return "".join(f" {sign.lower()}" if sign.isupper() else sign for sign in key).replace("_", " ")


def rows(value: Any, section: str, level: int = 0) -> Iterator[SpecRecord]:
    """`[{"label": …, "value": …}]`, groups of them with a title, or `{label: value}`."""
    if level > 3:
        return
    for each in aslist(value)[:400]:
        if not isinstance(each, dict):
            continue
        label = next((each[key] for key in LABELS if isinstance(each.get(key), str)), "")
        told = next((text for key in VALUES if (text := flat_text(each.get(key)))), "")
        groups = [
            inner for inner in each.values() if isinstance(inner, list) and any(isinstance(x, dict) for x in inner)
        ]
        if label and told and not groups:
            yield from filter(None, [pair(label, told, section, "data")])
        elif groups:
            for group in groups:
                yield from rows(group, squeeze(label)[:200], level + 1)
        elif not label and not isinstance(value, list):
            plain = ((key, flat_text(inner)) for key, inner in each.items())
            yield from filter(None, (pair(key, text, section, "data") for key, text in plain if text and " " in key))


def flat_text(value: Any) -> str:
    """A text, a number, or a list of these; units behind a number are kept where they are written into it."""
    parts = [str(each) for each in aslist(value) if isinstance(each, str | int | float) and not isinstance(each, bool)]
    text = squeeze(", ".join(parts))
    return "" if "<" in text or "://" in text else text


def state_links(state: dict[str, Any], base: str) -> list[Link]:
    """The documents that the object names, with what it calls them."""
    found: dict[str, Link] = {}
    for raw, title in named_files(state, "", 0):
        target = normalise_url(raw, base)
        if target and looks_like_document(target) and len(found) < MOST_LINKS:
            found.setdefault(target, Link(target, title, "main"))
    return list(found.values())


def named_files(value: Any, title: str, level: int) -> Iterator[tuple[str, str]]:
    if level > MOST_LEVELS:
        return
    if isinstance(value, dict):
        title = (name_of(value) or first_text(value.get("label"))[:300] or title) if level else ""
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        if isinstance(each, str) and ".pdf" in each.lower() and len(each) < 1000 and "<" not in each:
            yield each, title
        elif isinstance(each, dict | list):
            yield from named_files(each, title, level + 1)
