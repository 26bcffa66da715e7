"""The pages around a question: ask it, read its answer, stop it, say whether it helped."""

import time
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import push_url, reswap, retarget

from catalog.htmx import HtmxRequest
from catalog.models import Brand, Document, DocumentState, Product
from catalog.queries import sample_questions

from . import answer as answers
from . import conversation, hub, next_questions, review, visitors
from .forms_ask import AskForm, FeedbackForm
from .models import Answer
from .producers import attend, warm_up

# So long the page of an answer waits for it, so that a quick one needs neither scripts nor a second request. Seconds.
PATIENCE = 0.5
LOOK = 0.02
SCOPE = ("brand", "product")
SAMPLES = 5


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@vary_on_headers("HX-Request")
def ask(request: HtmxRequest) -> HttpResponse:
    """The form; a POST asks. What is wrong is said beside what was typed, and nothing of it is lost."""
    if request.method != "POST":
        warm_up()
        given = _prefilled(request)
        return _page(request, form=AskForm(initial=given), samples=[] if any(given.values()) else _samples())
    form = AskForm(request.POST)
    if not form.is_valid():
        return _refusal(request, form)
    if too_often := visitors.refusal(request):
        form.add_error("question", too_often.message)
        refused = _refusal(request, form, status=429)
        refused["Retry-After"] = str(too_often.seconds)
        return refused
    asked = answers.ask(**form.cleaned_data)
    if not request.htmx:
        response = HttpResponseRedirect(asked.get_absolute_url())
        response.status_code = 303  # the page is fetched with GET, and a reload does not ask again
        return response
    shown = _page(request, answer=asked, form=_next_form(asked), part="area")
    return push_url(shown, asked.get_absolute_url())


@require_safe
@never_cache
def answer(request: HtmxRequest, pk: UUID) -> HttpResponse:
    """An answer on a page of its own. It follows the answer by a stream, and without scripts by loading again."""
    shown = get_object_or_404(_answers(), pk=pk)
    end = time.monotonic() + PATIENCE
    attend(shown)
    while not shown.is_over and time.monotonic() < end:
        time.sleep(LOOK)
        shown.refresh_from_db(fields=["state", "asked", "text", "sources", "notice", "advice", "abstained", "provider"])
    form = _next_form(shown, keep_scope=request.GET.get("scope") != "none")
    return _page(request, answer=shown, form=form)


@require_POST
def stop(request: HtmxRequest, pk: UUID) -> HttpResponse:
    stopped = get_object_or_404(_answers(), pk=pk)
    if stopped.stop(_("You stopped this answer.")):
        hub.publish(stopped)
    return HttpResponse(status=204) if request.htmx else _see(stopped)


@require_POST
def feedback(request: HtmxRequest, pk: UUID) -> HttpResponse:
    """`value` 1: it helped; -1: it did not; 0 takes it back."""
    rated = get_object_or_404(_answers(), pk=pk)
    form = FeedbackForm(request.POST, instance=rated)
    if "value" in form.errors:
        return HttpResponse(_("Say whether the answer helped."), status=400, content_type="text/plain; charset=utf-8")
    if form.is_valid():
        rated = form.save()
    if form.is_valid() and not request.htmx:
        return _see(rated)
    status = 200 if form.is_valid() else 422
    context = {"answer": rated, "feedback_form": form, "telling": form.is_valid() and "comment" not in request.POST}
    if request.htmx:
        context["share_key"] = rated.conversation.share_key
        return render(request, "rag/_answer_controls.html", context, status=status)
    rated.refresh_from_db()
    return _page(request, form=_next_form(rated), status=status, **context)


def _samples() -> list[str]:
    """From the newest manuals' headings and the catalogue's own values, in the page's language."""
    made = next_questions.newest(get_language() or "en")
    return [*made[:3], *sample_questions()][:SAMPLES]


def _answers() -> Any:
    return Answer.objects.select_related("brand", "product__brand", "conversation")


def _see(answer: Answer) -> HttpResponse:
    response = HttpResponseRedirect(answer.get_absolute_url())
    response.status_code = 303
    return response


def _prefilled(request: HttpRequest) -> dict[str, Any]:
    """What the address says; an unknown brand or product counts as not said."""
    given: dict[str, Any] = {"question": request.GET.get("question", "")}
    for name, rows in (("brand", Brand.objects.filter(active=True)), ("product", Product.objects.filter(hidden=False))):
        value = request.GET.get(name, "")
        if value.isdecimal() and len(value) < 10:
            given[name] = rows.filter(pk=int(value)).first()
    return given


def _next_form(answer: Answer, *, keep_scope: bool = True) -> AskForm:
    """For another question of the same conversation and scope."""
    product = None if answer.product and answer.product.hidden else answer.product
    scope = {"brand": answer.brand, "product": product} if keep_scope else {}
    return AskForm(initial={"conversation": answer.conversation_id} | scope)


def _refusal(request: HtmxRequest, form: AskForm, *, status: int = 422) -> HttpResponse:
    """422: what was sent is understood, and cannot be asked. An unknown brand or product: 400. 429: asked too often."""
    status = 400 if {"brand", "product"} & form.errors.keys() else status
    if not request.htmx:
        return _page(request, form=form, status=status)
    return retarget(reswap(_page(request, form=form, part="form", status=status), "outerHTML"), "#ask-form")


def _page(request: HttpRequest, *, form: AskForm, part: str = "", status: int = 200, **context: Any) -> HttpResponse:
    chosen = {name: form.initial.get(name) or getattr(form, "cleaned_data", {}).get(name) for name in SCOPE}
    stored = Exists(Document.objects.filter(brand=OuterRef("pk"), state=DocumentState.STORED))
    brands = Brand.objects.filter(stored | Q(pk=getattr(chosen["brand"], "pk", None)), active=True).order_by(
        Lower("name")
    )
    form.fields["brand"].queryset = brands  # type: ignore[attr-defined]
    context |= {"form": form, "product": chosen["product"], "brand": chosen["brand"], "in_page": not part}
    if shown := context.get("answer"):
        context |= {"earlier": conversation.earlier(shown), "share_key": shown.conversation.share_key}
        context["lost"] = review.lost_sources(shown) if shown.is_over else []
        context["suggestions"] = next_questions.for_answer(shown, get_language() or "en") if shown.is_over else []
    return render(request, "rag/ask.html" + (f"#{part}" if part else ""), context, status=status)
