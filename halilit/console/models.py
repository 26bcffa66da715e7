"""The inbox's memory: since when a problem is known, who has taken note of it, and what was told about it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ProblemKind(models.TextChoices):
    RUN_FAILED = "run_failed", _("A scrape failed")
    FEWER_PAGES = "fewer_pages", _("Far fewer pages than last time")
    DOCUMENTS_GONE = "documents_gone", _("Documents are gone")
    UPLOAD_REFUSED = "upload_refused", _("A file that was sent could not be read")
    DISK_LOW = "disk_low", _("The disk is nearly full")
    BACKUP_LATE = "backup_late", _("There is no recent backup")
    STORAGE_FAILING = "storage_failing", _("Nothing can be stored")
    PROVIDER_FAILING = "provider_failing", _("The language model fails")
    WORKER_SILENT = "worker_silent", _("A worker is silent")
    UNANSWERED = "unanswered", _("Questions without an answer")
    LOW_RATED = "low_rated", _("Answers that did not help")
    TO_REVIEW = "to_review", _("Staff’s answers to look at again")


class Problem(models.Model):
    """A fact that needs somebody: found, then gone by itself, or noted by a person.

    `mark` says what the fact was when it was last looked at. Where it changes, or the fact is gone and comes back, it
    has recurred: whoever had taken note of it took note of something else.
    """

    kind = models.CharField(_("kind"), max_length=20, choices=ProblemKind.choices)
    key = models.CharField(max_length=100, blank=True)  # what it is about, such as a brand's number
    about = models.CharField(_("about"), max_length=120, blank=True)  # the brand's name
    mark = models.CharField(max_length=100)
    found_at = models.DateTimeField(_("found"))
    gone_at = models.DateTimeField(_("gone"), null=True, blank=True)
    noted_mark = models.CharField(max_length=100, blank=True)
    noted_at = models.DateTimeField(_("noted"), null=True, blank=True)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("noted by")
    )
    told_mark = models.CharField(max_length=100, blank=True)
    told_at = models.DateTimeField(_("told"), null=True, blank=True)

    class Meta:
        verbose_name = _("problem")
        verbose_name_plural = _("problems")
        ordering = ["-found_at"]
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="problem_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.key}".strip()

    @property
    def is_noted(self) -> bool:
        return self.noted_mark == self.mark
