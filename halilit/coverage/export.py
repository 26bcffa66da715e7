"""A ledger as a table for a spreadsheet."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from catalog.coverage import Cell, Row, ledger
from catalog.models import Brand

from .demand import demand
from .queries import Wanted, gap_rows


def table(brands: Iterable[Brand], wanted: Wanted) -> Iterator[list[object]]:
    """A heading, then each cell of each brand's ledger that is wanted; without a wish, all of them."""
    yield [
        *(_("brand"), _("product"), _("part number"), _("family"), _("kind"), _("language"), _("state")),
        *(_("reason"), _("since"), _("asked for"), _("address")),
    ]
    asked = demand()  # of all brands together
    for brand in brands:
        for row, cell in gap_rows(ledger(brand, demand=asked), wanted, all_states=True):
            yield line(brand, row, cell)


def line(brand: Brand, row: Row, cell: Cell) -> list[object]:
    product = row.product
    return [
        brand.name, product.name, product.sku, product.family.name if product.family else "", cell.kind_label,
        cell.language or " ".join(cell.languages), cell.label, cell.reason or cell.expected or cell.by,
        cell.since.date().isoformat() if cell.since else "", row.demand, product.page_url,
    ]  # fmt: skip
