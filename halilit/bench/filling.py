"""Fills a new installation with generated brands, products and manuals. The same sizes give the same content."""

import random
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

import numpy as np
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from numpy.typing import NDArray

from catalog.models import (
    Brand,
    Document,
    DocumentKind,
    DocumentPage,
    DocumentState,
    Product,
    ProductDocument,
    ProductFamily,
    Specification,
)
from catalog.naming import model_key
from catalog.relations import series_key
from halilit.demo.content import Manual, load
from rag.index import index_stale
from rag.models import Chunk

BRANDS = 20
BATCH = 200
WORDS_A_PAGE = 130  # one passage
VOCABULARY = 40_000  # words
AHEAD = 50_000  # words drawn at once
KINDS = ("Synthesizer", "Monitor", "Drum Machine", "Mixer", "Microphone", "Interface", "Pedal", "Amplifier")


def vocabulary() -> tuple[list[str], NDArray[np.float64]]:
    """Words, commonest first, and their cumulated shares.

    The demo manuals' words lead; behind them stand invented ones, so that the frequencies follow Zipf and Mandelbrot
    (weight 1 / (rank + 2.7) ** 1.07) as those of real texts do: `the` in nearly every passage, most words in a few.
    """
    texts = " ".join(text_of(manual) for manual in load().manuals.values())
    known = [word for word, _ in Counter(re.findall(r"[A-Za-z]{2,}", texts.lower())).most_common()]
    words = list(dict.fromkeys([*known, *islice(invented(), VOCABULARY)]))[:VOCABULARY]
    weights = 1 / (np.arange(1, len(words) + 1) + 2.7) ** 1.07
    return words, np.cumsum(weights / weights.sum())


def invented() -> Iterator[str]:
    """Pronounceable words of three syllables, always the same ones in the same order."""
    syllables = [first + vowel for first in "bcdfgklmnprstvz" for vowel in "aeiou"]
    chance = random.Random(7)  # noqa: S311
    while True:
        yield "".join(chance.choices(syllables, k=3)) + chance.choice(("", "n", "r", "s", "t"))


def text_of(manual: Manual) -> str:
    parts = (item for chapter in manual.chapters for block in chapter.blocks for item in block.items)
    return " ".join(part if isinstance(part, str) else " ".join(part) for part in parts)


class Generator:
    def __init__(self) -> None:
        self.chance = random.Random(20240604)  # noqa: S311
        self.words, self.shares = vocabulary()
        self.thrown = np.random.default_rng(20240604)
        self.ahead: list[str] = []

    def some(self, count: int) -> list[str]:
        """Words by their frequency. They are drawn many at once: one by one they would take most of the filling."""
        if len(self.ahead) < count:
            places = np.searchsorted(self.shares, self.thrown.random(AHEAD)).clip(max=len(self.words) - 1)
            self.ahead = [self.words[place] for place in places.tolist()]
        words, self.ahead[-count:] = self.ahead[-count:], []
        return words

    def sentence(self) -> str:
        words = self.some(self.chance.randint(6, 16))
        return f"{' '.join(words).capitalize()}."

    def page(self, name: str, number: int) -> str:
        """A heading, steps and sentences; the setting's number makes the page findable."""
        lines = [f"{self.some(1)[0].capitalize()} of the {name}"]
        lines += [f"{step}. {self.sentence()}" for step in range(1, 5)]
        lines += [f"Setting {number}-{self.chance.randint(100, 999)}: {self.chance.randint(1, 500)} Hz"]
        while sum(len(line.split()) for line in lines) < WORDS_A_PAGE:
            lines.append(self.sentence())
        return "\n".join(lines)

    def model(self, number: int) -> str:
        return f"{self.chance.choice('ABCDKMPRSTVX')}{self.chance.choice('ABCDKMPRSTVX')}-{number}"


def brands(first: int) -> list[tuple[Brand, list[ProductFamily]]]:
    made = []
    for number in range(first, first + BRANDS):
        name = f"Bench Brand {number + 1}"
        brand = Brand.objects.create(name=name, slug=slugify(name), website=f"https://bench{number}.example/")
        families = [ProductFamily(brand=brand, name=kind, slug=slugify(kind)) for kind in KINDS]
        made.append((brand, ProductFamily.objects.bulk_create(families)))
    return made


def products(generator: Generator, count: int, *, first: int = 0) -> list[Product]:
    """Numbered from `first` on, of brands of their own."""
    made: list[Product] = []
    owners = brands(first)
    for number in range(first, first + count):
        brand, families = owners[number % BRANDS]
        family = families[number // BRANDS % len(families)]
        name = f"{generator.model(number)} {family.name}"
        address = f"{brand.website}products/{number}"
        made.append(
            Product(
                brand=brand,
                family=family,
                name=name,
                slug=slugify(name),
                model_key=model_key(name),
                series_key=series_key(name),
                sku=f"BB{number:06}",
                description=generator.sentence(),
                price=99 + number % 900,
                currency="EUR",
                page_url=address,
                last_seen=timezone.now(),
            )
        )
    for start in range(0, len(made), BATCH):
        add_products(generator, made[start : start + BATCH])
    return made


@transaction.atomic
def add_products(generator: Generator, batch: list[Product]) -> None:
    Product.objects.bulk_create(batch)
    Specification.objects.bulk_create(
        Specification(product=product, label=f"Value {order}", value=generator.sentence(), order=order)
        for product in batch
        for order in range(8)
    )


def manuals(generator: Generator, owners: list[Product], pages: int, pages_each: int) -> None:
    """One manual a product, until there are as many pages as wanted."""
    wanted = list(split(owners, pages, pages_each))
    for start in range(0, len(wanted), BATCH):
        add_manuals(generator, wanted[start : start + BATCH])


def split(owners: list[Product], pages: int, pages_each: int) -> Iterator[tuple[Product, int, int]]:
    """Product, running number and number of pages of each manual."""
    for number in range(-(-pages // pages_each)):
        yield owners[number % len(owners)], number, min(pages_each, pages - number * pages_each)


@transaction.atomic
def add_manuals(generator: Generator, wanted: list[tuple[Product, int, int]]) -> None:
    DocumentPage.objects.bulk_create(
        DocumentPage(document=document, number=page, text=generator.page(product.name, page))
        for document, product, count in add_documents(wanted)
        for page in range(1, count + 1)
    )


def add_documents(wanted: list[tuple[Product, int, int]]) -> list[tuple[Document, Product, int]]:
    """Each document with its product and the number of its pages."""
    documents = [
        Document(
            brand=product.brand,
            kind=DocumentKind.MANUAL,
            state=DocumentState.STORED,
            title=f"{product.name} User Guide",
            url=f"{product.page_url}/manual-{number}.pdf",
            language="en",
            content_hash=f"{number:064x}",
            mime_type="application/pdf",
            page_count=count,
            fetched_at=timezone.now(),
            changed_at=timezone.now(),
        )
        for product, number, count in wanted
    ]
    Document.objects.bulk_create(documents)
    ProductDocument.objects.bulk_create(
        ProductDocument(product=product, document=document)
        for document, (product, _number, _count) in zip(documents, wanted, strict=True)
    )
    return [(document, product, count) for document, (product, _n, count) in zip(documents, wanted, strict=True)]


def fill(*, count: int, pages: int, pages_each: int = 20) -> int:
    """Products with specifications, and manuals of that many pages in all, indexed. Returns the number of passages."""
    generator = Generator()
    manuals(generator, products(generator, max(1, count)), pages, pages_each)
    index_stale()
    return Chunk.objects.count()
