"""Starting, cancelling and reviving runs, and what the workers are told to do by themselves."""

import logging
import os
import socket
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import Brand

from . import progress, queries
from .addresses import Scope, host_of, is_private_address, normalise_url
from .errors import RunRefused
from .models import (
    ACTIVE_STATES,
    HEARTBEAT_TIMEOUT,
    MAX_REVIVALS,
    IngestionRun,
    RunState,
    Trigger,
    WorkerMode,
    WorkerState,
)
from .progress import end_run

logger = logging.getLogger(__name__)
# A run that waits so long without a task of its own in the queue has lost it. Seconds.
LOST_TASK_AFTER = 30


def start_run(
    brand: Brand,
    *,
    trigger: str = Trigger.COMMAND,
    start_url: str = "",
    force: bool = False,
    max_pages: int | None = None,
    rate: float | None = None,
    enqueue: bool = True,
) -> IngestionRun:
    """Create a run, and put its first slice into the queue unless `enqueue` is off.

    Raises RunRefused, with a message for the person who asked: no usable address, a private one, a run that is active.
    """
    url = usable_address(brand, start_url)
    if max_pages is not None and max_pages < 1:
        raise RunRefused(_("Give at least 1 as the number of pages."))
    if rate is not None and rate < 0:
        raise RunRefused(_("The rate is in requests a second: 0 (no limit) or more."))
    try:
        with transaction.atomic():
            run = IngestionRun.objects.create(
                brand=brand,
                trigger=trigger,
                start_url=url,
                force=force,
                max_pages=max_pages or brand.max_pages,
                requests_per_second=brand.requests_per_second if rate is None else rate,
            )
            progress.begin_status(run)
            if enqueue:
                transaction.on_commit(lambda: enqueue_slice(run.pk))
    except IntegrityError as problem:
        raise RunRefused(
            _("%(brand)s is being scraped already. Wait for the end of that run, or cancel it.") % {"brand": brand}
        ) from problem
    return run


def usable_address(brand: Brand, start_url: str) -> str:
    raw = start_url.strip() or brand.website
    if not raw:
        raise RunRefused(
            _("No website is known for %(brand)s. Enter one in the brand's record, or name it with --url.")
            % {"brand": brand}
        )
    url = normalise_url(raw)
    if url is None:
        raise RunRefused(_("%(url)s is no web address. It must begin with https:// or http://.") % {"url": raw})
    host = host_of(url)
    if not settings.ALLOW_PRIVATE_HOSTS and is_private_host(host):
        raise RunRefused(
            _(
                "%(host)s is an address of a private network, which is never visited. "
                "For a site of your own, set HALILIT_ALLOW_PRIVATE_HOSTS=1."
            )
            % {"host": host}
        )
    try:
        Scope.of(start_url=url, exclude_patterns=brand.exclude_patterns)
    except ValueError as problem:
        raise RunRefused(str(problem)) from problem
    return url


def is_private_host(host: str) -> bool:
    """Whether a host is written as a private address or names this machine. Names are resolved when visited."""
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        return is_private_address(host)
    except ValueError:
        return False


def enqueue_slice(run_id: int) -> None:
    from django_q.tasks import async_task

    async_task("ingestion.tasks.run_slice", run_id, cluster="scrape", task_name=f"scrape-{run_id}")


def cancel_run(run: IngestionRun) -> bool:
    """Ask a run to stop; one that waits, or whose worker is dead, is ended at once. False: it is over already."""
    if not IngestionRun.objects.filter(pk=run.pk, state__in=ACTIVE_STATES).update(cancel_requested=True):
        return False
    run.refresh_from_db()
    if run.state == RunState.QUEUED or not run.lease or worker_is_dead(run):
        end_run(run, RunState.CANCELLED)
    return True


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
    active = list(queries.active_runs().select_related("brand"))
    waiting = queries.queued_run_ids() if active else set()
    for run in active:
        if worker_is_dead(run) or has_lost_its_task(run, waiting):
            revived += revive(run)
    return revived


def has_lost_its_task(run: IngestionRun, waiting: set[int]) -> bool:
    since = run.heartbeat_at or run.created_at
    return not run.lease and run.pk not in waiting and since < timezone.now() - timedelta(seconds=LOST_TASK_AFTER)


def revive(run: IngestionRun) -> int:
    if run.revivals >= MAX_REVIVALS:
        end_run(
            run,
            RunState.FAILED,
            error=f"Its worker was lost {run.revivals} times. "
            "The log shows what was being read; leave that path out and try again.",
        )
        return 0
    # Only the one who still sees the same lease revives it.
    claimed = IngestionRun.objects.filter(
        pk=run.pk, lease=run.lease, state__in=ACTIVE_STATES, revivals=run.revivals
    ).update(lease="", revivals=F("revivals") + 1, heartbeat_at=timezone.now())
    if claimed:
        logger.warning("Run %s of %s lost its worker; it goes on", run.pk, run.brand)
        enqueue_slice(run.pk)
    return claimed


def queue_next(*, trigger: str = Trigger.COMMAND) -> IngestionRun | None:
    """Start the run that is due: brands without a document first, then failed, then the stalest. None: nothing is."""
    for brand in queries.due_brands():
        try:
            return start_run(brand, trigger=trigger)
        except RunRefused as refusal:
            logger.info("%s is passed over: %s", brand, refusal)
    return None


def set_worker(
    mode: str, *, delay: int = 30, brand: Brand | None = None, trigger: str = Trigger.API
) -> IngestionRun | None:
    """Tell the workers to scrape once (this brand, or the one that is due) or continuously with a delay in seconds.

    Raises RunRefused.
    """
    if mode not in (WorkerMode.ONCE, WorkerMode.CONTINUOUS):
        raise RunRefused(_("The mode is 'once' or 'continuous'."))
    if not 0 <= delay <= 86_400:
        raise RunRefused(_("The delay is in seconds, from 0 to 86400."))
    state = WorkerState.current()
    state.mode, state.delay, state.paused, state.next_at = mode, delay, False, None
    state.save()
    if brand is not None:
        return start_run(brand, trigger=trigger)
    run = queue_next(trigger=trigger)
    if run is None and mode == WorkerMode.ONCE:
        stop_worker(cancel=False)
        raise RunRefused(_("No brand is due: each active one with a website is being scraped, or there is none."))
    return run


def stop_worker(*, cancel: bool = True) -> int:
    """Start nothing more by itself; with `cancel`, end the active runs too. Returns how many were cancelled."""
    state = WorkerState.current()
    state.mode, state.next_at = WorkerMode.STOPPED, None
    state.save()
    if not cancel:
        return 0
    return sum(cancel_run(run) for run in IngestionRun.objects.filter(state__in=ACTIVE_STATES))


def go_on() -> IngestionRun | None:
    """What continuous mode does after each run, and once a minute: start the next brand when its time has come."""
    state = WorkerState.current()
    now = timezone.now()
    WorkerState.objects.filter(pk=1).update(heartbeat_at=now)
    if state.mode == WorkerMode.ONCE and not queries.active_runs().exists():
        stop_worker(cancel=False)
    if state.mode != WorkerMode.CONTINUOUS or state.paused or queries.active_runs().exists():
        return None
    if state.next_at is None:
        WorkerState.objects.filter(pk=1, next_at=None).update(next_at=now + timedelta(seconds=state.delay))
        return None
    if state.next_at > now:
        return None
    WorkerState.objects.filter(pk=1).update(next_at=None)
    return queue_next(trigger=Trigger.CONTINUOUS)
