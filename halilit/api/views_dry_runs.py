"""Dry runs: what a scrape of a brand would fetch. A worker finds it out; it is asked for again until it is there."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status
from ninja.responses import codes_4xx

from catalog.models import Brand
from halilit.console import desk
from halilit.models import Scope
from ingestion import dry_orders

from . import queries
from .auth import needs
from .schemas import Problem
from .schemas_more import DryRun

router = Router(tags=["scraping"])


def dry_run_out(brand: Brand) -> dict[str, Any]:
    shown = desk.preview(brand)
    found = shown["found"]
    own = ("url", "kind", "fetched", "known", "found_on", "said")
    return {
        "brand": brand.name,
        "state": shown["state"],
        "at": shown["at"],
        "problem": found.get("problem") or "",
        "counts": found.get("counts", {}),
        "complete": bool(found.get("complete", False)),
        "addresses": [{name: row[name] for name in own} for row in found.get("verdicts", [])],
        "why_not": [{"reason": reason, "addresses": n} for reason, n in found["why_not"]],
    }


@router.post(
    "/dry-runs/{path:brand_name}",
    auth=needs(Scope.OPERATE, "ingestion.add_ingestionrun"),
    response={202: DryRun, codes_4xx: Problem},
)
def order_dry_run(request: HttpRequest, brand_name: str) -> Status[dict[str, Any]]:
    """Find out what a scrape of the brand (name or slug) would fetch. Nothing is stored; GET tells what was found."""
    brand = queries.brand_named(brand_name)
    dry_orders.order(brand)
    return Status(202, dry_run_out(brand))


@router.get(
    "/dry-runs/{path:brand_name}",
    auth=needs(Scope.READ, "ingestion.view_ingestionrun"),
    response={200: DryRun, codes_4xx: Problem},
)
def read_dry_run(request: HttpRequest, brand_name: str) -> dict[str, Any]:
    """The brand's last dry run, within the hour: the first addresses with the verdict for each."""
    return dry_run_out(queries.brand_named(brand_name))
