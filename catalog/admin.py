"""Records of the catalogue for staff. What scrapes write can be looked up, and corrected where staff know better."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from .admin_corrections import WITH_HTTPS, ChangeAdmin, CorrectedAdmin, UploadedAdmin
from .models import (
    Brand,
    Change,
    Document,
    DocumentPage,
    DocumentState,
    Media,
    Product,
    ProductAlias,
    ProductDocument,
    ProductFamily,
    Specification,
)

# A filter that names those brands alone that have rows.
OF_BRAND = ("brand", admin.RelatedOnlyFieldListFilter)


@admin.register(Brand)
class BrandAdmin(admin.ModelAdmin[Brand]):
    list_display = ["name", "website", "priority", "active", "product_count", "document_count"]
    list_filter = ["active", "priority", "render_mode"]
    search_fields = ["name", "website"]
    formfield_overrides = WITH_HTTPS
    prepopulated_fields = {"slug": ["name"]}
    readonly_fields = ["created_at", "updated_at"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "website", "extra_hosts", "distributor_url", "active", "priority"]}),
        (_("Looks"), {"fields": ["logo", "primary_color", "secondary_color"]}),
        (
            _("Visiting its site"),
            {"fields": ["render_mode", "requests_per_second", "max_pages", "languages", "exclude_patterns"]},
        ),
        (_("Record"), {"fields": ["created_at", "updated_at"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Brand]:
        counted = super().get_queryset(request)
        return counted.annotate(
            products_n=Count("products", distinct=True),
            documents_n=Count("documents", filter=Q(documents__state=DocumentState.STORED), distinct=True),
        )

    @admin.display(description=_("products"), ordering="products_n")
    def product_count(self, brand: Any) -> int:
        return int(brand.products_n)

    @admin.display(description=_("documents"), ordering="documents_n")
    def document_count(self, brand: Any) -> int:
        return int(brand.documents_n)


@admin.register(ProductFamily)
class ProductFamilyAdmin(admin.ModelAdmin[ProductFamily]):
    list_display = ["name", "brand"]
    list_filter = [OF_BRAND]
    search_fields = ["name"]
    list_select_related = ["brand"]


class SpecificationInline(admin.TabularInline[Specification, Product]):
    model = Specification
    extra = 0


class ProductDocumentInline(admin.TabularInline[ProductDocument, Product]):
    model = ProductDocument
    extra = 0
    autocomplete_fields = ["document"]


class AliasInline(admin.TabularInline[ProductAlias, Product]):
    model = ProductAlias
    extra = 0


class MediaInline(admin.TabularInline[Media, Product]):
    model = Media
    extra = 0
    readonly_fields = ["width", "height"]


@admin.register(Product)
class ProductAdmin(CorrectedAdmin):
    list_display = ["name", "brand", "family", "sku", "price", "currency", "lifecycle", "last_seen", "history_link"]
    list_filter = ["lifecycle", "hidden", OF_BRAND]
    actions = ["hide"]
    search_fields = ["name", "sku", "gtin", "aliases__name", "page_url"]
    list_select_related = ["brand", "family"]
    autocomplete_fields = ["brand", "family"]
    readonly_fields = ["first_seen", "last_seen", "changed_at", "gone_since", "hidden", "merged_into"]
    inlines = [AliasInline, SpecificationInline, ProductDocumentInline, MediaInline]


@admin.register(Document)
class DocumentAdmin(UploadedAdmin):
    list_display = ["title", "brand", "kind", "language", "state", "page_count", "fetched_at", "open_link"]
    list_filter = ["state", "kind", "language", "hidden", OF_BRAND]
    actions = ["hide"]
    search_fields = ["title", "url"]
    list_select_related = ["brand"]
    autocomplete_fields = ["brand"]
    raw_id_fields = ["duplicate_of"]
    readonly_fields = [
        *("content_hash", "first_seen", "fetched_at", "changed_at", "page_count", "size", "mime_type"),
        *("version", "hidden", "superseded_by", "file"),  # a file is read when it is sent, not put in its place here
    ]

    @admin.display(description=_("reader"))
    def open_link(self, document: Document) -> str:
        return format_html('<a href="{}">{}</a>', document.get_absolute_url(), _("Open"))


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """For rows that a machine writes: they are looked at, not edited."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(DocumentPage)
class DocumentPageAdmin(ReadOnlyAdmin):
    list_display = ["document", "number", "language"]
    list_filter = ["language"]
    search_fields = ["document__title", "text"]
    list_select_related = ["document"]
    show_full_result_count = False


@admin.register(Media)
class MediaAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "product", "width", "height"]
    search_fields = ["alt", "url", "product__name"]
    list_select_related = ["product"]


@admin.register(Specification)
class SpecificationAdmin(admin.ModelAdmin[Specification]):
    list_display = ["label", "value", "section", "product"]
    search_fields = ["label", "value", "product__name"]
    list_select_related = ["product"]
    autocomplete_fields = ["product"]
    show_full_result_count = False


admin.site.register(Change, ChangeAdmin)
