"""The staff's pages of care: what people asked and what came of it, and the answers that staff write themselves."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.access import needs
from catalog.tables import csv_response

from . import asked, curating, review
from .care import CuratedAnswer
from .forms_ask import MAX_QUESTION
from .forms_care import CuratedForm, QuestionsForm, SourceForm
from .models import Answer
from .retrieve import retrieve

A_PAGE = 25  # groups
FOUND = 8  # passages to choose from


@needs("rag.view_answer")
@require_safe
@never_cache
def questions(request: HttpRequest) -> HttpResponse:
    form = QuestionsForm(request.GET)
    wanted = form.wanted
    pages = Paginator(asked.groups(wanted), A_PAGE)
    page = pages.get_page(request.GET.get("page") or 1)
    page.numbers = pages.get_elided_page_range(page.number, on_each_side=2, on_ends=1)  # type: ignore[attr-defined]
    context = {"form": form, "wanted": wanted, "page": page, "counts": asked.counts(wanted)}
    context |= {"to_review": CuratedAnswer.objects.filter(needs_review=True).count(), "most": asked.MOST_GROUPED}
    return render(request, "rag/care/questions.html", context)


@needs("rag.view_answer")
@require_safe
@never_cache
def questions_csv(request: HttpRequest) -> HttpResponse:
    """The same questions one by one, as a table for a spreadsheet."""
    return csv_response("questions", asked.table(QuestionsForm(request.GET).wanted))


@needs("rag.view_curatedanswer")
@require_safe
@never_cache
def curated_answers(request: HttpRequest) -> HttpResponse:
    """All of them, those first that need review; and given answers whose passages are gone."""
    doubtful = review.curated_to_review()
    others = CuratedAnswer.objects.filter(needs_review=False).select_related("product").order_by("-updated_at")
    context = {"doubtful": doubtful, "others": others, "lost": review.answers_to_review()}
    return render(request, "rag/care/curated_answers.html", context)


@needs("rag.add_curatedanswer")
@require_POST
def new_curated(request: HttpRequest) -> HttpResponse:
    """From an `answer` that was given, or for a `question` that nobody asked yet."""
    given = request.POST.get("answer", "")
    answer = get_object_or_404(Answer.objects.select_related("product"), pk=_uuid(given)) if given else None
    question = (answer.wording if answer else request.POST.get("question", "")).strip()[:MAX_QUESTION]
    if not question:
        messages.error(request, _("Write the question first."))
        return redirect("rag:curated_answers")
    return redirect("rag:curated", curating.draft(question=question, by=request.user, answer=answer).pk)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@needs("rag.view_curatedanswer", change="rag.change_curatedanswer")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def curated(request: HttpRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(_curated(), pk=pk)
    if request.method != "POST":
        return _editor(request, shown, CuratedForm(instance=shown))
    form = CuratedForm(request.POST, instance=shown)
    if form.is_valid():
        try:
            curating.change(shown, by=request.user, **form.fields_to_store())
        except curating.CuratingRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. Visitors who ask this get it now.") if shown.active else _("Saved."))
            return redirect("rag:curated", pk)
    return _editor(request, shown, form, status=422)


@needs("rag.change_curatedanswer")
@require_POST
def curated_source(request: HttpRequest, pk: int) -> HttpResponse:
    """Adds the passage that was chosen, or takes one away (`remove`)."""
    shown = get_object_or_404(_curated(), pk=pk)
    if "remove" in request.POST:
        number = request.POST["remove"]
        source = get_object_or_404(shown.sources, pk=int(number) if number.isdecimal() and len(number) < 15 else 0)
        curating.remove_source(source, by=request.user)
        messages.success(request, _("The source was taken away, and its citations with it."))
        return redirect("rag:curated", pk)
    form = SourceForm(request.POST)
    try:
        if not form.is_valid():
            raise curating.CuratingRefused(_("Choose a passage from the list, and keep some of its words."))
        curating.add_source(shown, by=request.user, **form.cleaned_data)
    except curating.CuratingRefused as refusal:
        chosen = {"chosen": request.POST, "refusal": str(refusal)}
        return _editor(request, shown, CuratedForm(instance=shown), status=422, **chosen)
    number = shown.sources.count()
    messages.success(request, _("The passage is source [%(n)d] now. Cite it in the text.") % {"n": number})
    return redirect("rag:curated", pk)


@needs("rag.change_curatedanswer")
@require_POST
def approve_curated(request: HttpRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(_curated(), pk=pk)
    try:
        curating.approve(shown, by=request.user)
    except curating.CuratingRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Noted: it is right, and it is given again."))
    return redirect("rag:curated", pk)


def _curated() -> Any:
    return CuratedAnswer.objects.select_related("product__brand")


def _editor(
    request: HttpRequest, shown: CuratedAnswer, form: CuratedForm, status: int = 200, **more: Any
) -> HttpResponse:
    find = request.GET.get("find", "").strip()[:MAX_QUESTION]
    sources = list(shown.sources.select_related("document__brand").order_by("pk"))
    searched = find or ("" if sources else shown.question)
    passages = retrieve(searched, product=shown.product, limit=FOUND) if searched else []
    context = {
        "curated": shown,
        "form": form,
        "sources": sources,
        "documents": shown.documents.select_related("brand").order_by("pk"),
        "find": find or shown.question,
        "passages": [(passage, curating.quotable(passage)) for passage in passages],
        "changes": shown.changes.select_related("by")[:30],
    }
    return render(request, "rag/care/curated.html", context | more, status=status)
