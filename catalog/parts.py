"""What belongs to products and documents: the links between them, pages of text, pictures. Imported by `models`."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from .logos import validate_logo
from .naming import model_key


class LinkSource(models.TextChoices):
    SITE = "site", _("the product’s page")
    STAFF = "staff", _("staff")
    DOCUMENT = "document", _("what the document says of itself")
    MERGED = "merged", _("a product that was merged into it")


class ProductDocument(models.Model):
    """A document covers a product; `title` is what the product's page calls it.

    `confidence` runs from 0 to 1: what a page links to and staff decide is certain. `evidence` says what else speaks
    for it, as [where it is named, the words there], strongest first.
    """

    product = models.ForeignKey("catalog.Product", models.CASCADE)
    document = models.ForeignKey("catalog.Document", models.CASCADE)
    title = models.CharField(max_length=500, blank=True)
    order = models.PositiveIntegerField(default=0)
    source = models.CharField(max_length=10, choices=LinkSource.choices, default=LinkSource.SITE, editable=False)
    confidence = models.FloatField(_("confidence"), default=1.0, editable=False)
    evidence = models.JSONField(_("evidence"), default=list, blank=True, editable=False)

    class Meta:
        verbose_name = _("document of a product")
        verbose_name_plural = _("documents of products")
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["product", "document"], name="document_once_a_product")]

    def __str__(self) -> str:
        return f"{self.product} – {self.title or self.document}"


class DocumentPage(models.Model):
    """The text of one page. `number` counts from 1 as the PDF does; a web page is one page.

    In the text of a web page a heading stands on a line of its own behind `#` signs, a table row or a labelled value
    is one line `label: value`, a list item begins with `- `. The text of a PDF page is what PDFium reads, line by line.
    """

    document = models.ForeignKey("catalog.Document", models.CASCADE, related_name="pages")
    number = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    language = models.CharField(max_length=10, blank=True)

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="page_number_once_a_document")]

    def __str__(self) -> str:
        return f"{self.document}, {self.number}"


class ProductAlias(models.Model):
    """Another name of a product: what it was called before, or what another of its pages calls it."""

    product = models.ForeignKey("catalog.Product", models.CASCADE, related_name="aliases")
    name = models.CharField(_("name"), max_length=300)
    key = models.CharField(max_length=300, db_index=True, editable=False)  # catalog.naming.model_key

    class Meta:
        verbose_name = _("other name")
        verbose_name_plural = _("other names")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["product", "key"], name="alias_once_a_product")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.key = self.key or model_key(self.name)
        super().save(*args, **kwargs)


class Media(models.Model):
    """A picture of a product. `file` is our own copy (WebP, at most 1200 pixels a side), shown instead of `url`."""

    product = models.ForeignKey("catalog.Product", models.CASCADE, related_name="media")
    url = models.CharField(_("URL"), max_length=1000)
    alt = models.CharField(_("alternative text"), max_length=500, blank=True)
    file = models.ImageField(
        _("stored picture"), upload_to="media", width_field="width", height_field="height", max_length=300, blank=True,
        validators=[validate_logo],
    )  # fmt: skip
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    order = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["product", "url"], name="picture_once_a_product")]

    def __str__(self) -> str:
        return self.alt or self.url
