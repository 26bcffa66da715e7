"""What a brand's products have and lack, for staff and programs with a token."""

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router
from ninja.responses import codes_4xx

from catalog.coverage import Cell, Row
from catalog.models import DocumentKind
from halilit.coverage import queries as coverage
from halilit.models import Scope

from . import queries
from .auth import needs
from .schemas import Coverage, Problem
from .views_catalog import Limit, Offset, Words

router = Router(tags=["catalogue"])
SEES_LEDGER = needs(Scope.READ, "catalog.view_expectation")
States = Literal["", "gap", "have", "unread", "failed", "gone", "missing", "absent"]


def cell_out(brand: str, row: Row, cell: Cell) -> dict[str, Any]:
    own = ("kind", "language", "languages", "state", "since", "document")
    return {
        **{name: getattr(cell, name) for name in own},
        "brand": brand,
        "product": row.product.pk,
        "name": row.product.name,
        "reason": cell.reason or cell.expected,
        "asked": row.demand,
    }


@router.get("/coverage", response={200: Coverage, codes_4xx: Problem}, auth=SEES_LEDGER)
def brand_coverage(
    request: HttpRequest,
    brand: Words,
    kind: DocumentKind | None = None,
    state: States = "gap",
    language: Words = "",
    q: Words = "",
    limit: Limit = 100,
    offset: Offset = 0,
) -> dict[str, Any]:
    """The ledger of a brand, the most wanted products first. Without `state`, what is lacking; empty: everything."""
    found = coverage.of_brand(queries.brand_named(brand))
    fates = coverage.fates(found.brand)
    wanted = coverage.Wanted(kind or "", state, language, q)
    rows = list(coverage.gap_rows(found, wanted, all_states=True))
    return {
        "count": len(rows),
        "products": len(found.rows),
        "with_manual": found.with_manual,
        "known": fates["known"],
        "read": fates["read"],
        "totals": dict(found.totals),
        "items": [cell_out(found.brand.name, row, cell) for row, cell in rows[offset : offset + limit]],
    }
