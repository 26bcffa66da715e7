"""What staff read at a brand's desk: how it stands, its runs, and what is known of each of its addresses."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from catalog.models import Brand
from ingestion import dry_orders, plans, queries, run_log
from ingestion.fates import Stage
from ingestion.models import FrontierUrl, IngestionRun, IngestLog, Outcome, UrlState
from ingestion.reasons import told

from . import brands

BUSY = ("waiting", "working")  # a dry run that is not over
RUNS = 8
MOST_REASONS = 12
MOST_EXPORTED = 50_000
MOST_LISTED = 50  # addresses of each list of a comparison
MOST_COMPARED = 100_000  # addresses of a run
REACHED = (Outcome.SUCCESS, Outcome.DUPLICATE)


def of_brand(brand: Brand) -> dict[str, Any]:
    return {
        "brand": brand,
        "status": queries.status_of(brand),
        "plan": plans.plan_of(brand),
        "runs": run_log.runs(brand)[:RUNS],
        "standing": brands.standings(brand)[0],
    }


def addresses(brand: Brand, wanted: Mapping[str, Any]) -> QuerySet[FrontierUrl]:
    """All that is known of the brand's site, lately visited first."""
    rows = FrontierUrl.objects.filter(brand=brand).order_by("-visited_at", "pk")
    for name in ("state", "kind", "stage", "code"):
        if value := wanted.get(name):
            rows = rows.filter(**{name: value})
    return rows.filter(url__icontains=wanted["q"]) if wanted.get("q") else rows


def states(brand: Brand) -> list[tuple[str, str, int]]:
    rows = FrontierUrl.objects.filter(brand=brand).order_by()
    counted = dict(rows.values_list("state").annotate(n=Count("pk")))
    return [(value, str(name), counted[value]) for value, name in UrlState.choices if value in counted]


def reasons(brand: Brand, wanted: Mapping[str, Any]) -> list[tuple[str, str, int]]:
    """The most frequent reasons among what is asked for."""
    rows = addresses(brand, {**wanted, "code": ""}).exclude(code="").order_by()
    counted = rows.values_list("code").annotate(n=Count("pk")).order_by("-n", "code")[:MOST_REASONS]
    return [(code, run_log.general(code), n) for code, n in counted]


def table(brand: Brand, wanted: Mapping[str, Any]) -> Iterator[list[Any]]:
    """The addresses as rows for a spreadsheet, headings first."""
    yield [_("URL"), _("kind"), _("state"), _("stage"), _("reason"), _("HTTP status"), _("found on"), _("visited")]
    stages = dict(Stage.choices)
    for row in addresses(brand, wanted)[:MOST_EXPORTED].iterator(chunk_size=2000):
        visited = row.visited_at.isoformat(timespec="seconds") if row.visited_at else ""
        yield [
            row.url, row.get_kind_display(), row.get_state_display(), stages.get(row.stage, ""), row.said,
            row.http_status or "", row.found_on, visited,
        ]  # fmt: skip


def preview(brand: Brand) -> dict[str, Any]:
    """What the last dry run found, with its reasons in the language of the page."""
    result = dry_orders.result(brand)
    found = dict(result.get("found") or {})
    if problem := found.get("problem"):
        found["problem"] = told(problem["code"], problem["details"], problem["text"], _)
    for row in found.get("verdicts", []):
        row["said"] = told(row["code"], row["details"], row["reason"], _)
    found["why_not"] = [(told(code, details, text, _), n) for code, details, text, n in found.get("why_not", [])]
    at = datetime.fromtimestamp(result["at"], tz=UTC) if "at" in result else None
    return {"state": result["state"], "found": found, "at": at, "busy": result["state"] in BUSY}


@dataclass(frozen=True)
class Difference:
    """Addresses whose fate differs between two runs: some of them, and how many there are."""

    title: str
    count: int
    urls: list[str] = field(default_factory=list)


def differences(run: IngestionRun, other: IngestionRun) -> list[Difference]:
    """What a run reached that the other did not, and the other way round. Two queries."""
    now, then = fates(run), fates(other)
    reached = {url for url, outcome in now.items() if outcome in REACHED}
    had = {url for url, outcome in then.items() if outcome in REACHED}
    failed = {url for url, outcome in now.items() if outcome == Outcome.FAILED}
    parts = {
        _("Reached then, and no longer met"): had - now.keys(),
        _("Reached then, and failing now"): had & failed,
        _("Left out now, reached then"): (had - reached - failed) & now.keys(),
        _("Reached now for the first time"): reached - then.keys(),
        _("Failed or left out then, reached now"): (reached - had) & then.keys(),
    }
    return [Difference(title, len(urls), sorted(urls)[:MOST_LISTED]) for title, urls in parts.items() if urls]


def fates(run: IngestionRun) -> dict[str, str]:
    rows = IngestLog.objects.filter(run=run).order_by("pk")
    return dict(rows.values_list("url", "outcome")[:MOST_COMPARED])


def others(run: IngestionRun) -> QuerySet[IngestionRun]:
    """Runs of the same brand to compare with, newest first."""
    return IngestionRun.objects.filter(brand=run.brand_id).exclude(pk=run.pk).order_by("-pk")[:20]
