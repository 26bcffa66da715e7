"""What went wrong in the last day, by kind: runs that failed, and addresses that could not be read."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Max
from django.utils import timezone

from ingestion.models import IngestionRun, IngestLog, Outcome, RunState
from ingestion.run_log import general

DAY = timedelta(days=1)
MOST_KINDS = 8
MOST_RUNS = 5


@dataclass(frozen=True)
class Kind:
    """A reason why addresses could not be read, how often, and where; `run` is the newest that met it."""

    code: str
    said: str
    count: int
    brands: int
    run: int


def of_addresses() -> list[Kind]:
    rows = IngestLog.objects.filter(outcome=Outcome.FAILED, created_at__gte=timezone.now() - DAY)
    counted = rows.order_by().values_list("code").annotate(
        n=Count("pk"), brands=Count("brand", distinct=True), newest=Max("run")
    )  # fmt: skip
    return [
        Kind(code, general(code), n, brands, newest or 0)
        for code, n, brands, newest in counted.order_by("-n", "code")[:MOST_KINDS]
    ]


def of_runs() -> list[IngestionRun]:
    rows = IngestionRun.objects.filter(state=RunState.FAILED, finished_at__gte=timezone.now() - DAY)
    shown = rows.select_related("brand").only("finished_at", "last_error", "error", "brand__name")
    return list(shown.order_by("-finished_at")[:MOST_RUNS])


def last_day() -> dict[str, Any]:
    """Two queries."""
    kinds = of_addresses()
    return {"failed_kinds": kinds, "failed_addresses": sum(kind.count for kind in kinds), "failed_runs": of_runs()}
