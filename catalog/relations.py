"""How products of a brand are related by their names: revisions and generations, sizes, finishes of one model.

`MPK225`, `MPK249` and `MPK261 mk2` share the series `mpk`; `Classic 5 Silver` is the Classic 5 in another finish. Only
what names say is used, so that it holds for every brand.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from .models import Product
from .naming import model_words

MARK = re.compile(r"(?:mk|gen)\d+")
FINISHES = frozenset(
    """
    black white red blue green silver gold grey gray brown cream ivory pink purple orange yellow natural sunburst
    burst walnut mahogany maple ebony rosewood oak cherry tobacco vintage chrome bronze copper pearl matte matt gloss
    satin polished nickel anthracite titanium platinum turquoise teal schwarz weiss weiß rot blau noir blanc rouge bleu
    color colour finish edition limited
    """.split()
)
FEWEST_LETTERS = 2  # of a series, for it to say anything
MOST = 24


class Relation(TextChoices):
    REVISION = "revision", _("other revisions")
    FINISH = "finish", _("other finishes")
    SIZE = "size", _("other sizes and models of the series")


@dataclass(frozen=True)
class Parts:
    """A name taken apart: the model's words, its numbers, its mark or generation, its finish."""

    stem: tuple[str, ...]
    numbers: tuple[str, ...]
    mark: str
    finish: tuple[str, ...]


def parts_of(name: str) -> Parts:
    words = model_words(name).split()
    marks = [word for word in words if MARK.fullmatch(word)]
    finish = tuple(word for word in words[1:] if word in FINISHES)
    rest = [word for word in words if not MARK.fullmatch(word) and (word not in finish or word == words[0])]
    return Parts(
        stem=tuple(word for word in rest if not word[0].isdigit()),
        numbers=tuple(word for word in rest if word[0].isdigit()),
        mark=marks[0] if marks else "",
        finish=finish,
    )


def series_key(name: str) -> str:
    """What the names of a series share: the words without numbers, marks and finishes; "" where that is too little."""
    stem = "".join(parts_of(name).stem)
    return stem[:200] if sum(letter.isalpha() for letter in stem) >= FEWEST_LETTERS else ""


def relation(one: str, other: str) -> Relation | None:
    """How the product of one name is related to that of another; None where the names share no series."""
    ours, theirs = parts_of(one), parts_of(other)
    if ours.stem != theirs.stem:
        return None
    if ours.numbers == theirs.numbers:
        if ours.mark != theirs.mark:
            return Relation.REVISION
        return Relation.FINISH if ours.finish != theirs.finish else None
    return Relation.SIZE if ours.numbers and theirs.numbers else Relation.REVISION


def series_of(product: Product, rows: QuerySet[Product]) -> list[Product]:
    """The other products among `rows` that share the product's series."""
    if not product.series_key:
        return []
    same = rows.filter(brand=product.brand_id, series_key=product.series_key).exclude(pk=product.pk)
    # Sorted here: SQLite would walk all of the brand's products in the order of the list.
    return sorted(same.order_by()[:MOST], key=lambda each: (each.lifecycle, each.name, each.pk))


def grouped(product: Product, others: Iterable[Product]) -> list[tuple[Relation, list[Product]]]:
    """The others by how they are related to the product; what is not is left out."""
    found: dict[Relation, list[Product]] = {kind: [] for kind in Relation}
    for other in others:
        if (kind := relation(product.name, other.name)) is not None:
            found[kind].append(other)
    return [(kind, products) for kind, products in found.items() if products]
