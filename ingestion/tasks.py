"""What the queue calls. Each takes an id, calls a service and returns."""

import signal
import sys

from django.conf import settings

from . import queries, services
from .interrupts import interrupts
from .models import IngestionRun
from .priorities import hold_priority


def run_slice(run_id: int) -> str:
    """One slice of a run, or of one that is more urgent; the next one is queued behind those of other brands."""
    # Here, so that only a worker that scrapes carries the HTTP client and the parsers.
    from .work import work_slice

    hold_priority()
    with interrupts() as told:
        worked = queries.more_urgent(run_id)
        goes_on = work_slice(worked, seconds=settings.RUN_SLICE_SECONDS, interrupts=told)
        services.queue_again({run_id, worked})
    if told.asked == signal.SIGTERM:
        # Whoever sends it wants this worker to end, and its cluster may be gone already.
        sys.exit(0)
    if goes_on:
        return "goes on"
    services.go_on()
    return IngestionRun.objects.get(pk=worked).state


def take_upload(upload_id: int) -> str:
    """One file that staff sent."""
    from . import uploads

    return uploads.take(upload_id)


def keep() -> str:
    """Once a minute: revive what lost its worker, start what continuous mode has due."""
    from . import uploads

    uploads.revive()
    services.wake_runs()
    services.start_planned()
    revived = services.revive_runs()
    started = services.go_on()
    return f"revived {revived}" + (f", started {started}" if started else "")


def look_ahead(*, brand_id: int, token: str) -> str:
    """A dry run: what a scrape of the brand would fetch."""
    from catalog.models import Brand

    from . import dry_orders

    return dry_orders.work(Brand.objects.get(pk=brand_id), token)
