"""When a brand is visited by itself: its rhythm, quiet hours and priority, and whether it is set aside."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.models import Brand

from .clock import next_cron, validate_cron
from .fates import said

FAILURES = 3  # in a row, then a brand is set aside
FIRST_ASIDE = timedelta(hours=1)  # twice as long after each further failure
LONGEST_ASIDE = timedelta(days=7)


class Priority(models.IntegerChoices):
    URGENT = 0, _("urgent: before all others, in quiet hours too")
    NORMAL = 1, _("normal")
    LOW = 2, _("low: when nothing else waits")


class VisitPlan(models.Model):
    """One brand's plan. Without a rhythm it is visited by continuous mode, or when somebody says so."""

    brand = models.OneToOneField(Brand, models.CASCADE, primary_key=True, related_name="visit_plan")
    every_hours = models.PositiveIntegerField(
        _("every so many hours"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(8760)]
    )
    cron = models.CharField(
        _("or by a cron expression"), max_length=100, blank=True, validators=[validate_cron],
        help_text=_("Minute, hour, day, month, day of the week, in Israel's time, such as 30 3 * * 1-5."),
    )  # fmt: skip
    priority = models.SmallIntegerField(_("priority"), choices=Priority.choices, default=Priority.NORMAL)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)

    next_at = models.DateTimeField(_("next visit"), null=True, blank=True, editable=False, db_index=True)
    planned_as = models.CharField(max_length=120, blank=True, editable=False)  # the rhythm that `next_at` follows
    failures = models.PositiveIntegerField(_("failures in a row"), default=0, editable=False)
    set_aside_until = models.DateTimeField(_("set aside until"), null=True, blank=True, editable=False)
    set_aside_reason = models.TextField(_("because"), blank=True, editable=False)  # the run's `last_error`
    set_aside_error = models.JSONField(default=dict, blank=True, editable=False)  # and its `error`

    class Meta:
        verbose_name = _("plan of visits")
        verbose_name_plural = _("plans of visits")
        ordering = ["brand__name"]

    def __str__(self) -> str:
        return str(self.brand)

    def save(self, *args: Any, **kwargs: Any) -> None:
        rhythm = self.cron or (str(self.every_hours) if self.every_hours else "")
        if rhythm != self.planned_as:
            self.planned_as, self.next_at = rhythm, self.following(timezone.now())
        super().save(*args, **kwargs)

    def clean(self) -> None:
        if self.every_hours and self.cron:
            raise ValidationError({"cron": gettext("Give either hours or a cron expression, not both.")})
        if (self.quiet_from is None) != (self.quiet_until is None):
            raise ValidationError({"quiet_until": gettext("Quiet hours need a begin and an end.")})
        if self.quiet_from is not None and self.quiet_from == self.quiet_until:
            raise ValidationError({"quiet_until": gettext("Begin and end are the same: that would be no time at all.")})

    @property
    def set_aside_said(self) -> str:
        """Why it was set aside, in the language of the page."""
        return said(self.set_aside_error, self.set_aside_reason)

    def following(self, after: datetime) -> datetime | None:
        """The visit after a moment; None without a rhythm."""
        if self.cron:
            return next_cron(self.cron, after)
        return after + timedelta(hours=self.every_hours) if self.every_hours else None

    @property
    def is_set_aside(self) -> bool:
        return self.set_aside_until is not None and self.set_aside_until > timezone.now()
