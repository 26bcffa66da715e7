"""Staff's pages of runs: which there were, and what became of each URL."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from catalog.access import needs
from catalog.htmx import HtmxRequest, wants_part
from catalog.queries import numbered
from catalog.tables import csv_response

from . import queries, run_log
from .forms_runs import LogForm, RunsForm
from .models import IngestionRun


@require_safe
@needs("ingestion.view_ingestionrun")
def runs(request: HttpRequest) -> HttpResponse:
    """All runs, newest first."""
    form = RunsForm(request.GET)
    wanted = form.values
    page = numbered(run_log.runs(wanted["brand"] or None, wanted["state"]), wanted["page"])
    return render(request, "ingestion/runs.html", {"form": form, "wanted": wanted, "page": page})


@require_safe
@needs("ingestion.view_ingestionrun")
@vary_on_headers("HX-Request")
def run(request: HtmxRequest, pk: int) -> HttpResponse:
    """One run: how far it is, how it compares with the one before, and its log."""
    found = get_object_or_404(IngestionRun.objects.select_related("brand"), pk=pk)
    if wants_part(request):
        return _live(request, found)
    form = LogForm(request.GET)
    wanted = form.wanted
    return render(request, "ingestion/run.html", _head(found) | {
        "form": form, "wanted": wanted, "page": numbered(run_log.entries(found, wanted), form.values["page"]),
        "outcomes": run_log.outcomes(found), "reasons": run_log.reasons(found, wanted),
    })  # fmt: skip


def _head(run: IngestionRun) -> dict[str, object]:
    earlier = run_log.before(run)
    return {
        "run": run,
        "status": queries.status_of(run.brand) if run.is_active else None,
        "earlier": earlier,
        "figures": run_log.compared(run, earlier),
        "next_urls": run_log.waiting(run)[:5] if run.is_active else [],
    }


def _live(request: HttpRequest, run: IngestionRun) -> HttpResponse:
    """The part that changes while the run is at work; once it is over, the whole page is asked for again."""
    response = render(request, "ingestion/run.html#live", _head(run))
    if not run.is_active:
        response["HX-Refresh"] = "true"
    return response


@require_safe
@needs("ingestion.view_ingestlog")
def run_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """What of the log is shown, as a table for a spreadsheet."""
    found = get_object_or_404(IngestionRun, pk=pk)
    return csv_response(f"run-{found.pk}", run_log.table(found, LogForm(request.GET).wanted))
