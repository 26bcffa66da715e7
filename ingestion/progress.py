"""What a run shows of itself while it works: the status row that pages poll, counters, and the log by URL."""

from typing import Protocol

from django.db import transaction
from django.db.models.functions import Greatest
from django.utils import timezone

from catalog.models import Document, DocumentState

from . import frontier, losses, plans
from .fates import Fate, failure
from .models import (
    WORKING_STATES,
    FrontierUrl,
    IngestionRun,
    IngestionStatus,
    IngestLog,
    Outcome,
    RunState,
    UrlState,
)


class Spent(Protocol):
    """What a visit took: milliseconds, and bytes that came."""

    @property
    def milliseconds(self) -> int: ...

    @property
    def size(self) -> int: ...


# What settling a URL may write. Where it was found stands apart: the page itself may just have said more about that.
SETTLED = [
    field.name
    for field in FrontierUrl._meta.concrete_fields
    if not field.primary_key and field.name not in ("brand", "run", "found_on", "heading", "depth", "rank")
]
SHARED = [column.name for column in Fate._meta.get_fields()]
OUTCOMES = {
    UrlState.STORED: Outcome.SUCCESS,
    UrlState.UNCHANGED: Outcome.SUCCESS,
    UrlState.DUPLICATE: Outcome.DUPLICATE,
    UrlState.SKIPPED: Outcome.SKIPPED,
    UrlState.FAILED: Outcome.FAILED,
}


def begin_status(run: IngestionRun) -> None:
    IngestionStatus.objects.update_or_create(
        brand=run.brand,
        defaults={
            "run": run, "state": run.state, "percent": 0, "current_step": "queued", "current_document": "",
            "urls_discovered": 0, "urls_processed": 0, "started_at": timezone.now(),
            "finished_at": None, "documents_ingested": documents_of(run), **failure(""),
        },
    )  # fmt: skip


def documents_of(run: IngestionRun) -> int:
    return Document.objects.filter(brand=run.brand, state=DocumentState.STORED, hidden=False).count()


def report(run: IngestionRun, *, step: str, document: str = "") -> dict[str, int]:
    """Write the status row. The percentage never runs backwards, though more URLs are found on the way."""
    counted = frontier.counters(run)
    share = counted["processed"] * 100 // counted["discovered"] if counted["discovered"] else 0
    # Not where somebody has paused or ended the run meanwhile: what the row says then is true.
    IngestionStatus.objects.filter(brand=run.brand, state__in=WORKING_STATES).update(
        run=run,
        state=RunState.RUNNING,
        percent=Greatest("percent", min(share, 99)),
        current_step=step,
        current_document=document[:1000],
        urls_discovered=counted["discovered"],
        urls_processed=counted["processed"],
        documents_ingested=documents_of(run),
        updated_at=timezone.now(),
    )
    IngestionRun.objects.filter(pk=run.pk).update(counters=counted)
    return counted


def show_state(run: IngestionRun) -> None:
    """Say that the run was paused, or waits for a worker again; how far it is stays shown."""
    IngestionStatus.objects.filter(brand=run.brand).update(
        run=run, state=run.state, current_step="", current_document="", updated_at=timezone.now()
    )


def end_status(run: IngestionRun) -> None:
    """Say how the run ended; `run` has been moved to its end state."""
    counted = frontier.counters(run) | {"documents": documents_of(run)}
    IngestionRun.objects.filter(pk=run.pk).update(counters=counted)
    run.counters = counted
    values = {
        "run": run, "state": run.state, "current_step": "", "current_document": "", "finished_at": run.finished_at,
        "last_error": run.last_error, "error": run.error, "urls_discovered": counted["discovered"],
        "urls_processed": counted["processed"], "documents_ingested": counted["documents"],
    }  # fmt: skip
    if run.state == RunState.COMPLETED:
        values["percent"] = 100
    IngestionStatus.objects.update_or_create(brand=run.brand, defaults=values)


def note(
    run: IngestionRun,
    row: FrontierUrl,
    state: str,
    *,
    reason: str = "",
    stage: str = "",
    documents: int = 0,
    spent: Spent | None = None,
    duplicate_of: str = "",
) -> None:
    """Settle a URL's fate and log it; `stage` where the reason does not tell it."""
    row.state, row.visited_at, row.not_before, row.duplicate_of = state, timezone.now(), None, duplicate_of[:1000]
    row.milliseconds, row.size = (spent.milliseconds, spent.size) if spent else (0, 0)
    row.set_reason(reason, stage=stage)
    row.save(update_fields=SETTLED)
    IngestLog.objects.create(
        brand_id=run.brand_id,
        run=run,
        url=row.url,
        outcome=OUTCOMES[UrlState(state)],
        documents=documents,
        **{name: getattr(row, name) for name in SHARED},
    )


def end_run(run: IngestionRun, state: RunState, *, lease: str | None = None, error: str = "") -> bool:
    """Move to an end state, once. False: the run had ended already, or the lease was lost."""
    with transaction.atomic():
        ended = run.move(state, held=lease, finished_at=timezone.now(), **failure(error))
        if ended:
            losses.give_back(run)
            end_status(run)
            plans.note_end(run)
    return ended
