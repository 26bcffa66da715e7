"""Brands, product families, products, documents and media: what the distributor knows, and where it was read."""

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .coverage_models import Expectation as Expectation
from .coverage_models import NoSuchDocument as NoSuchDocument
from .history import Change as Change
from .history import ChangeKind as ChangeKind
from .history import RejectedLink as RejectedLink
from .logos import validate_logo
from .parts import DocumentPage as DocumentPage
from .parts import LinkSource as LinkSource
from .parts import Media as Media
from .parts import ProductAlias as ProductAlias
from .parts import ProductDocument as ProductDocument
from .patterns import validate_patterns

hex_colour = RegexValidator(
    r"^#[0-9a-fA-F]{6}$", _("Give the colour as # and six hexadecimal digits, such as #a11c1c.")
)


# What visitors see in lists: neither gone nor hidden.
SHOWN = models.Q(gone_since=None, hidden=False)
# Last in a list by price. SQLite has no NULLS LAST in indexes.
WITHOUT_PRICE = models.ExpressionWrapper(models.Q(price=None), models.BooleanField())


class RenderMode(models.TextChoices):
    AUTO = "auto", _("HTTP first, the browser where a page needs it")
    HTTP = "http", _("HTTP only")
    BROWSER = "browser", _("always the browser")


class Brand(models.Model):
    """A manufacturer whose products the distributor sells, with the policy for visiting its site."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    slug = models.SlugField(_("slug"), max_length=120, unique=True, allow_unicode=True)
    website = models.URLField(_("website"), max_length=500, blank=True)
    extra_hosts = models.TextField(
        _("extra hosts"), blank=True, help_text=_("Other host names that belong to the brand, one a line.")
    )
    distributor_url = models.URLField(_("distributor page"), max_length=500, blank=True)
    logo = models.ImageField(_("logo"), upload_to="logos", blank=True, validators=[validate_logo])
    primary_color = models.CharField(_("primary colour"), max_length=7, blank=True, validators=[hex_colour])
    secondary_color = models.CharField(_("secondary colour"), max_length=7, blank=True, validators=[hex_colour])
    priority = models.BooleanField(_("priority"), default=False)
    active = models.BooleanField(_("active"), default=True)

    render_mode = models.CharField(_("rendering"), max_length=10, choices=RenderMode.choices, default=RenderMode.AUTO)
    requests_per_second = models.FloatField(
        _("requests a second"),
        default=2.0,
        validators=[MinValueValidator(0)],
        help_text=_("For one host. 0 means no limit: only for a site of your own."),
    )
    max_pages = models.PositiveIntegerField(_("pages at most"), default=5000)
    languages = models.CharField(
        _("languages"),
        max_length=60,
        blank=True,
        help_text=_(
            "Codes such as en,he: pages in other languages are left out. Empty: English and Hebrew, or the site's own "
            "language where it has neither. An asterisk: all."
        ),
    )
    exclude_patterns = models.TextField(
        _("paths to leave out"),
        blank=True,
        help_text=_("Regular expressions over path and query, one a line."),
        validators=[validate_patterns],
    )

    seeded = models.JSONField(default=dict, editable=False)  # the values last written by seed_brands
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("brand")
        verbose_name_plural = _("brands")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalog:brand", args=[self.slug])


class ProductFamily(models.Model):
    """A group of products that the brand's site itself shows as one (a collection or category)."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="families")
    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("slug"), max_length=200, allow_unicode=True)

    class Meta:
        verbose_name = _("product family")
        verbose_name_plural = _("product families")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["brand", "slug"], name="family_slug_once_a_brand")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalog:family", args=[self.brand.slug, self.slug])


class Lifecycle(models.TextChoices):
    CURRENT = "current", _("current")
    DISCONTINUED = "discontinued", _("discontinued")


class KnownFrom(models.TextChoices):
    PAGE = "page", _("its page")
    MANUAL = "manual", _("its manual")


