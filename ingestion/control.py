"""Pausing, resuming, cancelling and reviving runs."""

import logging
import os
import socket
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from catalog.models import Brand

from . import losses, progress, queries
from .host_models import free_hosts
from .models import HEARTBEAT_TIMEOUT, MAX_REVIVALS, WORKING_STATES, IngestionRun, RunState
from .progress import end_run
from .reasons import why

logger = logging.getLogger(__name__)
# A run that waits so long without a task of its own in the queue has lost it. Seconds.
LOST_TASK_AFTER = 30


def enqueue_slice(run_id: int) -> None:
    from django_q.tasks import async_task

    async_task("ingestion.tasks.run_slice", run_id, cluster="scrape", task_name=f"scrape-{run_id}")


def queue_again(run_ids: set[int]) -> None:
    """A task for each of these runs that waits for a worker and has none."""
    free = queries.working_runs().filter(pk__in=run_ids, lease="", rest_until=None)
    for run_id in set(free.values_list("pk", flat=True)) - queries.queued_run_ids():
        enqueue_slice(run_id)


def pause_run(run: IngestionRun) -> bool:
    """Stop a run so that it can go on from where it stands. False: it is paused or over already.

    Its worker notices within a second, drops what it is fetching and gives its browser back.
    """
    with transaction.atomic():
        if not run.move(RunState.PAUSED):
            return False
        losses.give_back(run)
        progress.show_state(run)
    return True


def resume_run(run: IngestionRun, *, enqueue: bool = True) -> bool:
    """Let a paused run go on, by the queue's workers unless `enqueue` is off. False: it was not paused."""
    with transaction.atomic():
        now = timezone.now()
        # Without a lease: somebody else may have let it go on meanwhile, and a worker be at it.
        if run.state != RunState.PAUSED or not run.move(RunState.QUEUED, held="", rest_until=None, heartbeat_at=now):
            return False
        progress.show_state(run)
        if enqueue:
            transaction.on_commit(lambda: enqueue_slice(run.pk))
    return True


def cancel_run(run: IngestionRun) -> bool:
    """End a run; what was read stays. False: it is over already. Its worker stops as for a pause."""
    return end_run(run, RunState.CANCELLED)


def take_up(brand: Brand) -> IngestionRun | None:
    """A brand's run that was paused, or whose worker has died, ready to go on in this process. None: there is none."""
    run = queries.active_runs().filter(brand=brand).select_related("brand").first()
    if run is None:
        return None
    if run.state == RunState.PAUSED:
        resume_run(run, enqueue=False)
        return run
    lease = run.lease
    if not (worker_is_dead(run) and pause_run(run)):
        return None
    free_hosts(lease)
    resume_run(run, enqueue=False)
    return run


def worker_is_dead(run: IngestionRun) -> bool:
    """Whether the worker that holds a run is certainly gone: silent for long, or no process of this host any more."""
    if not run.lease:
        return False
    if run.heartbeat_at is None or run.heartbeat_at < timezone.now() - timedelta(seconds=HEARTBEAT_TIMEOUT):
        return True
    if run.worker_host != socket.gethostname() or not run.worker_pid:
        return False
    return not is_alive(run.worker_pid)


def is_alive(pid: int) -> bool:
    """Whether a process of this host lives; one that is dead but not yet buried does not."""
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text(encoding="latin-1").rpartition(")")[2].split()[0]
    except (ProcessLookupError, FileNotFoundError):
        return False
    except PermissionError:
        return True
    return state not in ("Z", "X")


def revive_runs() -> int:
    """Queue a new slice for each run that lost its worker or its task. Returns how many.

    A slice too many does no harm: the lease lets one work.
    """
    revived = 0
    active = list(queries.working_runs().select_related("brand"))
    waiting = queries.queued_run_ids() if active else set()
    for run in active:
        if worker_is_dead(run) or has_lost_its_task(run, waiting):
            revived += revive(run)
    return revived


def wake_runs() -> int:
    """Queue a slice for each run whose rest is over. Returns how many."""
    woken = 0
    for run in queries.working_runs().filter(lease="", rest_until__lte=timezone.now()):
        # Only one of those who look at the same time wakes it.
        rows = queries.working_runs().filter(pk=run.pk, rest_until=run.rest_until)
        if rows.update(rest_until=None, rest_reason="", rest_about="", heartbeat_at=timezone.now()):
            enqueue_slice(run.pk)
            woken += 1
    return woken


def has_lost_its_task(run: IngestionRun, waiting: set[int]) -> bool:
    since = run.heartbeat_at or run.created_at
    silent = since < timezone.now() - timedelta(seconds=LOST_TASK_AFTER)
    return silent and not run.lease and run.rest_until is None and run.pk not in waiting


def revive(run: IngestionRun) -> int:
    if run.revivals >= MAX_REVIVALS:
        end_run(run, RunState.FAILED, error=why("workers_lost", times=run.revivals))
        return 0
    # Only the one who still sees the same lease revives it, and only if nothing was heard of its worker since.
    claimed = IngestionRun.objects.filter(
        pk=run.pk, lease=run.lease, state__in=WORKING_STATES, revivals=run.revivals, heartbeat_at=run.heartbeat_at
    ).update(lease="", revivals=F("revivals") + 1, heartbeat_at=timezone.now())
    if claimed:
        free_hosts(run.lease)
        logger.warning("Run %s of %s lost its worker; it goes on", run.pk, run.brand)
        enqueue_slice(run.pk)
    return claimed
