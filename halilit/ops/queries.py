"""What the staff's overview shows."""

from typing import Any

from django.db.models import Case, F, IntegerField, Value, When
from django.db.models.functions import Lower

from catalog.models import Brand
from catalog.queries import brands_with_counts
from ingestion.models import ACTIVE_STATES, IngestionRun, IngestLog, Outcome, RunState
from ingestion.queries import worker_summary
from rag.models import Answer

NEVER = 3  # the turn of a brand that was never read


def brand_rows() -> dict[str, list[Brand]]:
    """Active brands with counts and status; `read`: at work, then failed, then the others; `unread`: the rest."""
    turn = Case(
        When(ingestion_status__state__in=ACTIVE_STATES, then=Value(0)),
        When(ingestion_status__state=RunState.FAILED, then=Value(1)),
        When(ingestion_status__finished_at__isnull=False, then=Value(2)),
        default=Value(NEVER),
        output_field=IntegerField(),
    )
    rows = brands_with_counts().select_related("ingestion_status__run", "visit_plan").annotate(turn=turn)
    ordered = rows.order_by("turn", F("ingestion_status__updated_at").desc(nulls_last=True), Lower("name"))
    parts: dict[str, list[Brand]] = {"read": [], "unread": []}
    for brand in ordered:
        parts["unread" if brand.turn == NEVER else "read"].append(brand)
    return parts


def overview() -> dict[str, Any]:
    """Brands, workers, the last failures and the last questions without an answer."""
    worker = worker_summary()
    failed_runs = IngestionRun.objects.filter(state=RunState.FAILED).select_related("brand")
    failed_urls = IngestLog.objects.filter(outcome=Outcome.FAILED).select_related("brand")
    return {
        "brands": brand_rows(),
        "worker": worker,
        "busy": bool(worker["running"] or worker["queued"]),
        "failed_runs": failed_runs.order_by("-finished_at")[:5],
        "failed_urls": failed_urls[:10],
        "unanswered": Answer.objects.filter(abstained=True).order_by("-created_at")[:5],
    }
