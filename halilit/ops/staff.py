"""The staff's overview: what runs, what failed, and telling the workers what to do."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from catalog.access import needs
from catalog.htmx import HtmxRequest, wants_part
from catalog.models import Brand
from halilit.console import brands
from halilit.console import overview as console
from ingestion import services
from ingestion.errors import RunRefused
from ingestion.models import IngestionRun, Trigger

from .forms import QuietForm, WorkerForm


@needs("ingestion.view_ingestionrun")
@require_safe
@vary_on_headers("HX-Request")
def overview(request: HtmxRequest) -> HttpResponse:
    if not wants_part(request):
        return HttpResponse(console.whole(request, WorkerForm()))
    if request.GET.get("part") == "state":
        return render(request, "ops/staff.html#state", console.state(brands.standings()))
    return console.polled(request)


@needs("ingestion.change_workerstate")
@require_POST
def start_worker(request: HttpRequest) -> HttpResponse:
    form = WorkerForm(request.POST)
    if not form.is_valid():
        return HttpResponse(console.whole(request, form), status=422)
    try:
        run = services.set_worker(trigger=Trigger.ADMIN, **form.cleaned_data)
    except RunRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            _("The workers start with %(brand)s.") % {"brand": run.brand}
            if run
            else _("The workers are switched on. No brand is due yet."),
        )
    return redirect("ops:staff")


@needs("ingestion.change_workerstate")
@require_POST
def quiet_hours(request: HttpRequest) -> HttpResponse:
    form = QuietForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write times as hours and minutes, such as 08:30. Nothing was changed."))
        return redirect("ops:staff")
    begin, end = form.cleaned_data["quiet_from"], form.cleaned_data["quiet_until"]
    try:
        services.set_quiet_hours(begin, end)
    except RunRefused as refusal:
        messages.error(request, str(refusal))
    else:
        told = _("Scrapes rest in these hours.") if begin else _("There are no quiet hours for all brands any more.")
        messages.success(request, told)
    return redirect("ops:staff")


@needs("ingestion.change_workerstate")
@require_POST
def stop_worker(request: HttpRequest) -> HttpResponse:
    gently = bool(request.POST.get("gently"))
    count = services.stop_worker(cancel=not gently)
    told = (
        _("What runs and waits comes to its end.")
        if gently
        else ngettext("%d scrape was told to stop.", "%d scrapes were told to stop.", count) % count
    )
    messages.success(request, _("Nothing more starts by itself.") + " " + told)
    return redirect("ops:staff")


@needs("ingestion.add_ingestionrun")
@require_POST
def scrape(request: HttpRequest, brand_id: int) -> HttpResponse:
    brand = get_object_or_404(Brand, pk=brand_id)
    try:
        services.start_run(brand, trigger=Trigger.ADMIN)
    except RunRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(brand)s waits for a worker.") % {"brand": brand})
    return back(request)


@needs("ingestion.change_ingestionrun")
@require_POST
def cancel(request: HttpRequest, run_id: int) -> HttpResponse:
    run = get_object_or_404(IngestionRun.objects.select_related("brand"), pk=run_id)
    if services.cancel_run(run):
        messages.success(
            request, _("The scrape of %(brand)s is cancelled. What was read stays.") % {"brand": run.brand}
        )
    else:
        messages.warning(request, _("That scrape of %(brand)s was over already.") % {"brand": run.brand})
    return back(request)


@needs("ingestion.change_ingestionrun")
@require_POST
def pause(request: HttpRequest, run_id: int) -> HttpResponse:
    run = get_object_or_404(IngestionRun.objects.select_related("brand"), pk=run_id)
    if services.pause_run(run):
        told = _("The scrape of %(brand)s is paused. “Go on” takes it up where it stands.") % {"brand": run.brand}
        messages.success(request, told)
    else:
        messages.warning(request, unchanged(run))
    return back(request)


@needs("ingestion.change_ingestionrun")
@require_POST
def resume(request: HttpRequest, run_id: int) -> HttpResponse:
    run = get_object_or_404(IngestionRun.objects.select_related("brand"), pk=run_id)
    if services.resume_run(run):
        messages.success(request, _("The scrape of %(brand)s goes on; it waits for a worker.") % {"brand": run.brand})
    else:
        messages.warning(request, unchanged(run))
    return back(request)


def unchanged(run: IngestionRun) -> str:
    return _("The scrape of %(brand)s is %(state)s: nothing was changed.") % {
        "brand": run.brand,
        "state": run.get_state_display(),
    }


def back(request: HttpRequest) -> HttpResponse:
    """To the page of this site that the form's `next` names, else to the overview."""
    wanted = request.POST.get("next", "")
    local = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(wanted if local else "ops:staff")
