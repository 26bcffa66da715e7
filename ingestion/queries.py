"""Reads over runs and their state."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Prefetch, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from catalog.models import Brand, Document, DocumentState
from catalog.shared import cache

from .models import (
    ACTIVE_STATES,
    WORKING_STATES,
    IngestionRun,
    IngestionStatus,
    IngestLog,
    Outcome,
    Priority,
    RunState,
    Trigger,
    Upload,
    WorkerState,
)

# A brand is due again after so long, and a failed one is left alone for a while.
DUE_AFTER = timedelta(hours=20)
FAILED_REST = timedelta(hours=1)


def active_runs() -> QuerySet[IngestionRun]:
    """Those that are not over, paused ones too."""
    return IngestionRun.objects.filter(state__in=ACTIVE_STATES)


def working_runs() -> QuerySet[IngestionRun]:
    """Those that a worker has or shall have."""
    return IngestionRun.objects.filter(state__in=WORKING_STATES)


def status_of(brand: Brand) -> IngestionStatus | None:
    return IngestionStatus.objects.filter(brand=brand).select_related("run", "brand").first()


def queued_run_ids() -> set[int]:
    """Runs that have a slice waiting in the queue, not yet given to a worker."""
    from django_q.models import OrmQ

    waiting = OrmQ.objects.filter(key="scrape", lock__lte=timezone.now())
    return {int(args[0]) for row in waiting if (args := row.task.get("args"))}


def free_places(state: WorkerState) -> int:
    """How many more brands continuous mode may start now."""
    ended = timezone.now() - timedelta(seconds=state.delay)
    resting = IngestionRun.objects.filter(trigger=Trigger.CONTINUOUS, finished_at__gt=ended).count()
    return max(0, (state.at_once or settings.SCRAPE_WORKERS) - working_runs().count() - resting)


def more_urgent(run_id: int) -> int:
    """The run that a worker shall take in place of this one: the most urgent that waits for nothing else."""
    run = IngestionRun.objects.filter(pk=run_id, state__in=WORKING_STATES).first()
    if run is None:
        return run_id
    awake = Q(rest_until=None) | Q(rest_until__lte=timezone.now())
    better = working_runs().filter(awake, lease="", priority__lt=run.priority).order_by("priority", "heartbeat_at")
    return better.values_list("pk", flat=True).first() or run_id


def due_brands() -> QuerySet[Brand]:
    """Active brands with a website and without an active run: those without a document, then failed, then stalest.

    Urgent ones before, low ones behind. Without those that have a rhythm of their own, or are set aside.
    """
    now = timezone.now()
    documents = Document.objects.filter(brand=OuterRef("pk"), state=DocumentState.STORED)
    running = active_runs().filter(brand=OuterRef("pk"))
    return (
        Brand.objects.filter(active=True)
        .exclude(website="")
        .exclude(Exists(running))
        .exclude(ingestion_status__state=RunState.FAILED, ingestion_status__finished_at__gt=now - FAILED_REST)
        .exclude(ingestion_status__state=RunState.COMPLETED, ingestion_status__finished_at__gt=now - DUE_AFTER)
        .exclude(visit_plan__set_aside_until__gt=now)
        .exclude(visit_plan__next_at__isnull=False)
        .annotate(
            turn=Case(
                When(~Exists(documents), then=Value(0)),
                When(ingestion_status__state=RunState.FAILED, then=Value(1)),
                default=Value(2),
                output_field=IntegerField(),
            )
        )
        .annotate(urgency=Coalesce("visit_plan__priority", Value(int(Priority.NORMAL))))
        .order_by("urgency", "turn", F("ingestion_status__finished_at").asc(nulls_first=True), "-priority", "name")
    )


def worker_summary() -> dict[str, Any]:
    """Mode, delay and what is at work, as pages and the API show it."""
    from django_q.models import OrmQ

    state = WorkerState.current()
    runs = active_runs().select_related("brand")
    return {
        "mode": state.mode,
        "delay": state.delay,
        "at_once": state.at_once or settings.SCRAPE_WORKERS,
        "quiet_from": state.quiet_from,
        "quiet_until": state.quiet_until,
        "paused": state.paused,
        "running": [run.brand.name for run in runs if run.state == RunState.RUNNING],
        "queued": [run.brand.name for run in runs if run.state == RunState.QUEUED],
        "on_hold": [run.brand.name for run in runs if run.state == RunState.PAUSED],
        "queue_length": OrmQ.objects.filter(key="scrape").count(),
        "heartbeat_at": state.heartbeat_at,
        "clusters": clusters(),
        "workers": settings.SCRAPE_WORKERS,
    }


def clusters() -> list[dict[str, Any]]:
    """The task clusters that report themselves: name, host, process, state."""
    return [
        {
            "cluster": str(stat.cluster_id),
            "host": stat.host,
            "pid": stat.pid,
            "status": stat.status,
            "workers": len(stat.workers),
        }
        for stat in reports()
    ]


def reports() -> list[Any]:
    """What the clusters that live say of themselves, as django-q's `Stat`.

    `Stat.get_all` also writes its list of them anew, which is too much for what is polled; clusters keep it short.
    """
    from django_q.conf import Conf
    from django_q.signing import BadSignature, SignedPackage

    found = []
    for packed in cache.get_many(cache.get(Conf.Q_STAT) or []).values():
        with suppress(BadSignature):
            found.append(SignedPackage.loads(packed))
    return found


def latest_failures(run: IngestionRun, limit: int = 10) -> QuerySet[IngestLog]:
    """What could not be read, newest first."""
    return run.log.filter(outcome=Outcome.FAILED)[:limit]


def latest_uploads(brand: Brand | None = None, limit: int = 40) -> list[Upload]:
    """What staff sent last, with what was in archives: three queries."""
    rows = Upload.objects.filter(parent=None).select_related("brand", "product", "document", "user")
    rows = rows.filter(brand=brand) if brand else rows
    inside = Upload.objects.select_related("document").order_by("pk")
    return list(rows.prefetch_related(Prefetch("inside", inside))[:limit])
