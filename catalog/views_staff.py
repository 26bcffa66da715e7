"""Staff's pages of the catalogue: what changed, and correcting products and documents."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from . import corrections, feed, forms_staff, queries
from .access import needs
from .corrections import CorrectionRefused
from .models import Change, Document, Product
from .tables import csv_response
from .undoing import undo


@require_safe
@needs("catalog.view_change")
def changes(request: HttpRequest) -> HttpResponse:
    """What changed, over all brands or of one."""
    form = forms_staff.FeedForm(request.GET)
    wanted = form.wanted
    page = queries.numbered(feed.changes(wanted), form.values["page"])
    context = {"form": form, "wanted": wanted, "page": page, "entries": feed.entries(page), "kinds": feed.kinds(wanted)}
    return render(request, "catalog/changes.html", context | {"periods": feed.periods()})


@require_safe
@needs("catalog.view_change")
def changes_csv(request: HttpRequest) -> HttpResponse:
    """The same as a table for a spreadsheet."""
    return csv_response("changes", feed.export_rows(forms_staff.FeedForm(request.GET).wanted))


def corrected(request: HttpRequest, form: BaseForm | None, correct: Callable[[dict[str, Any]], str]) -> None:
    """Do what a form says, and tell what came of it: the message of `correct`, or why not."""
    if form is not None and not form.is_valid():
        for name, errors in form.errors.items():
            label = form.fields[name].label if name in form.fields else ""
            told = " ".join(str(error) for error in errors)
            messages.error(request, f"{label}: {told}" if label else told)
        return
    try:
        messages.success(request, correct(form.cleaned_data if form is not None else {}))
    except CorrectionRefused as refusal:
        messages.error(request, str(refusal))


@require_POST
@needs("catalog.change_product")
def correct_product(request: HttpRequest, pk: int) -> HttpResponse:
    product = get_object_or_404(Product.objects.select_related("brand"), pk=pk)

    def correct(values: dict[str, Any]) -> str:
        done = corrections.correct_product(product, user=request.user, **values)
        return _("Corrected. Scrapes will leave it so.") if done else _("That is what it says already.")

    corrected(request, forms_staff.ProductForm(request.POST), correct)
    return redirect(product)


@require_POST
@needs("catalog.change_product")
def hide_product(request: HttpRequest, pk: int) -> HttpResponse:
    product = get_object_or_404(Product.objects.select_related("brand"), pk=pk)

    def correct(_values: dict[str, Any]) -> str:
        corrections.hide_product(product, user=request.user)
        return _("%(name)s is hidden now. Its history shows how to undo it.") % {"name": product.name}

    corrected(request, None, correct)
    return redirect(product)


@require_POST
@needs("catalog.change_product")
def merge_product(request: HttpRequest, pk: int) -> HttpResponse:
    product = get_object_or_404(Product.objects.select_related("brand"), pk=pk)

    def correct(values: dict[str, Any]) -> str:
        corrections.merge(product, into=values["into"], user=request.user)
        return _("%(name)s is a part of %(other)s now.") % {"name": product.name, "other": values["into"].name}

    corrected(request, forms_staff.MergeForm(product, request.POST), correct)
    return redirect(product)


@require_POST
@needs("catalog.change_product")
def split_product(request: HttpRequest, pk: int) -> HttpResponse:
    product = get_object_or_404(Product.objects.select_related("brand", "family"), pk=pk)

    def correct(values: dict[str, Any]) -> str:
        fresh = corrections.split(product, user=request.user, **values)
        return _("%(name)s is a product of its own now.") % {"name": fresh.name}

    corrected(request, forms_staff.SplitForm(product, request.POST), correct)
    return redirect(product)


@require_POST
@needs("catalog.change_document")
def correct_document(request: HttpRequest, pk: int) -> HttpResponse:
    document = get_object_or_404(Document, pk=pk)

    def correct(values: dict[str, Any]) -> str:
        done = corrections.correct_document(Document.objects.get(pk=pk), user=request.user, **values)
        return _("Corrected. Scrapes will leave it so.") if done else _("That is what it says already.")

    corrected(request, forms_staff.DocumentForm(request.POST), correct)
    return redirect(document)


@require_POST
@needs("catalog.change_document")
def move_document(request: HttpRequest, pk: int) -> HttpResponse:
    document = get_object_or_404(Document, pk=pk)

    def correct(values: dict[str, Any]) -> str:
        corrections.move_document(document, user=request.user, **values)
        return _("Moved. Scrapes will leave it so.")

    corrected(request, forms_staff.MoveForm(document, request.POST), correct)
    return redirect(document)


@require_POST
@needs("catalog.change_document")
def withdraw_document(request: HttpRequest, pk: int) -> HttpResponse:
    document = get_object_or_404(Document, pk=pk)

    def correct(_values: dict[str, Any]) -> str:
        corrections.hide_document(document, user=request.user)
        return _("Withdrawn. Its history shows how to undo it.")

    corrected(request, None, correct)
    return redirect(document)


@require_POST
@needs("catalog.change_change")
def undo_change(request: HttpRequest, pk: int) -> HttpResponse:
    change = get_object_or_404(Change.objects.select_related("product__brand", "document", "brand"), pk=pk)

    def correct(_values: dict[str, Any]) -> str:
        undo(change, user=request.user)
        return _("Undone.")

    corrected(request, None, correct)
    return redirect(change.product or change.document or change.brand)
