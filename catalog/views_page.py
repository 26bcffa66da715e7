"""One page of a document: its picture with the quoted passage marked, or its text."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from . import facsimile, files, marking, queries, reading
from .htmx import HtmxRequest, wants_part
from .models import Document, DocumentPage

MARK_LENGTH = 1200  # characters
YEAR = 31_536_000  # seconds
TEXT = "text"


@require_safe
@vary_on_headers("HX-Request")
def page(request: HtmxRequest, pk: int, number: int) -> HttpResponse:
    """`mark` (as often as needed) is what to mark; `view=text` shows the text instead of the picture."""
    document = get_object_or_404(queries.readable(request.user).select_related("brand"), pk=pk)
    if document.duplicate_of_id:
        address = reverse("catalog:page", args=[document.duplicate_of_id, number])
        return redirect(f"{address}?{request.GET.urlencode()}")
    shown = get_object_or_404(DocumentPage, document=document, number=number)
    context = _context(document, shown, _marks(request), wants_text=request.GET.get("view") == TEXT)
    part = "#view" if wants_part(request) else ""
    return render(request, "catalog/page.html" + part, context | {"in_dialog": bool(part)})


@require_safe
def page_picture(request: HttpRequest, pk: int, number: int, scale: int) -> HttpResponse:
    """The picture of a page. Its address names the content, so it may be kept for ever."""
    document = get_object_or_404(queries.readable(request.user), pk=pk)
    if scale not in facsimile.SCALES:
        raise Http404
    try:
        drawn = facsimile.picture(document, number, scale)
        response = HttpResponse(drawn.read_bytes(), content_type="image/jpeg")
    except facsimile.BusyError:
        busy = HttpResponse(_("Too many pages are being drawn. Load the page again in a moment."), status=503)
        busy["Retry-After"] = "3"
        return busy
    except (facsimile.NoPictureError, FileNotFoundError) as problem:
        raise Http404(str(problem)) from problem
    fresh = request.GET.get("v") == _version(document)
    kept = f"private, max-age={YEAR}, immutable" if fresh else "private, max-age=300"
    response["Cache-Control"] = kept if queries.is_public(document) else files.WITHDRAWN
    return response


def _marks(request: HttpRequest) -> list[str]:
    given = (mark.strip()[:MARK_LENGTH] for mark in request.GET.getlist("mark")[: marking.MOST_MARKS])
    return [mark for mark in given if mark]


def _version(document: Document) -> str:
    return document.content_hash[:12]


def _context(document: Document, shown: DocumentPage, marks: list[str], *, wants_text: bool) -> dict[str, Any]:
    boxes: list[marking.Box] = []
    has_picture = facsimile.has_pictures(document)
    if has_picture:
        try:
            boxes = marking.boxes(facsimile.words(document, shown.number), marks)
        except (facsimile.NoPictureError, OSError):  # or cleared up at this moment, or the storage does not answer
            has_picture = False
    text = marking.marked(shown.text, marks)
    cut = reading.pdf_blocks if document.is_pdf else reading.web_blocks
    return {
        "document": document,
        "brand": document.brand,
        "page": shown,
        "blocks": cut(text),
        "count": document.page_count or 1,
        "boxes": [(left, top, right - left, bottom - top) for left, top, right, bottom in boxes],
        "has_picture": has_picture,
        "as_picture": has_picture and not wants_text,
        "found": bool(boxes) or marking.OPEN in text or not marks,
        "version": _version(document),
        "marks": urlencode({"mark": marks}, doseq=True),
        "before": shown.number - 1 or None,
        "after": shown.number + 1 if shown.number < document.page_count else None,
    }
