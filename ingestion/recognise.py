"""Which products of a brand a text names: the longest name counts, and a revision or sibling is another product."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass

from catalog.models import Brand, KnownFrom, Product
from catalog.naming import model_words

from .manual_names import REVISION, VARIANTS, is_another

IN_NAME, OFTEN, ONCE = 0.95, 0.8, 0.6  # confidence by where a product is named
SURE_ENOUGH = 0.6
MOST = 12
PAGES = 4
BEGINNING = 20_000  # characters of a text that are looked at
NUMBERED = re.compile(r".*\d\S*(?= |$)")  # up to the last word with a digit
SHORTEST = 3  # signs of a name that says anything
ACCESSORY = re.compile(
    r"(?:(?:expression|sustain|volume|foot|footswitch|switch|power|supply|adapter|remote|control|pedal|case|bag|cable"
    r"|stand|cover|strap|usb|kit)(?: |$))+"
)
SOLD_WITH = frozenset("bundle set pack case bag cover stand strap kit cable adapter decksaver for with".split())
POSSESSIVE = re.compile(r"['’]s\b")


@dataclass(frozen=True)
class Recognised:
    product: Product
    confidence: float
    seen: str  # "name" or "text"


class Names:
    """The brand's products by their names' words without the brand's own.

    A product is also known by its name up to its number (`Drift DR-2` for `Drift DR-2 Delay`), where no other is.
    """

    def __init__(self, brand: Brand) -> None:
        self.owner, self.brand_name, self.brand = brand, brand.name, model_words(brand.name)
        rows = Product.objects.filter(brand=brand, hidden=False, merged_into=None, gone_since=None)
        self.products: dict[int, Product] = {}
        self.spelled: dict[str, int] = {}
        self.starts: dict[str, list[list[str]]] = defaultdict(list)
        rows = rows.only("id", "name", "brand_id", "model_key", "known_from", "page_url").order_by("pk")
        self._learn([row for row in rows if row.known_from == KnownFrom.PAGE])
        found = [row for row in rows if row.known_from != KnownFrom.PAGE]
        # One that is known from its manual alone may have got a page since, which says more of it.
        paged = {self.own_words(row.name): other for row in found if (other := self.of(row.name))}
        for words, other in paged.items():
            self.add(words, other)
        self._learn(found)

    def _learn(self, found: list[Product]) -> None:
        whole = [(self.own_words(row.name), row) for row in found]
        known = {words for words, _ in whole}
        short = [(NUMBERED.match(words), row) for words, row in whole]
        cores = [(match.group().strip(), row) for match, row in short if match]
        counts = Counter(core for core, _ in cores)
        for words, row in whole + [(core, row) for core, row in cores if counts[core] == 1 and core not in known]:
            self.add(words, row)

    def own_words(self, name: str) -> str:
        """A name's words without the brand's name, or its first word, where more than a kind of accessory is left."""
        words = model_words(name)
        for prefix in (self.brand, self.brand.split(" ")[0]):
            rest = words.removeprefix(f"{prefix} ")
            if rest != words and (prefix == self.brand or not ACCESSORY.fullmatch(rest)):
                return rest
        return words

    def add(self, words: str, product: Product) -> None:
        """The first product of a name keeps it; one that has a page comes before one known from its manual."""
        self.products[product.pk] = product
        if len(words.replace(" ", "")) < SHORTEST or words in self.spelled:
            return
        self.spelled[words] = product.pk
        parts = words.split()
        self.starts[parts[0]].append(parts)
        self.starts[parts[0]].sort(key=len, reverse=True)

    def counted(self, text: str, extra: str = "") -> Counter[int]:
        """How often each product is named. `extra` is a further name that may stand there: it counts as product 0."""
        words = model_words(POSSESSIVE.sub("", text)).split()
        own = extra.split()
        found: Counter[int] = Counter()
        position = 0
        while position < len(words):
            parts = self._at(words, position, own)
            if parts and not is_another(words, position + len(parts)):
                found[0 if parts == own and " ".join(parts) not in self.spelled else self.spelled[" ".join(parts)]] += 1
            position += len(parts) or 1
        return found

    def of(self, name: str) -> Product | None:
        """The product that a proposed name means: exactly, or the only one whose name goes on from there in words."""
        words = self.own_words(name)
        if words in self.spelled:
            return self.products[self.spelled[words]]
        longer = {
            self.spelled[" ".join(parts)]
            for parts in self.starts.get(words.split(" ")[0], [])
            if " ".join(parts).startswith(f"{words} ") and is_description(parts[len(words.split()) :])
        }
        return self.products[longer.pop()] if len(longer) == 1 else None

    def _at(self, words: list[str], position: int, extra: list[str]) -> list[str]:
        """The words of the longest name that begins at a position."""
        known = self.starts.get(words[position], [])
        several = [extra, *known] if extra and extra[0] == words[position] else known
        fitting = [parts for parts in several if words[position : position + len(parts)] == parts]
        return max(fitting, key=len, default=[])


def is_description(words: list[str]) -> bool:
    """Whether words behind a model's name only say what it is: `Pad Controller`, not `mk2` or `Bundle`."""
    return not any(REVISION.fullmatch(word) or word in VARIANTS or word in SOLD_WITH for word in words)


def recognise(
    brand: Brand, *, names: list[str], pages: tuple[str, ...], known: Names | None = None
) -> list[Recognised]:
    """The surest first. What the names say counts alone; the text only where they say nothing."""
    known = known or Names(brand)
    named = [known.products[pk] for pk in sum((known.counted(name) for name in names), Counter())]
    if named:
        return [Recognised(product, IN_NAME, "name") for product in named[:MOST]]
    counted = known.counted("\n".join(pages[:PAGES])[:BEGINNING])
    confidence = OFTEN if max(counted.values(), default=0) > 1 else ONCE
    sure = [pk for pk, count in counted.most_common() if count > 1 or confidence == ONCE]
    return [Recognised(known.products[pk], confidence, "text") for pk in sure[:MOST]]
