"""Starting runs, and what the workers are told to do by themselves."""

import logging
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import Brand

from . import progress, queries
from .addresses import host_of, is_private_address, normalise_url
from .control import cancel_run as cancel_run
from .control import enqueue_slice as enqueue_slice
from .control import pause_run as pause_run
from .control import resume_run as resume_run
from .control import revive_runs as revive_runs
from .control import wake_runs as wake_runs
from .errors import RunRefused
from .models import ACTIVE_STATES, IngestionRun, RunState, Trigger, WorkerMode, WorkerState
from .scope import Scope

logger = logging.getLogger(__name__)


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
        raise RunRefused(why_not_now(brand)) from problem
    return run


def why_not_now(brand: Brand) -> str:
    if brand.runs.filter(state=RunState.PAUSED).exists():
        return _("The scrape of %(brand)s is paused. Let it go on, or cancel it.") % {"brand": brand}
    return _("%(brand)s is being scraped already. Wait for the end of that run, or cancel it.") % {"brand": brand}


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
    if state.mode == WorkerMode.ONCE and not queries.working_runs().exists():
        stop_worker(cancel=False)
    if state.mode != WorkerMode.CONTINUOUS or state.paused or queries.working_runs().exists():
        return None
    if state.next_at is None:
        WorkerState.objects.filter(pk=1, next_at=None).update(next_at=now + timedelta(seconds=state.delay))
        return None
    if state.next_at > now:
        return None
    WorkerState.objects.filter(pk=1).update(next_at=None)
    return queue_next(trigger=Trigger.CONTINUOUS)
