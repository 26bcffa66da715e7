"""What changed in the catalogue, for staff and programs with a token."""

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router
from ninja.responses import codes_4xx

from catalog import feed
from catalog.models import Change, ChangeKind
from halilit.models import Scope

from . import queries
from .auth import needs
from .schemas import Changes, Problem
from .views_catalog import Limit, Offset, Words

router = Router(tags=["catalogue"])


def change_out(change: Change) -> dict[str, Any]:
    own = ("id", "at", "kind", "subject", "field", "old", "new", "run")
    return {
        **{name: getattr(change, name) for name in own},
        "brand": change.brand.name,
        "user": change.user.get_username() if change.user else "",
        "product": change.product_id,
        "document": change.document_id,
        "undone": change.undone_at is not None,
    }


@router.get("/changes", response={200: Changes, codes_4xx: Problem}, auth=needs(Scope.READ, "catalog.view_change"))
def list_changes(
    request: HttpRequest,
    brand: Words = "",
    kind: ChangeKind | None = None,
    since: date | None = None,
    until: date | None = None,
    by: Literal["", "site", "staff"] = "",
    run: int | None = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> dict[str, Any]:
    """What changed, newest first: on the brands' sites, and by staff. Dates are those of Israel, both included."""
    found = queries.brand_named(brand) if brand.strip() else None
    rows = feed.changes(feed.Wanted(found, kind or "", since, until, by, run))
    return {"count": rows.count(), "items": [change_out(change) for change in rows[offset : offset + limit]]}
