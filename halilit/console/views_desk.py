"""All brands, and a brand's desk: its settings, its addresses, and two of its runs side by side."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from catalog.access import needs
from catalog.htmx import HtmxRequest, wants_part
from catalog.models import Brand
from catalog.queries import numbered
from catalog.tables import csv_response
from ingestion import dry_orders, queries, run_log
from ingestion.errors import RunRefused
from ingestion.models import IngestionRun

from . import desk
from .brands import lines, standings
from .forms import AddressesForm, SettingsForm


@needs("catalog.view_brand")
@require_safe
def brands(request: HttpRequest) -> HttpResponse:
    """All brands: how fresh each is, how well covered, and how it stands."""
    return render(request, "console/brands.html", {"lines": lines(standings())})


@needs("catalog.view_brand", change="catalog.change_brand")
@require_http_methods(["GET", "HEAD", "POST"])
def brand(request: HttpRequest, slug: str) -> HttpResponse:
    shown = get_object_or_404(Brand, slug=slug)
    form = SettingsForm(request.POST or None, instance=Brand.objects.get(pk=shown.pk))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(
            request, _("The settings of %(brand)s are kept. The next scrape goes by them.") % {"brand": shown}
        )
        return redirect("console:brand", slug)
    context = desk.of_brand(shown) | {"form": form}
    return render(request, "console/brand.html", context, status=422 if form.errors else 200)


@needs("ingestion.view_frontierurl")
@require_safe
def addresses(request: HttpRequest, slug: str) -> HttpResponse:
    """What is known of each address of the brand's site, with the reason for its fate."""
    shown = get_object_or_404(Brand, slug=slug)
    form = AddressesForm(request.GET)
    wanted = form.wanted
    if request.GET.get("as") == "csv":
        return csv_response(f"addresses-{shown.pk}", desk.table(shown, wanted))
    context = {
        "brand": shown,
        "form": form,
        "wanted": wanted,
        "page": numbered(desk.addresses(shown, wanted), form.values["page"]),
        "states": desk.states(shown),
        "reasons": desk.reasons(shown, wanted),
    }
    return render(request, "console/addresses.html", context)


@needs("ingestion.view_ingestionrun", change="ingestion.add_ingestionrun")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@vary_on_headers("HX-Request")
def preview(request: HtmxRequest, slug: str) -> HttpResponse:
    """What a scrape would fetch: ordered here, found out by a worker."""
    shown = get_object_or_404(Brand, slug=slug)
    if request.method == "POST":
        try:
            dry_orders.order(shown)
        except RunRefused as refusal:
            messages.error(request, str(refusal))
        return redirect("console:preview", slug)
    context = {"brand": shown, "clusters": bool(queries.clusters()), **desk.preview(shown)}
    part = "#preview" if wants_part(request) else ""
    return render(request, "console/preview.html" + part, context)


@needs("ingestion.view_ingestionrun")
@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """A run (`run`) beside another of the same brand (`with`)."""
    run = get_object_or_404(IngestionRun.objects.select_related("brand"), pk=number(request, "run"))
    chosen = number(request, "with") if request.GET.get("with") else 0
    other = IngestionRun.objects.filter(pk=chosen, brand=run.brand_id).first() if chosen else run_log.before(run)
    context: dict[str, Any] = {"run": run, "other": other, "others": desk.others(run), "brand": run.brand}
    if other is not None:
        context |= {"figures": run_log.compared(run, other), "differences": desk.differences(run, other)}
    return render(request, "console/compare.html", context)


def number(request: HttpRequest, name: str) -> int:
    said = request.GET.get(name, "")
    if not said.isdecimal() or len(said) > 17:
        raise Http404
    return int(said)
