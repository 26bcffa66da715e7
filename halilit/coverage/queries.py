"""What the coverage pages show: a line a brand, a brand's ledger, and the gaps as rows for tables and programs."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.db.models.functions import Lower

from catalog.coverage import GAPS, Cell, Ledger, Row, ledger
from catalog.expecting import KINDS
from catalog.models import Brand, Document, DocumentKind, DocumentState, NoSuchDocument, Product, ProductDocument
from catalog.totals import HAVE, counted, with_manual
from ingestion.models import FrontierUrl, UrlKind, UrlState

from .demand import demand

MOST_WANTED = 12  # products without a manual that the overview names
READ = (UrlState.STORED, UrlState.UNCHANGED, UrlState.DUPLICATE)


@dataclass
class Line:
    """One brand of the overview. `known` documents are those that its site links to, `read` those that were read."""

    brand: Brand
    products: int = 0
    with_manual: int = 0
    known: int = 0
    read: int = 0
    failed: int = 0
    gone: int = 0
    absent: int = 0

    @property
    def without_manual(self) -> int:
        return self.products - self.with_manual

    @property
    def percent(self) -> int | None:
        return self.with_manual * 100 // self.products if self.products else None


def overview() -> list[Line]:
    """Every brand of which anything is known, the one that lacks most manuals first. Seven queries."""
    shown = Product.objects.filter(gone_since=None, hidden=False)
    files = Document.objects.filter(hidden=False, kind__in=KINDS)
    urls = FrontierUrl.objects.filter(kind=UrlKind.DOCUMENT)
    numbers: dict[str, dict[int, int]] = {
        "products": counted(shown),
        "with_manual": with_manual(),
        "known": counted(urls),
        "read": counted(urls.filter(state__in=READ)),
        "failed": counted(urls.filter(state=UrlState.FAILED)),
        "gone": counted(files.exclude(gone_since=None)),
        "absent": dict(NoSuchDocument.objects.order_by().values_list("product__brand").annotate(n=Count("pk"))),
    }
    lines = [
        Line(brand, **{name: found.get(brand.pk, 0) for name, found in numbers.items()})
        for brand in Brand.objects.filter(active=True).order_by(Lower("name"))
    ]
    return sorted((line for line in lines if line.products or line.known), key=lambda line: -line.without_manual)


def most_wanted(wanted: Mapping[int, int]) -> list[tuple[Product, int]]:
    """Products that people ask for and that have no manual, the most wanted first."""
    ids = [pk for pk, _ in sorted(wanted.items(), key=lambda item: -item[1])[:400]]
    manuals = ProductDocument.objects.filter(
        product__in=ids, document__kind=DocumentKind.MANUAL, document__hidden=False, document__gone_since=None,
        document__state__in=HAVE,
    )  # fmt: skip
    absent = NoSuchDocument.objects.filter(product__in=ids, kind=DocumentKind.MANUAL, language="")
    rows = Product.objects.filter(pk__in=ids, hidden=False, gone_since=None).select_related("brand")
    rows = rows.exclude(pk__in=manuals.values("product")).exclude(pk__in=absent.values("product"))
    return sorted(((row, wanted[row.pk]) for row in rows), key=lambda each: -each[1])[:MOST_WANTED]


def of_brand(brand: Brand) -> Ledger:
    return ledger(brand, demand=demand())


def fates(brand: Brand) -> dict[str, int]:
    """What became of the documents that the brand's site links to."""
    rows = FrontierUrl.objects.filter(brand=brand, kind=UrlKind.DOCUMENT).order_by()
    states = Counter(dict(rows.values_list("state").annotate(n=Count("pk"))))
    return {
        "known": states.total(),
        "read": sum(states[state] for state in READ),
        "failed": states[UrlState.FAILED],
        "skipped": states[UrlState.SKIPPED],
    }


def orphans(brand: Brand) -> QuerySet[Document]:
    """Files that were read and belong to no product yet."""
    rows = Document.objects.filter(brand=brand, state=DocumentState.STORED, hidden=False, gone_since=None)
    return rows.filter(kind__in=KINDS, products=None).select_related("brand").order_by("title")


@dataclass(frozen=True)
class Wanted:
    """What is to be shown of a ledger; empty shows all."""

    kind: str = ""
    state: str = ""
    language: str = ""
    q: str = ""

    @property
    def narrows(self) -> bool:
        return bool(self.kind or self.state or self.language or self.q)

    def fits(self, row: Row) -> bool:
        if self.q and self.q.casefold() not in row.product.name.casefold():
            return False
        return not (self.kind or self.state or self.language) or any(
            self.has(cell) for cells in row.cells.values() for cell in cells
        )

    def has(self, cell: Cell) -> bool:
        spoken = cell.language or ("" if cell.state in GAPS else cell.languages)
        return (
            (not self.kind or cell.kind == self.kind)
            and (not self.state or cell.state == self.state or (self.state == "gap" and cell.is_gap))
            and (not self.language or self.language in spoken)
        )


def gap_rows(found: Ledger, wanted: Wanted, *, all_states: bool = False) -> Iterator[tuple[Row, Cell]]:
    """One after the other: each gap (or each cell) of a ledger that is wanted."""
    for row in found.rows:
        if wanted.q and wanted.q.casefold() not in row.product.name.casefold():
            continue
        for cells in row.cells.values():
            yield from ((row, cell) for cell in cells if (all_states or cell.is_gap) and wanted.has(cell))
