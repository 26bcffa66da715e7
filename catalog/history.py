"""What changed in the catalogue, by whom, and what staff decided against the brand's site. Imported by `models`."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ChangeKind(models.TextChoices):
    NEW = "new", _("new")
    GONE = "gone", _("gone")
    BACK = "back", _("back again")
    DISCONTINUED = "discontinued", _("discontinued")
    CURRENT = "current", _("current again")
    NAME = "name", _("name")
    PRICE = "price", _("price")
    SPECIFICATION = "specification", _("specification")
    DETAIL = "detail", _("detail")
    TEXT = "text", _("text")
    VERSION = "version", _("new version")
    HIDDEN = "hidden", _("hidden")
    SHOWN = "shown", _("shown again")
    MERGED = "merged", _("merged")
    SPLIT = "split", _("split")
    MOVED = "moved", _("moved")
    ABSENT = "absent", _("marked as not existing")
    UNDONE = "undone", _("undone")


class Change(models.Model):
    """One thing that changed, written in the transaction that changed it (catalog.changes).

    `old` and `new` hold the value of `field` before and after; for specifications only those rows that differ, as
    [section, label, value]; for a text only the lines that differ. `run` is the number of the scrape's run, `user` who
    of the staff did it; `recipe` is what a correction needs to be undone.
    """

    brand = models.ForeignKey("catalog.Brand", models.CASCADE, related_name="changes")
    product = models.ForeignKey("catalog.Product", models.SET_NULL, null=True, blank=True, related_name="changes")
    document = models.ForeignKey("catalog.Document", models.SET_NULL, null=True, blank=True, related_name="changes")
    subject = models.CharField(_("what"), max_length=500)  # the name or title that it had then
    kind = models.CharField(_("kind"), max_length=15, choices=ChangeKind.choices)
    field = models.CharField(_("field"), max_length=40, blank=True)
    old = models.JSONField(_("before"), null=True, blank=True)
    new = models.JSONField(_("after"), null=True, blank=True)
    run = models.PositiveBigIntegerField(_("run"), null=True, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("who")
    )
    recipe = models.JSONField(null=True, blank=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["-at", "-id"]),
            models.Index(fields=["brand", "-at", "-id"]),
            models.Index(fields=["kind", "-at", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.subject}: {self.get_kind_display()}"


class RejectedLink(models.Model):
    """Staff say that a document does not belong to a product, whatever the product's page links to."""

    product = models.ForeignKey("catalog.Product", models.CASCADE, related_name="rejected_links")
    document = models.ForeignKey("catalog.Document", models.CASCADE, related_name="rejected_links")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("document that does not belong to a product")
        verbose_name_plural = _("documents that do not belong to a product")
        constraints = [models.UniqueConstraint(fields=["product", "document"], name="rejected_link_once")]

    def __str__(self) -> str:
        return f"{self.product} – {self.document}"
