"""What people searched for: nothing of who it was."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LoggedSearch(models.Model):
    """A text that somebody stopped at, with what came of it. Neither address, session nor browser is kept."""

    key = models.CharField(max_length=32, primary_key=True)  # of one page of results, so that it counts once
    text = models.CharField(_("text"), max_length=200, db_index=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    filters = models.JSONField(_("filters"), default=dict, blank=True)
    results = models.PositiveIntegerField(_("results"), default=0)
    clicks = models.PositiveIntegerField(_("clicks"), default=0)
    clicked = models.CharField(_("opened last"), max_length=300, blank=True)  # path on this site
    milliseconds = models.PositiveIntegerField(_("milliseconds"), default=0)
    searched_at = models.DateTimeField(_("searched"), auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("search")
        verbose_name_plural = _("searches")
        ordering = ["-searched_at"]

    def __str__(self) -> str:
        return self.text
