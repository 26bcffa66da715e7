"""The inbox of what needs attention, and what people searched and asked."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from catalog.access import needs
from catalog.htmx import HtmxRequest, wants_part
from catalog.tables import csv_response

from . import inbox, insight
from .forms import InsightForm

MOST_ON_OVERVIEW = 5


@needs("halilit.view_problem")
@require_safe
@never_cache
@vary_on_headers("HX-Request")
def attention(request: HtmxRequest) -> HttpResponse:
    if request.GET.get("part") == "overview":
        found = inbox.opened()
        context = {"problems": found[:MOST_ON_OVERVIEW], "more_problems": len(found[MOST_ON_OVERVIEW:])}
        return render(request, "console/_attention.html", context)
    entries = inbox.entries()
    context = {
        "problems": [entry for entry in entries if not entry.is_noted],
        "noted": [entry for entry in entries if entry.is_noted],
        "past": inbox.past(),
    }
    part = "#problems" if wants_part(request) else ""
    return render(request, "console/attention.html" + part, context)


@needs(change="halilit.change_problem")
@require_POST
def note(request: HttpRequest) -> HttpResponse:
    """Take note of a problem, or (`undo`) put it back."""
    kind, key, mark = (request.POST.get(name, "")[:100] for name in ("kind", "key", "mark"))
    if request.POST.get("undo"):
        inbox.take_back(kind=kind, key=key)
        messages.success(request, _("It is back in the inbox."))
    elif inbox.take_note(kind=kind, key=key, mark=mark, user=request.user):
        messages.success(request, _("Noted. It comes back if it happens again."))
    else:
        messages.warning(request, _("It is no longer so, or has changed meanwhile. This is how things stand now."))
    return redirect("console:attention")


@needs("rag.view_answer")
@require_safe
def show_insight(request: HttpRequest) -> HttpResponse:
    form = InsightForm(request.GET)
    wanted = form.wanted
    if request.GET.get("as") == "csv":
        return csv_response("insight", insight.table(wanted))
    return render(request, "console/insight.html", insight.report(wanted) | {"form": form, "wanted": wanted})
