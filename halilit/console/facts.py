"""What may need somebody, read from what is: each look returns the facts of its kind that hold now.

A new kind is a function here, its name in ProblemKind, and its words in halilit.console.telling.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Q
from django.utils import timezone

from catalog.models import Brand, Document
from halilit.keeping.last import late_since
from halilit.ops import readiness, troubles
from ingestion.models import IngestionRun, IngestionStatus, RunState, Upload, UploadState, VisitPlan
from ingestion.queries import reports
from rag.models import Answer, CuratedAnswer
from rag.providers import breaker

from .models import ProblemKind

RECENT = timedelta(days=14)  # documents that are gone, files that were refused
OF_LATE = timedelta(days=7)  # questions and answers
FEWER = 0.6  # of the pages that the run before had
ENOUGH_PAGES = 20  # fewer than these are no evidence
LEAST_DISK = 1024**3  # bytes
PROVIDER_FAILED = 3  # answers within PROVIDER_WITHIN
PROVIDER_WITHIN = timedelta(hours=1)
SILENT = timedelta(seconds=90)
WAITED = timedelta(minutes=10)  # for a worker
WANTED_CLUSTERS = 2  # default and scrape
STARTED = 60  # seconds after its start a cluster has company
EXAMPLES = 3


@dataclass(frozen=True)
class Fact:
    """`key` says what it is about and `mark` which occurrence it is; `said` holds what its words are made of."""

    kind: ProblemKind
    key: str = ""
    mark: str = "now"
    at: datetime | None = None  # since when, where that is known
    brand: Brand | None = None
    said: dict[str, Any] = field(default_factory=dict)


def failed_runs() -> list[Fact]:
    """Brands whose last run failed."""
    rows = IngestionStatus.objects.filter(state=RunState.FAILED, brand__active=True).select_related("brand")
    plans = {plan.brand_id: plan for plan in VisitPlan.objects.filter(set_aside_until__gt=timezone.now())}
    return [
        Fact(
            ProblemKind.RUN_FAILED, str(row.brand_id), str(row.run_id or "now"), row.finished_at, row.brand,
            {"error": row.error_said, "run": row.run_id, "plan": plans.get(row.brand_id)},
        )
        for row in rows
    ]  # fmt: skip


def reached(run: IngestionRun) -> int:
    return sum(run.counters.get(name, 0) for name in ("stored", "unchanged", "duplicate"))


def fewer_pages() -> list[Fact]:
    """Brands whose last complete run reached far fewer addresses than the one before, with the same start."""
    newest = IngestionRun.objects.filter(state=RunState.COMPLETED, brand__active=True, only=[]).order_by()
    last: dict[int, int] = dict(newest.values_list("brand").annotate(newest=Max("pk")))
    rest = newest.exclude(pk__in=list(last.values()))
    earlier: dict[int, int] = dict(rest.values_list("brand").annotate(newest=Max("pk")))
    runs = IngestionRun.objects.select_related("brand").in_bulk([*last.values(), *earlier.values()])
    found = []
    for brand, before_pk in earlier.items():
        run, before = runs[last[brand]], runs[before_pk]
        had, has = reached(before), reached(run)
        if had < ENOUGH_PAGES or has >= FEWER * had or run.start_url != before.start_url:
            continue
        if run.max_pages < before.max_pages:
            continue
        said = {"run": run.pk, "before": before.pk, "has": has, "had": had}
        found.append(Fact(ProblemKind.FEWER_PAGES, str(brand), str(run.pk), run.finished_at, run.brand, said))
    return found


def gone_documents() -> list[Fact]:
    rows = Document.objects.filter(gone_since__gte=timezone.now() - RECENT, hidden=False, superseded_by=None)
    counted = rows.order_by().values_list("brand").annotate(n=Count("pk"), last=Max("gone_since"))
    numbers = {brand: (n, last) for brand, n, last in counted}
    brands = Brand.objects.filter(active=True).in_bulk(list(numbers))
    return [
        Fact(ProblemKind.DOCUMENTS_GONE, str(pk), last.isoformat(), last, brands[pk], {"n": n})
        for pk, (n, last) in numbers.items()
        if pk in brands
    ]


def refused_uploads() -> list[Fact]:
    rows = Upload.objects.filter(state=UploadState.REFUSED, created_at__gte=timezone.now() - RECENT)
    newest = rows.select_related("brand").order_by("-pk").first()
    if newest is None:
        return []
    said = {"n": rows.count(), "name": newest.name}
    return [Fact(ProblemKind.UPLOAD_REFUSED, "", str(newest.pk), newest.created_at, newest.brand, said)]


def disk() -> list[Fact]:
    free = shutil.disk_usage(settings.DATA_DIR).free
    return [Fact(ProblemKind.DISK_LOW, said={"free": free})] if free < LEAST_DISK else []


def backup() -> list[Fact]:
    since = late_since()
    return [Fact(ProblemKind.BACKUP_LATE, "", since.isoformat(), since)] if since else []


def storage() -> list[Fact]:
    """Nothing can be written now, or a page had to say so within the last minutes."""
    reason, met = readiness.data_folder(), troubles.met()
    return [Fact(ProblemKind.STORAGE_FAILING, said={"reason": reason, "met": met})] if reason or met else []


def provider() -> list[Fact]:
    """The configured model is left alone, or answers of late had to do without it."""
    if settings.LLM == "extractive":
        return []
    rests = breaker.rests(settings.LLM)
    rows = Answer.objects.filter(created_at__gte=timezone.now() - PROVIDER_WITHIN).exclude(notice="")
    n = rows.filter(provider__startswith="extractive").count()
    if not rests and n < PROVIDER_FAILED:
        return []
    return [Fact(ProblemKind.PROVIDER_FAILING, said={"n": n, "rests": rests, "provider": settings.LLM})]


def silent_workers() -> list[Fact]:
    """Clusters that do not report themselves, runs without a sign of life, and runs that nobody takes up."""
    now = timezone.now()
    up = [cluster.uptime() for cluster in reports()]
    starting = bool(up) and max(up) < STARTED  # with the site: the other one comes in a moment
    said = {"alive": len(up), "wanted": WANTED_CLUSTERS}
    found = []
    if len(up) < WANTED_CLUSTERS and not starting:
        found.append(Fact(ProblemKind.WORKER_SILENT, "clusters", said=said))
    lost = Q(state=RunState.RUNNING, heartbeat_at__lt=now - SILENT)
    left = Q(state=RunState.QUEUED, rest_until=None, started_at=None, created_at__lt=now - WAITED)
    for run in IngestionRun.objects.filter(lost | left).select_related("brand"):
        at = run.heartbeat_at or run.created_at
        what = {"run": run.pk, "host": run.worker_host, "pid": run.worker_pid}
        found.append(Fact(ProblemKind.WORKER_SILENT, f"run {run.pk}", "now", at, run.brand, what))
    return found


def of_answers(kind: ProblemKind, **wanted: Any) -> list[Fact]:
    rows = Answer.objects.filter(created_at__gte=timezone.now() - OF_LATE, **wanted).order_by("-created_at")
    newest = list(rows.only("pk", "question", "created_at")[:EXAMPLES])
    if not newest:
        return []
    said = {"n": rows.count(), "examples": [answer.question for answer in newest]}
    return [Fact(kind, "", str(newest[0].pk), newest[0].created_at, said=said)]


def unanswered() -> list[Fact]:
    return of_answers(ProblemKind.UNANSWERED, abstained=True)


def low_rated() -> list[Fact]:
    return of_answers(ProblemKind.LOW_RATED, feedback__lt=0)


def to_review() -> list[Fact]:
    rows = CuratedAnswer.objects.filter(needs_review=True)
    told = rows.aggregate(n=Count("pk"), last=Max("updated_at"))
    return (
        [Fact(ProblemKind.TO_REVIEW, "", str(told["last"]), told["last"], said={"n": told["n"]})] if told["n"] else []
    )


LOOKS: list[Callable[[], list[Fact]]] = [
    *(storage, silent_workers, disk, backup, provider, failed_runs, fewer_pages, gone_documents),
    *(refused_uploads, unanswered, low_rated, to_review),
]


def facts() -> list[Fact]:
    """All that hold now, the most pressing kinds first."""
    return [fact for look in LOOKS for fact in look()]
