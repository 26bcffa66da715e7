"""A run: its states and the moves between them, and the lease by which one worker at a time holds it."""

import uuid
from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.models import Brand

from .fates import Failure
from .plan_models import Priority

# A run whose heartbeat is older than this has lost its worker. Seconds.
HEARTBEAT_TIMEOUT = 15
# So often may a run's worker die before the run is set aside.
MAX_REVIVALS = 20


class RunState(models.TextChoices):
    QUEUED = "queued", _("queued")
    RUNNING = "running", _("running")
    PAUSED = "paused", _("paused")
    COMPLETED = "completed", _("completed")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


WORKING_STATES = (RunState.QUEUED, RunState.RUNNING)  # a worker has it, or shall have it
ACTIVE_STATES = (*WORKING_STATES, RunState.PAUSED)  # not over
# From which states a state may be reached.
MOVES: dict[str, tuple[RunState, ...]] = {
    RunState.QUEUED: (RunState.PAUSED, RunState.RUNNING),
    RunState.RUNNING: WORKING_STATES,
    RunState.PAUSED: WORKING_STATES,
    RunState.COMPLETED: WORKING_STATES,
    RunState.FAILED: WORKING_STATES,
    RunState.CANCELLED: ACTIVE_STATES,
}


class Trigger(models.TextChoices):
    ADMIN = "admin", _("staff page")
    COMMAND = "command", _("command line")
    API = "api", _("API")
    CONTINUOUS = "continuous", _("continuous")
    PLAN = "plan", _("plan of visits")


class Rest(models.TextChoices):
    """Why a run waits though a worker might be free."""

    BUSY = "busy", _("the host is being visited for another brand")
    ASKED = "asked", _("the site asks to be left alone")
    SLOWLY = "slowly", _("the site asks to be visited slowly")
    RETRY = "retry", _("what failed in passing is tried again")
    QUIET = "quiet", _("quiet hours")


