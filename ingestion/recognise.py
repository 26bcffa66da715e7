"""Which products of a brand a document is about, by its title, its file's name and the beginning of its text."""

from dataclasses import dataclass

from catalog.models import Brand, Product
from catalog.naming import model_words

IN_NAME, OFTEN, ONCE = 0.95, 0.8, 0.6  # confidence by where a product is named
SURE_ENOUGH = 0.6
MOST = 12
PAGES = 3
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
            return [item for item in found if item.confidence == best][:MOST]
    return []


def products_by_words(brand: Brand) -> list[tuple[str, Product]]:
    """The brand's products by their names' words without the brand's own, the longest first."""
    own = model_words(brand.name)
    rows = Product.objects.filter(brand=brand, hidden=False, merged_into=None).only("id", "name", "brand_id")
    spelled = [(model_words(row.name).removeprefix(own).strip(), row) for row in rows.order_by("pk")]
    usable = [(words, row) for words, row in spelled if len(words.replace(" ", "")) >= SHORTEST]
    return sorted(usable, key=lambda item: -len(item[0]))
