"""What pages poll while a scrape is at work."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from catalog.access import needs
from catalog.models import Brand

from . import queries
from .models import IngestionRun


@require_GET
def status(request: HttpRequest, slug: str) -> HttpResponse:
    """How far the scrape of a brand is. Without an active run the fragment no longer asks to be polled."""
    brand = get_object_or_404(Brand, slug=slug)
    return render(request, "ingestion/status.html", {"brand": brand, "status": queries.status_of(brand)})


@require_GET
@needs("ingestion.view_ingestionrun")
def run_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Progress of one run for staff: counters, what is being read, what failed last."""
    run = get_object_or_404(IngestionRun.objects.select_related("brand"), pk=pk)
    context = {"run": run, "status": queries.status_of(run.brand), "failures": queries.latest_failures(run)}
    response = render(request, "ingestion/_run_progress.html", context)
    if "watched" in request.GET and not run.is_active:
        # The rest of the admin's page still says what was true when it was opened.
        response["HX-Refresh"] = "true"
    return response