class IngestionRun(Failure):
    """One scrape of one brand, done in slices.

    queued ◄─► running ──► completed     (back to queued: it rests until `rest_until`, without a worker)
     │ ▲          ├──────► failed
     ▼ └──┐       │
    paused┘ ◄─────┤
     └────────────┴──────► cancelled      (from queued too)

    A slice holds the run's lease: `acquire` gives it to one worker, `beat` keeps it, and a beat that finds the lease
    with somebody else, or the run paused or over, ends the slice. So a pause or a cancel holds from the moment that it
    is asked for: the worker can write nothing more, and drops what is in flight as soon as it notices. A queue may
    deliver twice; the lease makes that harmless.
    """

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="runs")
    state = models.CharField(_("state"), max_length=10, choices=RunState.choices, default=RunState.QUEUED)
    trigger = models.CharField(_("trigger"), max_length=12, choices=Trigger.choices, default=Trigger.COMMAND)
    priority = models.SmallIntegerField(_("priority"), choices=Priority.choices, default=Priority.NORMAL)
    start_url = models.CharField(_("start"), max_length=1000)
    force = models.BooleanField(_("everything again"), default=False)
    # Addresses; empty: the whole site. See ingestion/again.py.
    only = models.JSONField(_("these pages alone"), default=list, blank=True)
    max_pages = models.PositiveIntegerField(_("pages at most"), default=5000)
    requests_per_second = models.FloatField(_("requests a second"), default=2.0)
    # Of pages; found out at the start page. Empty: not yet, or what the brand's settings say.
    languages = models.CharField(_("languages"), max_length=60, blank=True)
    # Those still to be read; see ingestion/discovery.py. Empty: none.
    sitemaps = models.JSONField(_("sitemaps to read"), default=dict, blank=True)

    lease = models.CharField(max_length=32, blank=True)
    worker_host = models.CharField(max_length=100, blank=True)
    worker_pid = models.PositiveIntegerField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(_("heartbeat"), null=True, blank=True)
    rest_until = models.DateTimeField(_("rests until"), null=True, blank=True)
    rest_reason = models.CharField(_("because"), max_length=10, choices=Rest.choices, blank=True)
    rest_about = models.CharField(_("host"), max_length=260, blank=True)
    revivals = models.PositiveIntegerField(_("revived"), default=0)

    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    # Written at the end and by every beat, counted from the frontier: discovered, processed, stored, unchanged,
    # failed, skipped, duplicate, documents, products, rendered.
    counters = models.JSONField(_("counters"), default=dict, blank=True)

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["brand"],
                condition=models.Q(state__in=["queued", "running", "paused"]),
                name="one_active_run_a_brand",
            )
        ]

    def __str__(self) -> str:
        return f"{self.brand} #{self.pk}"

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE_STATES

    @property
    def is_resting(self) -> bool:
        return self.rest_until is not None and self.rest_until > timezone.now()

    @property
    def took(self) -> str:
        """Minutes and seconds, with hours where it took any; "" until it is over."""
        if self.started_at is None or self.finished_at is None:
            return ""
        minutes, seconds = divmod(round((self.finished_at - self.started_at).total_seconds()), 60)
        hours, rest = divmod(minutes, 60)
        return f"{hours}:{rest:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"

    @property
    def rest_said(self) -> str:
        """What it waits for, in the language of the page; "" where it waits for nothing but a worker."""
        if not self.is_resting or self.rest_until is None:
            return ""
        host = f"{self.rest_about}: " if self.rest_about else ""
        until = timezone.localtime(self.rest_until)
        shown = date_format(until, "H:i" if until.date() == timezone.localdate() else "j M, H:i")
        return gettext("Rests until %(until)s. %(why)s") % {
            "until": shown,
            "why": host + self.get_rest_reason_display(),
        }

    def acquire(self, host: str, pid: int) -> str | None:
        """Take the run for one slice. Returns the lease, or None where another worker has it or it is over."""
        lease, now = uuid.uuid4().hex, timezone.now()
        stale = now - timedelta(seconds=HEARTBEAT_TIMEOUT)
        free = models.Q(lease="") | models.Q(heartbeat_at__lt=stale)
        awake = models.Q(rest_until=None) | models.Q(rest_until__lte=now)
        won = IngestionRun.objects.filter(free, awake, pk=self.pk, state__in=WORKING_STATES).update(
            lease=lease,
            rest_until=None,
            rest_reason="",
            rest_about="",
            state=RunState.RUNNING,
            heartbeat_at=now,
            worker_host=host,
            worker_pid=pid,
            started_at=Coalesce("started_at", now),
        )
        return lease if won else None

    def beat(self, lease: str) -> bool:
        """Renew the lease. False: it is lost, or the run is over; the slice must stop without writing more."""
        return bool(self._held(lease).update(heartbeat_at=timezone.now()))

    def is_held(self, lease: str) -> bool:
        """What the next beat would say, without writing."""
        return self._held(lease).exists()

    def _held(self, lease: str) -> "models.QuerySet[IngestionRun]":
        return IngestionRun.objects.filter(pk=self.pk, lease=lease, state=RunState.RUNNING)

    def release(self, lease: str, rest: "tuple[float, str, str] | None" = None) -> bool:
        """Give the lease back between two slices, to rest for so many seconds, why and for which host.

        False: it was lost.
        """
        now = timezone.now()
        if rest is None:
            return bool(self._held(lease).update(lease="", heartbeat_at=now))
        seconds, reason, host = rest
        until = now + timedelta(seconds=seconds)
        return self.move(
            RunState.QUEUED, held=lease, heartbeat_at=now, rest_until=until, rest_reason=reason, rest_about=host
        )

    def move(self, state: RunState, *, held: str | None = None, **values: Any) -> bool:
        """Move to a state from one of those that lead there, whoever holds the run, or only if the lease `held` does.

        False: it was moved by somebody else before. The row is read again in any case.
        """
        rows = IngestionRun.objects.filter(pk=self.pk, state__in=MOVES[state])
        if held is not None:
            rows = rows.filter(lease=held)
        moved = rows.update(state=state, lease="", **values)
        self.refresh_from_db()
        return bool(moved)
