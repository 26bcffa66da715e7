"""What the scrapes do now: those that have begun, how fast and until when, and those that wait, in their order."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, cached_property
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from ingestion.models import ACTIVE_STATES, IngestionRun, IngestionStatus, IngestLog, RunState, VisitPlan

PACE_OVER = 40  # the last so many addresses tell the pace
MOST_SHOWN = 6  # scrapes at work; more are counted and linked to
MOST_WAITING = 6
MOST_PLANNED = 3
SHOWN = (
    *("state", "priority", "created_at", "started_at", "heartbeat_at", "lease", "worker_host", "worker_pid"),
    *("rest_until", "rest_reason", "rest_about", "counters", "brand__name", "brand__slug"),
    *(f"brand__ingestion_status__{name}" for name in ("percent", "urls_discovered", "urls_processed")),
    "brand__ingestion_status__current_document",
)
LONGEST_GUESS = timedelta(days=2)  # an end that is further off is not worth saying


@dataclass(frozen=True)
class AtWork:
    """A run that has begun and is not over. `pace` is in addresses a second, of late."""

    run: IngestionRun
    status: IngestionStatus | None
    pace: float

    @property
    def left(self) -> int:
        return max(0, self.status.urls_discovered - self.status.urls_processed) if self.status else 0

    @property
    def state(self) -> str:
        """In words. What Django offers for it puts all choices together anew, too much for what is polled."""
        return str(RunState(self.run.state).label)

    @cached_property
    def ends_in(self) -> str:
        """About, in words; "" where nobody knows: it is paused or rests, or has hardly begun."""
        if not self.pace or self.run.state != RunState.RUNNING:
            return ""
        wait = timedelta(seconds=self.left / self.pace)
        if wait > LONGEST_GUESS:
            return ""
        if wait < timedelta(minutes=1):
            return _("less than a minute left")
        now = timezone.now()
        return _("about %(time)s left") % {"time": timesince(now - wait, now, depth=1)}


def active() -> list[IngestionRun]:
    """All that is not over, with how it stands and how fast it is. One query for what is polled every two seconds."""
    return list(_active().all())


@cache
def _active() -> QuerySet[IngestionRun]:
    """The query, put together once: that takes as long as asking it."""
    log = IngestLog.objects.filter(run=OuterRef("pk")).order_by("-pk")
    rows = IngestionRun.objects.filter(state__in=ACTIVE_STATES).select_related("brand__ingestion_status")
    since = Subquery(log.values("created_at")[PACE_OVER - 1 : PACE_OVER])
    in_turn = ("priority", F("heartbeat_at").asc(nulls_first=True), "pk")
    return rows.only(*SHOWN).annotate(paced_since=since).order_by(*in_turn)


def begun(runs: list[IngestionRun]) -> list[AtWork]:
    """Those that a worker has had, running ones first, and those that were paused before one had them."""
    shown = [run for run in runs if run.started_at or run.state == RunState.PAUSED]
    found = [AtWork(run, getattr(run.brand, "ingestion_status", None), pace_of(run)) for run in shown]
    return sorted(found, key=lambda one: (one.run.state != RunState.RUNNING, one.run.started_at or one.run.created_at))


def pace_of(run: Any) -> float:
    """Addresses a second over the last of them, or since the begin where there are few."""
    since: datetime | None = run.paced_since
    done = PACE_OVER
    if since is None:
        since, done = run.started_at, run.counters.get("processed", 0)
    seconds = (timezone.now() - since).total_seconds() if since else 0.0
    return done / seconds if seconds > 1 else 0.0


def waiting(runs: list[IngestionRun]) -> list[IngestionRun]:
    """Those that no worker has had yet, in the order in which workers take them."""
    return [run for run in runs if run.state == RunState.QUEUED and run.started_at is None]


def planned() -> QuerySet[VisitPlan]:
    """The visits that come next by plan."""
    rows = (
        VisitPlan.objects.filter(next_at__isnull=False, brand__active=True)
        .select_related("brand")
        .only("next_at", "brand__name")
    )
    return rows.order_by("next_at")[:MOST_PLANNED]


def now(runs: list[IngestionRun]) -> dict[str, Any]:
    at_work, queue = begun(runs), waiting(runs)
    return {
        "at_work": at_work[:MOST_SHOWN],
        "more_at_work": len(at_work[MOST_SHOWN:]),
        "queue": queue[:MOST_WAITING],
        "more_waiting": len(queue[MOST_WAITING:]),
        "planned": planned(),
    }
