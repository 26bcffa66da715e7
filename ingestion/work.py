"""One worker's turn at a run: takes its lease, does a slice, and says how things stand after it."""

import logging
import os
import socket

from django.db import transaction

from catalog import tracing
from catalog.changes import made_by

from . import frontier, losses, progress
from .assign import assign_documents
from .errors import StopRun
from .interrupts import Interrupts
from .models import IngestionRun, RunState, UrlState
from .pipeline import Slice, Watcher
from .progress import end_run
from .reasons import why
from .slugs import settle_slugs

logger = logging.getLogger(__name__)


def work_slice(
    run_id: int, *, seconds: float | None, watch: Watcher | None = None, interrupts: Interrupts | None = None
) -> bool:
    """Do one slice of a run, if nobody else is at it. Returns whether the run goes on."""
    tracing.run_id.set(run_id)
    run = IngestionRun.objects.select_related("brand").get(pk=run_id)
    lease = run.acquire(socket.gethostname(), os.getpid())
    if lease is None:
        logger.info("Run %s is in other hands or over", run_id)
        return False
    run.refresh_from_db()
    told = interrupts or Interrupts()
    try:
        work = Slice(run, lease, seconds, watch, told)
        more = work.work()
    except StopRun as problem:
        end_run(run, RunState.FAILED, lease=lease, error=problem.reason)
        return False
    if told.asked:
        return let_go(run, lease)
    if more and work.rest:
        rests = run.release(lease, work.rest)
        progress.show_state(run)
        return rests
    if more:
        return run.release(lease)
    run.refresh_from_db()
    if run.is_active and run.lease == lease:
        settle(run, lease)
    return False


def let_go(run: IngestionRun, lease: str) -> bool:
    """Give up a run in the middle of its work, for whoever takes it next. False: it was not ours any more."""
    with transaction.atomic():
        if not run.beat(lease):
            return False
        losses.give_back(run)
        return run.release(lease)


def settle(run: IngestionRun, lease: str) -> None:
    """Decide how a run that has nothing left to do has ended."""
    with made_by(run=run.pk):
        assign_documents(run.brand)
    with transaction.atomic():
        if run.beat(lease):
            settle_slugs(run)
    counted = frontier.counters(run)
    reached = counted[UrlState.STORED] + counted[UrlState.UNCHANGED] + counted[UrlState.DUPLICATE]
    start = run.urls.order_by("rank", "pk").first()
    if not reached and start is not None:
        end_run(run, RunState.FAILED, lease=lease, error=why("nothing_read", url=start.url, why=start.why))
    else:
        end_run(run, RunState.COMPLETED, lease=lease)
