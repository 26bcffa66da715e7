"""The query log: what pages of results report, and what staff read and make of it."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from catalog.access import needs
from catalog.queries import numbered

from . import search_log

VIEWS = ("failed", "unopened", "all")


class SynonymForm(forms.Form):
    term = forms.CharField(max_length=100, label=gettext_lazy("What people type"))
    means = forms.CharField(max_length=100, label=gettext_lazy("What it means"))


@require_POST
def log(request: HttpRequest) -> HttpResponse:
    """A page of results was looked at, or a result opened (`to`)."""
    known = search_log.log(request.POST.get("note", ""), request.POST.get("to", ""))
    return HttpResponse(status=204 if known else 400)


@require_safe
@needs("rag.view_loggedsearch")
def searches(request: HttpRequest) -> HttpResponse:
    view = request.GET.get("view", "")
    view = view if view in VIEWS else VIEWS[0]
    language = request.GET.get("language", "")
    rows = (
        search_log.failed(language=language)
        if view == "failed"
        else search_log.searches(language=language, unopened=view == "unopened")
    )
    page = numbered(rows, request.GET.get("page", ""))
    shown = list(page.object_list)
    if view == "failed":
        shown = search_log.guessed(shown)
    context = {"view": view, "language": language, "page": page, "rows": shown}
    context["languages"] = [code for code, _name in settings.LANGUAGES]
    return render(request, "rag/searches.html", context)


@require_POST
@needs("rag.add_searchsynonym")
def add_synonym(request: HttpRequest) -> HttpResponse:
    form = SynonymForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Nothing was added: say what the word means, in at most 100 characters."))
        return _back(request)
    row, changed = search_log.add_synonym(**form.cleaned_data)
    told = (
        _("“%(term)s” also finds “%(means)s” from now on.") if changed else _("“%(term)s” found “%(means)s” already.")
    )
    messages.success(request, told % {"term": row.term, "means": form.cleaned_data["means"]})
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    """To the page of this site that the form names, else to the list."""
    wanted = request.POST.get("next", "")
    local = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(wanted if local else "rag:searches")
