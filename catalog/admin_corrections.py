"""Edits in the admin are corrections like those on the pages: locked against scrapes, written down, undoable."""

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.db.models import QuerySet
from django.forms import BaseFormSet, ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from . import corrections, links, locks
from .corrections import CorrectionRefused
from .models import Document, Product, ProductDocument
from .undoing import undo


def correct(request: HttpRequest, row: Product | Document, form: ModelForm[Any]) -> None:
    """Lock what a form changed of the fields that a site states; the others are saved as they are."""
    names = locks.PRODUCT_LOCKS if isinstance(row, Product) else locks.DOCUMENT_LOCKS
    columns = {"family": "family_id"} if isinstance(row, Product) else {}
    changed = [columns.get(name, name) for name in form.changed_data]
    values = {name: getattr(row, name) for name in changed if name in names}
    known = type(row)._default_manager.get(pk=row.pk)
    if values and isinstance(known, Product):
        corrections.correct_product(known, user=request.user, **values)
    elif values and isinstance(known, Document):
        corrections.correct_document(known, user=request.user, **values)
    row.locks = type(row)._default_manager.get(pk=row.pk).locks


# An address that somebody writes without its scheme is one with https.
WITH_HTTPS: dict[type[models.Field[Any, Any]], dict[str, Any]] = {models.URLField: {"assume_scheme": "https"}}


class CorrectedAdmin(admin.ModelAdmin[Any]):
    """For products and documents. `hidden` is set by its action, so that the search hears of it."""

    formfield_overrides = WITH_HTTPS

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm[Any], change: bool) -> None:
        if change:
            correct(request, obj, form)
        super().save_model(request, obj, form, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: BaseFormSet[Any], change: bool) -> None:
        super().save_formset(request, form, formset, change)
        if getattr(formset, "model", None) is ProductDocument:
            for link in formset.deleted_objects:  # type: ignore[attr-defined]
                links.reject(link.product, link.document, user=request.user)
            for link in formset.new_objects:  # type: ignore[attr-defined]
                links.accept(link.product, link.document)

    @admin.action(description=gettext_lazy("Hide from visitors"), permissions=["change"])
    def hide(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        for row in rows.filter(hidden=False):
            if isinstance(row, Product):
                corrections.hide_product(row, user=request.user)
            else:
                corrections.hide_document(row, user=request.user)
        messages.success(request, _("Hidden. “Changes” shows how to undo it."))

    @admin.display(description=gettext_lazy("history"))
    def history_link(self, row: Any) -> str:
        return format_html('<a href="{}#corrections">{}</a>', row.get_absolute_url(), _("Corrections and history"))


class UploadedAdmin(CorrectedAdmin):
    """New documents come as files: they are read, not typed."""

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return HttpResponseRedirect(reverse("ingestion:upload"))


class ChangeAdmin(admin.ModelAdmin[Any]):
    list_display = ["at", "kind", "subject", "brand", "field", "user", "run", "undone_at"]
    list_filter = ["kind", ("brand", admin.RelatedOnlyFieldListFilter), ("user", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["subject"]
    list_select_related = ["brand", "user"]
    show_full_result_count = False
    actions = ["undo"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.action(description=gettext_lazy("Undo"), permissions=["view"])
    def undo(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        if not request.user.has_perm("catalog.change_change"):
            messages.error(request, _("You may look at changes, but not undo them."))
            return
        done = 0
        for change in rows.order_by("-pk"):
            try:
                undo(change, user=request.user)
                done += 1
            except CorrectionRefused as refusal:
                messages.warning(request, f"{change}: {refusal}")
        if done:
            messages.success(request, ngettext("%d change was undone.", "%d changes were undone.", done) % done)
