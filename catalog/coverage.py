"""The ledger of a brand's documents: which each product has, and what became of those that it should have.

    have      a document is there, in these languages
    unread    the brand links to one that has not been read yet
    failed    one is known, but could not be read, for this reason
    gone      it was there, and is no longer on the brand's site since then; our copy stays
    missing   it is expected, and nothing is known of it
    absent    staff marked that it does not exist

Four queries for each brand, whatever the number of its products.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from .coverage_models import Expectation, NoSuchDocument
from .expecting import KINDS, Expected, Member
from .models import Brand, DocumentKind, DocumentState, Product, ProductDocument


class Found(TextChoices):
    HAVE = "have", _("there")
    UNREAD = "unread", _("not read yet")
    FAILED = "failed", _("could not be read")
    GONE = "gone", _("gone from the site")
    MISSING = "missing", _("missing")
    ABSENT = "absent", _("does not exist")


GAPS = (Found.MISSING, Found.FAILED, Found.GONE, Found.UNREAD)  # what somebody may do something about
# What is best known of a document decides, where a product has several of a kind.
BEST = (Found.HAVE, Found.GONE, Found.FAILED, Found.UNREAD)


@dataclass(frozen=True)
class Cell:
    """One kind of document of one product; `language` where only that language of it is meant."""

    kind: str
    state: str
    language: str = ""
    languages: tuple[str, ...] = ()
    reason: str = ""  # why it failed
    since: datetime | None = None  # when it was first missing, or marked
    document: int | None = None
    expected: str = ""  # by which evidence
    by: str = ""  # who marked it

    @property
    def is_gap(self) -> bool:
        return self.state in GAPS

    @property
    def label(self) -> str:
        return str(Found(self.state).label)

    @property
    def kind_label(self) -> str:
        return str(DocumentKind(self.kind).label)


@dataclass
class Row:
    """A product with its cells, by kind; `demand` is how often people searched and asked for it."""

    product: Product
    cells: dict[str, list[Cell]] = field(default_factory=dict)
    demand: int = 0

    @property
    def gaps(self) -> list[Cell]:
        return [cell for cells in self.cells.values() for cell in cells if cell.is_gap]

    @property
    def has_manual(self) -> bool:
        return any(cell.state == Found.HAVE for cell in self.cells.get(DocumentKind.MANUAL, []))


@dataclass
class Ledger:
    brand: Brand
    rows: list[Row]
    kinds: list[str]  # that any product has or should have
    languages: dict[str, list[str]]  # that are expected, by kind

    @property
    def totals(self) -> Counter[str]:
        """How many cells are in each state."""
        return Counter(cell.state for row in self.rows for cells in row.cells.values() for cell in cells)

    @property
    def with_manual(self) -> int:
        return sum(row.has_manual for row in self.rows)


def ledger(brand: Brand, *, demand: Mapping[int, int] | None = None) -> Ledger:
    """Rows with the most wanted products first."""
    products = list(
        brand.products.filter(hidden=False, gone_since=None)
        .select_related("family")  # the brand is known to each
        .defer("description", "evidence", "locks")
        .order_by("name")
    )
    held = holdings(brand)
    rules = {rule.kind: rule for rule in Expectation.objects.filter(brand=brand)}
    members = [Member(p.family_id, languages_had(held[p.pk])) for p in products]
    expected = Expected(members, rules)
    absent = absences(brand)
    wanted = demand or {}
    rows = [
        Row(product, cells_of(product, held[product.pk], expected, absent[product.pk]), wanted.get(product.pk, 0))
        for product in products
    ]
    rows.sort(key=lambda row: -row.demand)
    kinds = [str(kind) for kind in KINDS if any(row.cells.get(kind) for row in rows)]
    return Ledger(brand, rows, kinds, {kind: expected.languages(kind) for kind in kinds})


def holdings(brand: Brand) -> dict[int, dict[str, list[dict[str, Any]]]]:
    """By product and kind: the documents that are known, as plain values."""
    links = ProductDocument.objects.filter(
        product__brand=brand, document__hidden=False, document__kind__in=KINDS, product__hidden=False
    )
    found: dict[int, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    names = ("pk", "kind", "state", "problem", "gone_since", "language", "languages", "fetched_at")
    for product_id, *values in links.order_by("order", "pk").values_list(
        "product_id", *(f"document__{name}" for name in names)
    ):
        document = dict(zip(names, values, strict=True))
        found[product_id][document["kind"]].append(document)
    return found


def state_of(document: Mapping[str, Any]) -> Found:
    if document["state"] == DocumentState.FAILED:
        return Found.FAILED
    if document["state"] == DocumentState.LINKED:
        return Found.UNREAD
    return Found.GONE if document["gone_since"] else Found.HAVE


def languages_of(document: Mapping[str, Any]) -> list[str]:
    return [code for code in (document["languages"] or document["language"]).split(",") if code]


def languages_had(held: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, frozenset[str]]:
    """The kinds that a product has, each with its languages."""
    there = {kind: [each for each in documents if state_of(each) == Found.HAVE] for kind, documents in held.items()}
    return {
        kind: frozenset(code for document in documents for code in languages_of(document))
        for kind, documents in there.items()
        if documents
    }


def absences(brand: Brand) -> dict[int, dict[tuple[str, str], NoSuchDocument]]:
    found: dict[int, dict[tuple[str, str], NoSuchDocument]] = defaultdict(dict)
    for mark in NoSuchDocument.objects.filter(product__brand=brand).select_related("user"):
        found[mark.product_id][mark.kind, mark.language] = mark
    return found


def cells_of(
    product: Product,
    held: Mapping[str, Sequence[Mapping[str, Any]]],
    expected: Expected,
    absent: Mapping[tuple[str, str], NoSuchDocument],
) -> dict[str, list[Cell]]:
    """For each kind what there is, then each language that is lacking. A kind that nobody expects has no cell."""
    cells: dict[str, list[Cell]] = {}
    for kind in KINDS:
        documents, why = held.get(kind, ()), expected.why(product.family_id, kind)
        mark = absent.get((kind, ""))
        if documents:
            cells[kind] = [best_of(kind, documents, why)]
            if cells[kind][0].state == Found.HAVE:
                cells[kind] += lacking(cells[kind][0], expected.languages(kind), absent)
        elif mark is not None:
            cells[kind] = [Cell(kind, Found.ABSENT, since=mark.at, by=mark.user.get_username() if mark.user else "")]
        elif why:
            cells[kind] = [Cell(kind, Found.MISSING, expected=why)]
    return cells


def best_of(kind: str, documents: Sequence[Mapping[str, Any]], why: str) -> Cell:
    by_state = {state: [each for each in documents if state_of(each) == state] for state in BEST}
    state = next(state for state in BEST if by_state[state])
    first = by_state[state][0]
    spoken = dict.fromkeys(code for each in by_state[state] for code in languages_of(each))
    return Cell(
        kind, state, languages=tuple(spoken), reason=first["problem"] if state == Found.FAILED else "",
        since=first["gone_since"], document=first["pk"], expected=why,
    )  # fmt: skip


def lacking(cell: Cell, expected: Sequence[str], absent: Mapping[tuple[str, str], NoSuchDocument]) -> list[Cell]:
    """The languages in which it should be there and is not. Of one whose language is not known, nothing is said."""
    if not cell.languages:
        return []
    missing = [code for code in expected if code not in cell.languages]
    return [
        Cell(cell.kind, Found.ABSENT if (cell.kind, code) in absent else Found.MISSING, language=code)
        for code in missing
    ]
