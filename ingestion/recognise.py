"""Which products of a brand a document is about, by its title, its file's name and the beginning of its text."""

import re
from collections import Counter
from dataclasses import dataclass

from catalog.models import Brand, Product
from catalog.naming import model_words

IN_NAME, OFTEN, ONCE = 0.95, 0.8, 0.6  # confidence by where a product is named
SURE_ENOUGH = 0.6
MOST = 12
PAGES = 3
NUMBERED = re.compile(r".*\d\S*(?= |$)")  # up to the last word with a digit
SHORTEST = 3  # signs of a name that says anything


@dataclass(frozen=True)
class Recognised:
    product: Product
    confidence: float
    seen: str  # "name" or "text"


def recognise(brand: Brand, *, names: list[str], pages: tuple[str, ...]) -> list[Recognised]:
    """The surest first. What the names say counts alone; the text only where they say nothing."""
    products = products_by_words(brand)
    for text, seen in ((" . ".join(names), "name"), ("\n".join(pages[:PAGES])[:20_000], "text")):
        found = []
        rest = f" {model_words(text)} "
        for spelled, product in products:
            count = rest.count(f" {spelled} ")
            if count:
                # A longer name hides the shorter one within it: `tone 300 mk2` is no `tone 300`.
                rest = rest.replace(f" {spelled} ", " | ")
                confidence = IN_NAME if seen == "name" else OFTEN if count > 1 else ONCE
                found.append(Recognised(product, confidence, seen))
        if found:
            best = max(item.confidence for item in found)
            sure = {item.product.pk: item for item in found if item.confidence == best}
            return list(sure.values())[:MOST]
    return []


def products_by_words(brand: Brand) -> list[tuple[str, Product]]:
    """The brand's products by their names' words without the brand's own, the longest first.

    A product is also known by its name up to its number (`Drift DR-2` for `Drift DR-2 Delay`), where no other is.
    """
    own = model_words(brand.name)
    rows = Product.objects.filter(brand=brand, hidden=False, merged_into=None).only("id", "name", "brand_id")
    whole = [(model_words(row.name).removeprefix(own).strip(), row) for row in rows.order_by("pk")]
    known = {words for words, _ in whole}
    short = [(NUMBERED.match(words), row) for words, row in whole]
    cores = [(found.group().strip(), row) for found, row in short if found]
    counts = Counter(core for core, _ in cores)
    spelled = whole + [(core, row) for core, row in cores if counts[core] == 1 and core not in known]
    usable = [(words, row) for words, row in spelled if len(words.replace(" ", "")) >= SHORTEST]
    return sorted(usable, key=lambda item: -len(item[0]))
