"""What became of a URL: the columns that its frontier row and each entry of the log share."""

from functools import lru_cache
from typing import Any

from django.db import models
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from .reasons import Reason, kept, reason_of, recognised, restored, told, told_detail


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

    @property
    def why(self) -> Reason:
        return restored(self.code, self.details, self.reason)

    def set_reason(self, sentence: str, *, stage: str = "") -> None:
        """`stage` where the reason does not tell it by itself."""
        for name, value in columns(sentence, stage=stage).items():
            setattr(self, name, value)


def columns(sentence: str, *, stage: str = "") -> dict[str, Any]:
    """The reason's columns, also for an update of many rows."""
    reason = reason_of(sentence)
    code = reason.code if reason else ""
    return {"reason": reason[:300], "code": code, "details": reason.stored, "stage": stage or reason.stage}


class Failure(models.Model):
    """Why a run failed: `last_error` is the English sentence, `error` what `error_said` gives it from in any language.

    `error` is a reason as JSON (ingestion.reasons.kept).
    """

    last_error = models.TextField(_("last error"), blank=True)
    error = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def error_said(self) -> str:
        """The reason in the language of the page; "" where there is none."""
        return said(self.error, self.last_error)


def failure(sentence: str) -> dict[str, Any]:
    """The columns of a Failure."""
    return {"last_error": str(sentence), "error": kept(reason_of(sentence)) if sentence else {}}


def said(error: dict[str, Any], sentence: str) -> str:
    """What was stored by `failure`, in the language of the page."""
    return str(told_detail(error, gettext)) if error else sentence_said(sentence, get_language())


@lru_cache(maxsize=2000)
def sentence_said(sentence: str, _language: str | None) -> str:
    """A sentence that was stored in English without its details, in the language of the page, which is `_language`."""
    reason = recognised(sentence)
    return told(reason.code, reason.stored, sentence, gettext)
