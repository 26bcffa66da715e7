"""Products side by side: the specifications of up to four, row by row, with what differs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Prefetch

from .models import Media, Product, Specification
from .naming import fold

MOST = 4


@dataclass
class Row:
    """One value of each product; empty where a product's page does not state it."""

    label: str
    values: list[str]

    @property
    def differs(self) -> bool:
        return len({fold(value).strip() for value in self.values}) > 1


@dataclass
class Section:
    name: str
    rows: list[Row] = field(default_factory=list)


def chosen(ids: Sequence[int]) -> list[Product]:
    """The products of these numbers that visitors may see, in this order, at most four. Three queries."""
    rows = (
        Product.objects.filter(pk__in=list(dict.fromkeys(ids))[:MOST], hidden=False)
        .select_related("brand", "family")
        .prefetch_related(
            Prefetch("media", Media.objects.exclude(file="").order_by("order", "pk"), to_attr="pictures"),
            "specifications",
        )
    )
    found = {product.pk: product for product in rows}
    return [found[pk] for pk in dict.fromkeys(ids) if pk in found]


def sections(products: Sequence[Product]) -> list[Section]:
    """All labels of all products once, in the order of the first that has them; labels are alike in any case."""
    tables = [_by_label(list(product.specifications.all())) for product in products]
    found: dict[str, Section] = {}
    placed: set[str] = set()
    for table in tables:
        for key, (section, label, _value) in table.items():
            if key in placed:
                continue
            placed.add(key)
            values = [other[key][2] if key in other else "" for other in tables]
            found.setdefault(fold(section), Section(section)).rows.append(Row(label, values))
    return list(found.values())


def _by_label(rows: Sequence[Specification]) -> dict[str, tuple[str, str, str]]:
    """Section, label and value by the folded label; several values of one label are one, a line each."""
    found: dict[str, tuple[str, str, str]] = {}
    for row in rows:
        key = fold(row.label).strip(" :")
        known = found.get(key)
        found[key] = (known[0], known[1], f"{known[2]}\n{row.value}") if known else (row.section, row.label, row.value)
    return found


def facts(products: Sequence[Product]) -> list[Row]:
    """What is known of products beside their specifications."""
    rows = [
        ("family", [product.family.name if product.family else "" for product in products]),
        ("price", [f"{product.price:.2f} {product.currency}" if product.price else "" for product in products]),
        ("lifecycle", [str(product.get_lifecycle_display()) for product in products]),
    ]
    return [Row(label, values) for label, values in rows if any(values)]


def partners(series: Iterable[Product], family: Iterable[Product], limit: int = 8) -> list[Product]:
    """Products that one would compare a product with: its series first, then its family; each once."""
    return list({product.pk: product for product in [*series, *family]}.values())[:limit]
