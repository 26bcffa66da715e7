"""A host on the web, shared by all brands that have something there: who visits it now, and at what pace."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .run_models import IngestionRun


class Host(models.Model):
    """One host. A run asks it only while it holds its lease, so that no two ever do at a time.

    The lease is that of a slice (`IngestionRun.lease`), renewed by its beat; who finds it taken leaves its name in
    `wanted_by`, and the holder gives it up after some seconds. The pace is kept from slice to slice and from brand to
    brand: when the next request may begin, how far apart they are, how many at once; and what its robots.txt says.
    """

    name = models.CharField(_("host"), max_length=260, primary_key=True)  # addresses.server_of
    lease = models.CharField(max_length=32, blank=True, db_index=True)
    run = models.ForeignKey(
        IngestionRun, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("run")
    )
    held_until = models.DateTimeField(_("held until"), null=True, blank=True)
    wanted_by = models.ForeignKey(
        IngestionRun, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("wanted by")
    )
    wanted_at = models.DateTimeField(null=True, blank=True)

    ready_at = models.DateTimeField(_("next request at the earliest"), null=True, blank=True)
    asked_for_rest = models.BooleanField(_("asked for rest"), default=False)  # by Retry-After: until `ready_at`
    crawl_delay = models.FloatField(_("crawl delay in seconds"), default=0)
    interval = models.FloatField(_("seconds between two requests"), default=0)
    at_once = models.PositiveSmallIntegerField(_("requests at once"), default=4)
    latency = models.FloatField(_("seconds until it answers"), default=0)
    # By origin: status, text, ETag, Last-Modified and when it was read (seconds since 1970).
    robots = models.JSONField(_("robots.txt"), default=dict, blank=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("host")
        verbose_name_plural = _("hosts")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


def free_hosts(lease: str) -> None:
    """Free what a slice held whose worker is certainly gone."""
    if lease:
        Host.objects.filter(lease=lease).update(lease="", held_until=None)
