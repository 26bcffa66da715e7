"""What one does with an answer: give it to others to read, copy it. Whoever has an answer's address may do both."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from catalog.htmx import HtmxRequest
from catalog.models import Product

from . import conversation, review
from . import next_questions as questions
from .models import Answer
from .plain_text import plain_text


@require_safe
@never_cache
def as_text(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The answer for pasting elsewhere: its text, and where each cited page stands."""
    answer = get_object_or_404(Answer, pk=pk)
    text = plain_text(answer, base=request.build_absolute_uri("/"))
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["X-Robots-Tag"] = "noindex"
    return response


@require_POST
def share(request: HtmxRequest, pk: UUID) -> HttpResponse:
    """Make the link for reading, or with `revoke` take it back."""
    answer = get_object_or_404(Answer.objects.select_related("conversation"), pk=pk)
    if "revoke" in request.POST:
        conversation.revoke(answer.conversation)
    else:
        conversation.share(answer.conversation)
    if request.htmx:
        return render(
            request,
            "rag/_answer_controls.html",
            {"answer": answer, "share_key": answer.conversation.share_key, "sharing": True},
        )
    response = HttpResponseRedirect(answer.get_absolute_url() + "#share")
    response.status_code = 303
    return response


@require_safe
@never_cache
def shared(request: HttpRequest, key: str) -> HttpResponse:
    """A conversation to read, for whoever was given its link. It tells nothing by which one could write in it."""
    found = conversation.shared(key)
    if found is None:
        raise Http404
    turns = found.answers.select_related("brand", "product__brand").order_by("created_at")
    told = [(turn, review.lost_sources(turn)) for turn in turns if turn.is_over]
    response = render(request, "rag/shared.html", {"turns": told})
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
@never_cache
def product_questions(request: HttpRequest) -> HttpResponse:
    """For `product`: what its manuals answer. Nobody has looked at it before: the questions are made now."""
    given = request.GET.get("product", "")
    product = get_object_or_404(Product, hidden=False, pk=int(given) if given.isdecimal() and len(given) < 10 else 0)
    offered = questions.for_product(product, get_language() or "en", make=True)
    return render(request, "rag/_suggestions.html", {"suggestions": offered, "product": product})


@require_safe
@never_cache
def next_questions(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What else may be asked behind an answer, from the manuals that it cites."""
    answer = get_object_or_404(Answer.objects.select_related("conversation", "product", "brand"), pk=pk)
    offered = questions.for_answer(answer, get_language() or "en", make=True)
    return render(request, "rag/_suggestions.html", {"suggestions": offered, "answer": answer})
