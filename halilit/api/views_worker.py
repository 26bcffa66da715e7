"""What the scrapes do, and starting and stopping them."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Status
from ninja.responses import codes_4xx

from catalog.access import is_staff
from halilit.models import Scope
from ingestion import services
from ingestion.errors import RunRefused
from ingestion.models import IngestionRun, IngestionStatus, Priority, Trigger
from ingestion.queries import worker_summary

from . import queries
from .auth import has_scope, needs
from .schemas import Problem
from .schemas_scraping import (
    Ingestion,
    IngestionOut,
    RunOut,
    ScrapeStart,
    WorkerOut,
    WorkerStart,
    WorkerStarted,
    WorkerStopped,
)
from .views_catalog import Words

router = Router(tags=["scraping"])
DIRECTS = needs(Scope.OPERATE, "ingestion.change_workerstate")
STARTS = needs(Scope.OPERATE, "ingestion.add_ingestionrun")
CHANGES = needs(Scope.OPERATE, "ingestion.change_ingestionrun")


def is_trusted(request: HttpRequest) -> bool:
    """Whether staff or a token that may read asks: only they read error messages."""
    return is_staff(request.user) or has_scope(request, Scope.READ)


def status_out(status: IngestionStatus, trusted: bool) -> dict[str, Any]:
    own = {field: getattr(status, field) for field in IngestionOut.model_fields if field not in ("brand", "slug")}
    hidden = {} if trusted else {"last_error": ""}
    return {**own, "brand": status.brand.name, "slug": status.brand.slug, **hidden}


def worker_out() -> dict[str, Any]:
    summary = worker_summary()
    return {**summary, "clusters": len(summary["clusters"])}


def run_out(run: IngestionRun) -> dict[str, Any]:
    own = {field: getattr(run, field) for field in RunOut.model_fields}
    return own | {"brand": run.brand.name, "priority": Priority(run.priority).name.lower()}


def changed(run: IngestionRun, change: Callable[[IngestionRun], bool]) -> dict[str, Any]:
    """The run after it was paused, resumed or cancelled. Raises RunRefused where its state allows no such thing."""
    if not change(run):
        raise RunRefused(
            _("Run %(id)d of %(brand)s is %(state)s: nothing was changed.")
            % {"id": run.pk, "brand": run.brand, "state": run.get_state_display()}
        )
    return run_out(run)


@router.get("/ingestion/status", response={200: Ingestion, codes_4xx: Problem})
def ingestion_status(request: HttpRequest, brand: Words = "") -> dict[str, Any]:
    """State and progress of each brand's last scrape, those that run first. `brand` is a name or slug."""
    active, rows = queries.ingestion(brand)
    trusted = is_trusted(request)
    return {"active": active, "items": [status_out(row, trusted) for row in rows]}


@router.get("/worker/status", response={200: WorkerOut, codes_4xx: Problem})
def worker_status(request: HttpRequest) -> dict[str, Any]:
    """What the workers are told to do, and what they do."""
    return worker_out()


@router.post(
    "/worker/start",
    auth=DIRECTS,
    response={200: WorkerStarted, codes_4xx: Problem},
)
def start_worker(request: HttpRequest, start: WorkerStart) -> dict[str, Any]:
    """Scrape once (a named brand, or the one that is due), or one brand after the other until stopped."""
    brand = queries.brand_named(start.brand) if start.brand else None
    run = services.set_worker(start.mode, delay=start.delay, at_once=start.at_once, brand=brand, trigger=Trigger.API)
    return {"worker": worker_out(), "run": run_out(run) if run else None}


@router.post(
    "/worker/stop",
    auth=DIRECTS,
    response={200: WorkerStopped, codes_4xx: Problem},
)
def stop_worker(request: HttpRequest) -> dict[str, Any]:
    """Start nothing more, and end what runs. What was read stays."""
    cancelled = services.stop_worker()
    return {"worker": worker_out(), "cancelled": cancelled}


@router.post(
    "/worker/scrape/{path:brand_name}",
    auth=STARTS,
    response={202: RunOut, codes_4xx: Problem},
)
def scrape_brand(request: HttpRequest, brand_name: str, start: ScrapeStart | None = None) -> Status[dict[str, Any]]:
    """Queue one scrape of a brand, by name or slug."""
    options = start or ScrapeStart()  # type: ignore[call-arg]
    brand = queries.brand_named(brand_name)
    priority = Priority[options.priority.upper()] if options.priority else None
    run = services.start_run(
        brand, trigger=Trigger.API, force=options.force, max_pages=options.max_pages, priority=priority
    )
    return Status(202, run_out(run))


@router.get("/runs/{int:run_id}", response={200: RunOut, codes_4xx: Problem})
def one_run(request: HttpRequest, run_id: int) -> dict[str, Any]:
    """State and counters of one scrape."""
    return run_out(queries.run_numbered(run_id))


@router.post(
    "/runs/{int:run_id}/pause",
    auth=CHANGES,
    response={200: RunOut, codes_4xx: Problem},
)
def pause_run(request: HttpRequest, run_id: int) -> dict[str, Any]:
    """Stop a scrape so that it can go on from where it stands. What it is fetching is dropped within two seconds."""
    return changed(queries.run_numbered(run_id), services.pause_run)


@router.post(
    "/runs/{int:run_id}/resume",
    auth=CHANGES,
    response={200: RunOut, codes_4xx: Problem},
)
def resume_run(request: HttpRequest, run_id: int) -> dict[str, Any]:
    """Let a paused scrape go on."""
    return changed(queries.run_numbered(run_id), services.resume_run)


@router.post(
    "/runs/{int:run_id}/cancel",
    auth=CHANGES,
    response={200: RunOut, codes_4xx: Problem},
)
def cancel_run(request: HttpRequest, run_id: int) -> dict[str, Any]:
    """End a scrape. What was read stays."""
    return changed(queries.run_numbered(run_id), services.cancel_run)
