"""What staff say of documents that a brand should have: which kinds are expected, and what does not exist.

Imported by `models`. No scrape writes here, so that these decisions stay as they are.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Rule(models.TextChoices):
    EVIDENCE = "evidence", _("as its family and brand have them")
    ALWAYS = "always", _("of every product")
    NEVER = "never", _("of no product")


class Expectation(models.Model):
    """Whether products of a brand are expected to have a kind of document, and in which languages."""

    brand = models.ForeignKey("catalog.Brand", models.CASCADE, related_name="expectations")
    kind = models.CharField(_("kind"), max_length=20)
    rule = models.CharField(_("expected"), max_length=10, choices=Rule.choices, default=Rule.EVIDENCE)
    languages = models.CharField(_("languages"), max_length=60, blank=True)  # such as en,he; empty: by evidence

    class Meta:
        verbose_name = _("expected document")
        verbose_name_plural = _("expected documents")
        constraints = [models.UniqueConstraint(fields=["brand", "kind"], name="expectation_once_a_brand")]

    def __str__(self) -> str:
        return f"{self.brand}: {self.kind} – {self.get_rule_display()}"


class NoSuchDocument(models.Model):
    """Staff found out that a product has no document of this kind: in this language, or (empty) in any."""

    product = models.ForeignKey("catalog.Product", models.CASCADE, related_name="no_such_documents")
    kind = models.CharField(_("kind"), max_length=20)
    language = models.CharField(_("language"), max_length=10, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("document that does not exist")
        verbose_name_plural = _("documents that do not exist")
        constraints = [models.UniqueConstraint(fields=["product", "kind", "language"], name="no_such_document_once")]

    def __str__(self) -> str:
        return f"{self.product}: {self.kind} {self.language}".strip()
