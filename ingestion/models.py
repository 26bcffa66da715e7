"""State of scraping: runs, the frontier of URLs, and what came of each. These rows are the truth, not the queue."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Brand

from .fates import Failure, Fate
from .host_models import Host as Host
from .plan_models import Priority as Priority
from .plan_models import VisitPlan as VisitPlan
from .run_models import ACTIVE_STATES as ACTIVE_STATES
from .run_models import HEARTBEAT_TIMEOUT as HEARTBEAT_TIMEOUT
from .run_models import MAX_REVIVALS as MAX_REVIVALS
from .run_models import WORKING_STATES as WORKING_STATES
from .run_models import IngestionRun as IngestionRun
from .run_models import RunState as RunState
from .run_models import Trigger as Trigger
from .upload_models import Upload as Upload
from .upload_models import UploadState as UploadState

MAX_URL_ATTEMPTS = 3  # so often may a URL take its worker with it, or fail in passing, before it is set aside


class IngestionStatus(Failure):
    """What the pages poll: one row a brand, written by the run's worker, read in one query."""

    brand = models.OneToOneField(Brand, models.CASCADE, primary_key=True, related_name="ingestion_status")
    run = models.ForeignKey(IngestionRun, models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=RunState.choices, blank=True)
    percent = models.PositiveSmallIntegerField(_("percent"), default=0)
    current_step = models.CharField(_("step"), max_length=100, blank=True)
    current_document = models.CharField(_("current document"), max_length=1000, blank=True)
    urls_discovered = models.PositiveIntegerField(_("URLs discovered"), default=0)
    urls_processed = models.PositiveIntegerField(_("URLs processed"), default=0)
    documents_ingested = models.PositiveIntegerField(_("documents ingested"), default=0)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("ingestion status")
        verbose_name_plural = _("ingestion status")
        ordering = ["brand__name"]

    def __str__(self) -> str:
        return f"{self.brand}: {self.state or '–'}"

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE_STATES


class UrlKind(models.TextChoices):
    PAGE = "page", _("page")
    DOCUMENT = "document", _("document")
    IMAGE = "image", _("picture")


class UrlState(models.TextChoices):
    QUEUED = "queued", _("waiting")
    FETCHING = "fetching", _("being fetched")
    STORED = "stored", _("stored")
    UNCHANGED = "unchanged", _("unchanged")
    DUPLICATE = "duplicate", _("duplicate")
    SKIPPED = "skipped", _("skipped")
    FAILED = "failed", _("failed")


class FrontierUrl(Fate):
    """A URL of a brand's site: what to fetch, what came of it, and what is needed to ask only for changes next time.

    queued ──► fetching ──► stored | unchanged | duplicate | skipped | failed
                  └──► queued (to be tried again, or its worker was killed)
    """

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="frontier")
    run = models.ForeignKey(IngestionRun, models.SET_NULL, null=True, blank=True, related_name="urls")
    url = models.CharField(_("URL"), max_length=1000)
    host = models.CharField(_("host"), max_length=260, blank=True, editable=False)  # addresses.server_of
    key = models.CharField(max_length=1000, editable=False)  # addresses.same_page_key: spellings of one page
    kind = models.CharField(_("kind"), max_length=10, choices=UrlKind.choices, default=UrlKind.PAGE)
    state = models.CharField(_("state"), max_length=10, choices=UrlState.choices, default=UrlState.QUEUED)
    depth = models.PositiveSmallIntegerField(default=0)
    rank = models.PositiveSmallIntegerField(default=5)  # lower is fetched earlier
    barren = models.PositiveSmallIntegerField(default=0)  # pages of a listing in a row that led to nothing new
    found_on = models.CharField(max_length=1000, blank=True)
    title = models.CharField(max_length=500, blank=True)  # the text of the link that led here
    heading = models.CharField(max_length=200, blank=True)  # above that link, where it leads to a document
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True, blank=True)
    rendered = models.BooleanField(_("read in the browser"), default=False)
    etag = models.CharField(max_length=200, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    content_hash = models.CharField(max_length=64, blank=True)
    error_class = models.CharField(max_length=60, blank=True)
    visited_at = models.DateTimeField(_("visited"), null=True, blank=True)

    class Meta:
        verbose_name = _("URL")
        verbose_name_plural = _("URLs")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["brand", "key"], name="url_once_a_brand")]
        indexes = [models.Index(fields=["run", "state", "rank", "id"])]

    def __str__(self) -> str:
        return self.url


class Outcome(models.TextChoices):
    SUCCESS = "success", _("success")
    FAILED = "failed", _("failed")
    SKIPPED = "skipped", _("skipped")
    DUPLICATE = "duplicate", _("duplicate")


class IngestLog(Fate):
    """What happened to one URL in one run, kept as history."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    run = models.ForeignKey(IngestionRun, models.CASCADE, null=True, related_name="log")
    url = models.CharField(_("URL"), max_length=1000)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    documents = models.PositiveIntegerField(_("documents"), default=0)
    created_at = models.DateTimeField(_("time"), auto_now_add=True)

    class Meta:
        verbose_name = _("log entry")
        verbose_name_plural = _("log")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["run", "outcome"]),
            # Failures of the last day, by kind: they are few among many.
            models.Index(
                fields=["created_at", "code", "brand", "run", "outcome"],
                condition=models.Q(outcome="failed"),
                name="failures_by_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.url}: {self.outcome}"


class WorkerMode(models.TextChoices):
    STOPPED = "stopped", _("stopped")
    ONCE = "once", _("once")
    CONTINUOUS = "continuous", _("continuous")


class WorkerState(models.Model):
    """What the scrape workers are told to do by themselves. There is one row, with primary key 1."""

    mode = models.CharField(_("mode"), max_length=12, choices=WorkerMode.choices, default=WorkerMode.STOPPED)
    delay = models.PositiveIntegerField(_("delay in seconds"), default=30)
    at_once = models.PositiveSmallIntegerField(_("brands at once"), default=0)  # 0: as many as there are workers
    paused = models.BooleanField(_("paused"), default=False)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)  # for all brands
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    heartbeat_at = models.DateTimeField(_("heartbeat"), null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("worker state")
        verbose_name_plural = _("worker state")

    def __str__(self) -> str:
        return str(self.get_mode_display())

    @classmethod
    def current(cls) -> "WorkerState":
        return cls.objects.get_or_create(pk=1)[0]
