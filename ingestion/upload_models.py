"""A file that staff sent, and what became of it. Imported by `models`."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import DocumentKind

# A file whose worker has been silent for so long is taken up by another, and set aside after so many tries.
LOST_AFTER = timedelta(minutes=5)
MAX_ATTEMPTS = 3


class UploadState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    WORKING = "working", _("being read")
    STORED = "stored", _("stored")
    VERSION = "version", _("stored as a new version")
    DUPLICATE = "duplicate", _("known already")
    REFUSED = "refused", _("refused")


UNFINISHED = (UploadState.WAITING, UploadState.WORKING)


class Upload(models.Model):
    """One file, or one document within an archive (`parent`).

    waiting ──► working ──► stored | version | duplicate | refused
                   └──► working again (its worker was lost)

    `file` holds the bytes until the catalogue has its own copy. A queue may deliver twice: `claim` lets one work.
    """

    brand = models.ForeignKey("catalog.Brand", models.CASCADE, related_name="uploads")
    product = models.ForeignKey("catalog.Product", models.SET_NULL, null=True, blank=True, related_name="+")
    replaces = models.ForeignKey("catalog.Document", models.SET_NULL, null=True, blank=True, related_name="+")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="inside")
    document = models.ForeignKey("catalog.Document", models.SET_NULL, null=True, blank=True, related_name="+")
    name = models.CharField(_("file"), max_length=300)
    file = models.FileField(upload_to="uploads", max_length=300, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    kind = models.CharField(_("kind"), max_length=20, choices=DocumentKind.choices, blank=True)
    title = models.CharField(_("title"), max_length=500, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=UploadState.choices, default=UploadState.WAITING)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    # Products that were recognised: [{"id": 1, "name": "…", "confidence": 0.95, "seen": "name" or "text"}].
    found = models.JSONField(default=list, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(_("sent"), auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("uploaded file")
        verbose_name_plural = _("uploaded files")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "started_at"])]

    def __str__(self) -> str:
        return self.name

    @property
    def is_unfinished(self) -> bool:
        return self.state in UNFINISHED

    def claim(self) -> bool:
        """Take it for this worker. False: another has it, or it is done."""
        now = timezone.now()
        free = Q(state=UploadState.WAITING) | Q(state=UploadState.WORKING, started_at__lt=now - LOST_AFTER)
        won = Upload.objects.filter(free, pk=self.pk).update(
            state=UploadState.WORKING, started_at=now, attempts=F("attempts") + 1
        )
        if won:
            self.refresh_from_db()
        return bool(won)
