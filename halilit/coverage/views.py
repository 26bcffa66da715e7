"""Staff's pages of the ledger: all brands, one brand, its table, its letter, and what to do about a gap."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalog import absences
from catalog.access import needs
from catalog.models import Brand, DocumentKind, Expectation
from catalog.queries import numbered
from catalog.tables import csv_response
from halilit.ops.staff import back
from ingestion import services
from ingestion.errors import RunRefused
from ingestion.models import Trigger

from . import queries
from .demand import demand
from .export import table
from .forms import ExpectationForm, GapForm, LedgerForm, VisitForm
from .letter import letter


@require_safe
@needs("catalog.view_expectation")
def overview(request: HttpRequest) -> HttpResponse:
    context = {"lines": queries.overview(), "wanted_most": queries.most_wanted(demand())}
    return render(request, "coverage/overview.html", context)


@require_safe
@needs("catalog.view_expectation")
def brand(request: HttpRequest, slug: str) -> HttpResponse:
    shown = get_object_or_404(Brand, slug=slug)
    form = LedgerForm(request.GET)
    found, wanted = queries.of_brand(shown), form.wanted
    context = {
        "brand": shown,
        "ledger": found,
        "form": form,
        "wanted": wanted,
        "page": numbered([row for row in found.rows if wanted.fits(row)], form.values["page"]),
        "kinds": [(kind, DocumentKind(kind).label) for kind in found.kinds],
        "fates": queries.fates(shown),
        "orphans": queries.orphans(shown)[:12],
        "expectations": Expectation.objects.filter(brand=shown).order_by("kind"),
        "expect": ExpectationForm(),
    }
    return render(request, "coverage/brand.html", context)


@require_safe
@needs("catalog.view_expectation")
def as_csv(request: HttpRequest) -> HttpResponse:
    """The ledger of one brand, or of all."""
    named = request.GET.get("brand", "")
    brands = [get_object_or_404(Brand, slug=named)] if named else [line.brand for line in queries.overview()]
    return csv_response("coverage", table(brands, LedgerForm(request.GET).wanted))


@require_safe
@needs("catalog.view_expectation")
def ask_brand(request: HttpRequest, slug: str) -> HttpResponse:
    """What to write to a brand about its gaps."""
    shown = get_object_or_404(Brand, slug=slug)
    written = letter(queries.of_brand(shown), LedgerForm(request.GET).wanted)
    if request.GET.get("as") == "text":
        response = HttpResponse(written.text, content_type="text/plain; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="missing-documents-{shown.pk}.txt"'
        return response
    return render(request, "coverage/letter.html", {"brand": shown, "letter": written})


@require_POST
@needs("catalog.add_nosuchdocument")
def mark(request: HttpRequest) -> HttpResponse:
    """Mark that a document does not exist, or (`undo`) take that back."""
    form = GapForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("That product is no longer there. Reload the page."))
        return back(request)
    values = form.cleaned_data
    named = {"product": values["product"].name, "kind": DocumentKind(values["kind"]).label}
    if request.POST.get("undo"):
        absences.take_mark_back(**values, user=request.user)
        messages.success(request, _("%(product)s: the %(kind)s is looked for again.") % named)
    elif absences.mark_absent(**values, user=request.user):
        messages.success(
            request, _("%(product)s: the %(kind)s is marked as not existing. No scrape changes that.") % named
        )
    return back(request)


@require_POST
@needs("ingestion.add_ingestionrun")
def visit(request: HttpRequest, slug: str) -> HttpResponse:
    """Read the page of one product again, or the brand's whole site: what failed is tried anew."""
    shown = get_object_or_404(Brand, slug=slug)
    form = VisitForm(shown, request.POST)
    if not form.is_valid():
        messages.error(request, _("That product is no longer there. Reload the page."))
        return back(request)
    product = form.cleaned_data["product"]
    try:
        if product:
            services.visit_again(product)
        else:
            services.start_run(shown, trigger=Trigger.ADMIN)
    except RunRefused as refusal:
        messages.error(request, str(refusal))
    else:
        named = {"product": product.name} if product else {"brand": shown}
        told = (
            _("%(product)s: its page and the documents there are read again as soon as a worker is free.")
            if product
            else _("%(brand)s waits for a worker. What failed or is missing is looked for again.")
        )
        messages.success(request, told % named)
    return back(request)


@require_POST
@needs("catalog.change_expectation")
def expect(request: HttpRequest, slug: str) -> HttpResponse:
    shown = get_object_or_404(Brand, slug=slug)
    form = ExpectationForm(request.POST)
    if form.is_valid():
        absences.expect(shown, **form.cleaned_data)
        messages.success(request, _("What is expected of %(brand)s was changed.") % {"brand": shown})
    else:
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return redirect(f"{reverse('coverage:brand', args=[shown.slug])}#expected")
