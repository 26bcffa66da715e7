"""What became of a URL: the columns that its frontier row and each entry of the log share."""

from typing import Any

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .reasons import reason_of, told


class Stage(models.TextChoices):
    """Where in the way of a URL its fate was decided."""

    DISCOVER = "discover", _("discovery")
    ROBOTS = "robots", _("robots.txt")
    FETCH = "fetch", _("fetching")
    RENDER = "render", _("browser")
    READ = "read", _("reading")
    STORE = "store", _("storing")


class Fate(models.Model):
    """`reason` is the English sentence of `code` and `details` (ingestion.reasons); `said` gives it in any language."""

    stage = models.CharField(_("stage"), max_length=10, choices=Stage.choices, blank=True)
    code = models.CharField(_("code"), max_length=30, blank=True)
    details = models.JSONField(_("details"), default=dict, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    duplicate_of = models.CharField(_("duplicate of"), max_length=1000, blank=True)
    http_status = models.PositiveSmallIntegerField(_("HTTP status"), null=True, blank=True)
    milliseconds = models.PositiveIntegerField(_("milliseconds"), default=0)
    size = models.PositiveBigIntegerField(_("bytes"), default=0)

    class Meta:
        abstract = True

    @property
    def said(self) -> str:
        """The reason in the language of the page."""
        return told(self.code, self.details, self.reason, gettext)

    def set_reason(self, sentence: str, *, stage: str = "") -> None:
        """`stage` where the reason does not tell it by itself."""
        for name, value in columns(sentence, stage=stage).items():
            setattr(self, name, value)


def columns(sentence: str, *, stage: str = "") -> dict[str, Any]:
    """The reason's columns, also for an update of many rows."""
    reason = reason_of(sentence)
    code = reason.code if reason else ""
    return {"reason": reason[:300], "code": code, "details": reason.stored, "stage": stage or reason.stage}
