"""Starting runs, and what the workers are told to do by themselves."""

import logging
from collections.abc import Sequence
from datetime import time, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import Brand, Product
from catalog.patterns import proven

from . import plans, progress, queries
from .addresses import host_of, is_private_address, normalise_url
from .control import cancel_run as cancel_run
from .control import enqueue_slice as enqueue_slice
from .control import pause_run as pause_run
from .control import queue_again as queue_again
from .control import resume_run as resume_run
from .control import revive_runs as revive_runs
from .control import wake_runs as wake_runs
from .errors import RunRefused
from .models import ACTIVE_STATES, IngestionRun, RunState, Trigger, WorkerMode, WorkerState

MOST_AT_ONCE = 64
HEARTBEAT_EVERY = timedelta(seconds=10)

logger = logging.getLogger(__name__)


def start_run(
    brand: Brand,
    *,
    trigger: str = Trigger.COMMAND,
    start_url: str = "",
    force: bool = False,
    max_pages: int | None = None,
    rate: float | None = None,
    priority: int | None = None,
    only: Sequence[str] = (),
    enqueue: bool = True,
) -> IngestionRun:
    """Create a run, and put its first slice into the queue unless `enqueue` is off; with `only`, of these pages alone.

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
                priority=plans.plan_of(brand).priority if priority is None else priority,
                start_url=url,
                force=force,
                only=list(only),
                max_pages=max_pages or brand.max_pages,
                requests_per_second=brand.requests_per_second if rate is None else rate,
            )
            progress.begin_status(run)
            if enqueue:
                transaction.on_commit(lambda: enqueue_slice(run.pk))
    except IntegrityError as problem:
        raise RunRefused(why_not_now(brand)) from problem
    return run


def visit_again(product: Product, *, trigger: str = Trigger.ADMIN) -> IngestionRun:
    """Read a product's own page anew, and the documents that it links to. Raises RunRefused."""
    url = normalise_url(product.page_url)
    if url is None:
        raise RunRefused(
            _("No page of %(product)s is known: it was met in a manual. Visit the whole site, or upload the document.")
            % {"product": product.name}
        )
    return start_run(product.brand, trigger=trigger, only=[url], force=True)


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
        proven(brand.exclude_patterns)
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
    mode: str, *, delay: int = 30, at_once: int = 0, brand: Brand | None = None, trigger: str = Trigger.API
) -> IngestionRun | None:
    """Tell the workers to scrape once (this brand, or the one that is due) or continuously with a delay in seconds.

    Continuously, `at_once` brands are scraped at the same time (0: as many as there are workers). Returns the
    first run, or None. Raises RunRefused.
    """
    if mode not in (WorkerMode.ONCE, WorkerMode.CONTINUOUS):
        raise RunRefused(_("The mode is 'once' or 'continuous'."))
    if not 0 <= delay <= 86_400:
        raise RunRefused(_("The delay is in seconds, from 0 to 86400."))
    if not 0 <= at_once <= MOST_AT_ONCE:
        raise RunRefused(
            _("From 1 to %(most)d brands at once, or 0 for as many as there are workers.") % {"most": MOST_AT_ONCE}
        )
    WorkerState.current()
    with transaction.atomic():  # what is refused leaves everything as it was
        WorkerState.objects.filter(pk=1).update(mode=mode, delay=delay, at_once=at_once, paused=False)
        if brand is not None:
            return start_run(brand, trigger=trigger)
        if mode == WorkerMode.CONTINUOUS:
            return go_on()
        run = queue_next(trigger=trigger)
        if run is None:
            raise RunRefused(_("No brand is due: each active one with a website is being scraped, or there is none."))
    return run


def stop_worker(*, cancel: bool = True) -> int:
    """Start nothing more by itself; with `cancel`, end the active runs too. Returns how many were cancelled."""
    WorkerState.current()
    WorkerState.objects.filter(pk=1).update(mode=WorkerMode.STOPPED)
    if not cancel:
        return 0
    return sum(cancel_run(run) for run in IngestionRun.objects.filter(state__in=ACTIVE_STATES))


def go_on() -> IngestionRun | None:
    """What continuous mode does once a second: fill the places that are free. Returns the first run that it started.

    A place is free again `delay` seconds after the run that it had has ended.
    """
    state = WorkerState.current()
    now = timezone.now()
    if state.heartbeat_at is None or state.heartbeat_at < now - HEARTBEAT_EVERY:
        WorkerState.objects.filter(pk=1).update(heartbeat_at=now)
    if state.mode == WorkerMode.ONCE and not queries.working_runs().exists():
        stop_worker(cancel=False)
    if state.mode != WorkerMode.CONTINUOUS or state.paused or not queries.free_places(state):
        return None
    if not queries.due_brands().exists():
        return None
    started = []
    with transaction.atomic():
        # One at a time: another worker may look at this very moment.
        state = WorkerState.objects.select_for_update().get(pk=1)
        while queries.free_places(state) and (run := queue_next(trigger=Trigger.CONTINUOUS)):
            started.append(run)
    return started[0] if started else None


def start_planned() -> int:
    """Start what is due by the brands' plans. Returns how many runs."""
    started = 0
    for brand in plans.claim_due():
        try:
            start_run(brand, trigger=Trigger.PLAN)
            started += 1
        except RunRefused as refusal:
            logger.info("%s is passed over: %s", brand, refusal)
    return started


def set_quiet_hours(begin: time | None, end: time | None) -> None:
    """Hours in which no site is visited, for all brands; None for none. Raises RunRefused."""
    if (begin is None) != (end is None):
        raise RunRefused(_("Quiet hours need a begin and an end."))
    WorkerState.current()
    WorkerState.objects.filter(pk=1).update(quiet_from=begin, quiet_until=end)
