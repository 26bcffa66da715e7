"""The search page: products, documents and passages that fit, while one types or after one pressed the button."""

import time
from typing import Any

from django.core.cache import cache
from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from catalog.htmx import HtmxRequest, wants_part
from catalog.models import Brand, Document, DocumentKind, DocumentState

from . import forms, retrieve, search_log, visitors
from .candidates import SEARCH, WHILE_TYPING
from .chips import address, chips, choice_links, facet_links, said
from .highlight import readable
from .passage import Passage
from .pool import answered
from .suggest import suggestions

FACETS_KEPT = 300  # seconds
PASSAGES = 30
PASSAGES_WHILE_TYPING = 8
PASSAGES_OF_A_DOCUMENT = 2
SNIPPET = 220  # characters of a passage


@require_safe
@vary_on_headers("HX-Request")
async def search(request: HtmxRequest) -> HttpResponse:
    """The page, or its results alone while one types. The box that asks and searches sends its text as `question`."""
    return await answered(request, lambda: _found(request))


def _found(request: HtmxRequest) -> HttpResponse:
    asked = cleaned(request.GET)
    live = wants_part(request)
    if not live and asked.urlencode() != request.GET.urlencode():
        return HttpResponseRedirect(f"{reverse('rag:search')}?{asked.urlencode()}")
    wanted = forms.wanted(asked)
    if wanted["q"] and (refusal := visitors.search_refusal(request)):
        return _refused(request, wanted, refusal, live=live)
    context = {"wanted": wanted, "found": find(wanted, live=live)} | ({} if live else choices())
    response = render(request, "rag/search.html" + ("#results" if live else ""), context)
    if live and request.htmx.target == "results":  # the search page's own: its address is one to share
        response["HX-Replace-Url"] = address(wanted)
    return response


def _refused(request: HtmxRequest, wanted: dict[str, Any], refusal: visitors.Refusal, *, live: bool) -> HttpResponse:
    context = {"wanted": wanted, "refusal": refusal.message} | ({} if live else choices())
    response = render(request, "rag/search.html" + ("#results" if live else ""), context, status=429)
    response["Retry-After"] = str(refusal.seconds)
    return response


def cleaned(given: QueryDict) -> QueryDict:
    """The address's values under their own names, without what only a question needs and what is empty."""
    asked = given.copy()
    asked.pop("csrfmiddlewaretoken", None)
    question = asked.pop("question", None)
    if question and "q" not in asked:
        asked["q"] = question[-1]
    return asked


def find(wanted: dict[str, Any], *, live: bool = False) -> dict[str, Any] | None:
    """What fits, or None where nothing was asked; passages by document, each cut and marked for reading."""
    if not wanted["q"]:
        return None
    began = time.perf_counter()
    results = retrieve.search(
        wanted["q"],
        filters=retrieve.Filters(**{name: wanted[name] for name in FILTERS}),
        literal=wanted["words"],
        limit=PASSAGES_WHILE_TYPING if live else PASSAGES,
        effort=WHILE_TYPING if live else SEARCH,
    )
    by_document: dict[int, list[tuple[Passage, list[tuple[str, bool]]]]] = {}
    for passage in results.passages:
        shown = by_document.setdefault(passage.document_id, [])
        if len(shown) < PASSAGES_OF_A_DOCUMENT:
            shown.append((passage, retrieve.highlight(readable(passage.text), results.question, SNIPPET)))
    total = len(results.products) + len(results.documents) + sum(map(len, by_document.values()))
    took = (time.perf_counter() - began) * 1000
    return {
        "everything": address(wanted) if live else "",
        "note": noted(wanted, results.question.language, total, took),
        "products": results.products,
        "documents": results.documents,
        "passages": list(by_document.values()),
        "total": total,
        "chips": chips(wanted, results),
        "facets": facet_links(wanted, results) if total else [],
        "choices": choice_links(wanted, results),
        "suggestions": [] if total else suggestions(wanted, results),
    }


def noted(wanted: dict[str, Any], language: str, total: int, milliseconds: float) -> str:
    """For the query log."""
    filters = {name: said(wanted[name]) for name in FILTERS if wanted[name]}
    return search_log.note(
        text=wanted["q"], language=language, filters=filters, results=total, milliseconds=milliseconds
    )


FILTERS = ("brand", "kind", "language", "family", "lifecycle", "product")


def choices() -> dict[str, Any]:
    """What the filters offer: brands that have documents, kinds, languages of documents."""
    stored = Document.objects.filter(brand=OuterRef("pk"), state=DocumentState.STORED)
    return {
        "brands": Brand.objects.filter(Exists(stored), active=True).only("name", "slug").order_by(Lower("name")),
        "kinds": DocumentKind.choices,
        "languages": cache.get_or_set("search-languages", languages, FACETS_KEPT),
    }


def languages() -> list[str]:
    stored = Document.objects.filter(state=DocumentState.STORED).exclude(language="")
    return sorted(stored.order_by().values_list("language", flat=True).distinct())