class Product(models.Model):
    """One model of a brand, as its page describes it.

    Of one that is known from its manual alone, `page_url` is `manual:SLUG`, until a page of it is found.
    """

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="products")
    family = models.ForeignKey(ProductFamily, models.SET_NULL, null=True, blank=True, related_name="products")
    name = models.CharField(_("name"), max_length=300)
    slug = models.SlugField(_("slug"), max_length=200, allow_unicode=True)
    model_key = models.CharField(max_length=300, blank=True, db_index=True, editable=False)  # catalog.naming.model_key
    series_key = models.CharField(max_length=200, blank=True, editable=False)  # catalog.relations.series_key
    sku = models.CharField(_("SKU"), max_length=100, blank=True)
    gtin = models.CharField(_("EAN or GTIN"), max_length=14, blank=True)
    description = models.TextField(_("description"), blank=True)
    price = models.DecimalField(_("price"), max_digits=12, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    lifecycle = models.CharField(_("lifecycle"), max_length=15, choices=Lifecycle.choices, default=Lifecycle.CURRENT)
    successor_name = models.CharField(_("replaced by"), max_length=200, blank=True)  # as its page states it
    page_url = models.URLField(_("page"), max_length=1000)
    known_from = models.CharField(
        _("known from"), max_length=10, choices=KnownFrom.choices, default=KnownFrom.PAGE, editable=False
    )
    # What made its page a product page, each with its weight, as extraction found it.
    evidence = models.JSONField(default=list, blank=True, editable=False)
    first_seen = models.DateTimeField(_("first seen"), auto_now_add=True)
    last_seen = models.DateTimeField(_("last seen"), null=True, blank=True)
    gone_since = models.DateTimeField(_("gone since"), null=True, blank=True)
    changed_at = models.DateTimeField(_("changed"), null=True, blank=True)
    content_hash = models.CharField(max_length=64, blank=True, editable=False)  # SHA-256 of what its page states
    # Neither listed nor searched: staff hid it, or it was merged into another, which its pages' addresses lead to.
    hidden = models.BooleanField(_("hidden"), default=False)
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="merged")
    # Fields that staff decided: {"name": {"by": "dana", "at": "2026-…", "site": "what the site says"}}.
    locks = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["brand", "slug"], name="product_slug_once_a_brand"),
            models.UniqueConstraint(fields=["brand", "page_url"], name="product_page_once_a_brand"),
        ]
        indexes = [
            # What lists show, in their order: a brand's or a family's products, current ones first.
            models.Index(fields=["brand", "lifecycle", "name"], condition=SHOWN, name="products_of_brand"),
            models.Index(fields=["brand", "family", "lifecycle", "name"], condition=SHOWN, name="products_of_family"),
            models.Index(fields=["brand", "series_key"], name="products_of_series"),
            # The other orders of these lists.
            models.Index(F("brand"), F("first_seen").desc(), F("id"), condition=SHOWN, name="products_newest"),
            models.Index(F("brand"), F("changed_at").desc(), F("id"), condition=SHOWN, name="products_changed"),
            models.Index(F("brand"), WITHOUT_PRICE, F("price"), F("name"), condition=SHOWN, name="products_by_price"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalog:product", args=[self.brand.slug, self.slug])


class Specification(models.Model):
    """One labelled value of a product, in the order and the words of its page."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="specifications")
    section = models.CharField(_("section"), max_length=200, blank=True)
    label = models.CharField(_("label"), max_length=300)
    value = models.TextField(_("value"))
    order = models.PositiveIntegerField(default=0)
    # The layout that it was read from: table, definitions, rows, lines or heading.
    source = models.CharField(max_length=12, blank=True, editable=False)

    class Meta:
        verbose_name = _("specification")
        verbose_name_plural = _("specifications")
        ordering = ["order"]

    def __str__(self) -> str:
        return f"{self.label}: {self.value}"


class DocumentKind(models.TextChoices):
    PRODUCT_PAGE = "product_page", _("product page")
    MANUAL = "manual", _("manual")
    QUICK_START = "quick_start", _("quick start guide")
    DATASHEET = "datasheet", _("data sheet")
    FIRMWARE_NOTES = "firmware_notes", _("firmware notes")
    MIDI_CHART = "midi_chart", _("MIDI chart")
    PARTS_LIST = "parts_list", _("parts or service document")
    SAFETY = "safety", _("safety and warranty")
    FAQ = "faq", _("questions and answers")
    OTHER = "other", _("other")


class DocumentState(models.TextChoices):
    LINKED = "linked", _("linked, not read yet")
    STORED = "stored", _("stored")
    DUPLICATE = "duplicate", _("same as another document")
    FAILED = "failed", _("could not be read")


class Document(models.Model):
    """A web page or a file of a brand, known by its URL; a file that the brand sent is known by its file name.

    `url` is the address where it was read; for imported files it is `file:NAME`. `pages` hold the text.
    """

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="documents")
    products = models.ManyToManyField(Product, through="ProductDocument", related_name="documents")
    kind = models.CharField(_("kind"), max_length=20, choices=DocumentKind.choices, default=DocumentKind.OTHER)
    state = models.CharField(_("state"), max_length=10, choices=DocumentState.choices, default=DocumentState.LINKED)
    problem = models.CharField(_("problem"), max_length=500, blank=True)
    duplicate_of = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="duplicates")
    title = models.CharField(_("title"), max_length=500)
    url = models.CharField(_("URL"), max_length=1000)
    language = models.CharField(_("language"), max_length=10, blank=True)
    languages = models.CharField(max_length=60, blank=True, editable=False)  # of all pages, such as en,es,fr
    content_hash = models.CharField(max_length=64, blank=True, db_index=True)  # SHA-256 of the bytes or the text
    mime_type = models.CharField(_("type"), max_length=100, blank=True)
    page_count = models.PositiveIntegerField(_("pages"), default=0)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    file = models.FileField(_("stored file"), upload_to="documents", max_length=300, blank=True)
    first_seen = models.DateTimeField(_("first seen"), auto_now_add=True)
    fetched_at = models.DateTimeField(_("fetched at"), null=True, blank=True)
    gone_since = models.DateTimeField(_("gone since"), null=True, blank=True)
    changed_at = models.DateTimeField(_("changed"), null=True, blank=True)
    version = models.CharField(_("version"), max_length=60, blank=True)  # as the title or file name states it
    # Neither listed nor searched: staff withdrew it, or it is an older version of `superseded_by` and stays readable.
    hidden = models.BooleanField(_("hidden"), default=False)
    superseded_by = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="older_versions")
    locks = models.JSONField(default=dict, blank=True, editable=False)  # as a product's
    # What may say which products it covers: "heading" above the link to it, the "file" address, its "own" title.
    clues = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["title"]
        constraints = [models.UniqueConstraint(fields=["brand", "url"], name="document_url_once_a_brand")]
        indexes = [
            models.Index(fields=["-fetched_at"]),
            models.Index(fields=["-changed_at", "-id"]),
            models.Index(fields=["brand", "kind"]),
            models.Index(fields=["brand", "state", "kind", "language"], condition=SHOWN, name="documents_of_brand"),
            models.Index(fields=["brand", "fetched_at"]),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("catalog:document", args=[self.pk])

    @property
    def is_pdf(self) -> bool:
        return self.mime_type == "application/pdf"
