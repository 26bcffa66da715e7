"""Answers written by staff, found again by their question or one that asks the same."""

from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from catalog.models import Document

from .care import CuratedAnswer
from .likeness import are_alike, normalised, shape
from .models import Answer
from .review import is_sound
from .sources import cited_numbers

__all__ = ["curated_for", "curated_text", "normalised"]


def curated_for(answer: Answer) -> CuratedAnswer | None:
    """The curated answer to this question: its own before an alike one, its product's before a general one.

    One for another product never, and none whose sources no longer stand.
    """
    asked = answer.wording
    # Of all of them as little as their questions: there may be a thousand, and the first words wait for this.
    rows = CuratedAnswer.objects.filter(active=True, needs_review=False).order_by("-updated_at")
    asking = Asking(asked, normalised(asked), answer.language, answer.product_id)
    ranks = [(_rank(asking, *row), row[0]) for row in rows.values_list("pk", "question", "language", "product_id")]
    ranked = [pk for rank, pk in sorted(ranks, key=lambda each: -each[0]) if rank]
    found = CuratedAnswer.objects.in_bulk(ranked)
    return next((found[pk] for pk in ranked if is_sound(found[pk])), None)


class Asking(NamedTuple):
    question: str
    key: str
    language: str
    product_id: int | None


def _rank(asking: Asking, pk: int, question: str, language: str, product_id: int | None) -> int:
    """0: it does not fit. An alike question must be in the same language, and name the same product."""
    exact = normalised(question) == asking.key
    if product_id not in (None, asking.product_id):
        # The product's own name in both questions says as much as the page that it was asked on.
        if not (exact and asking.product_id is None and shape(question).numbers):
            return 0
    elif not exact and (language != asking.language or not are_alike(question, asking.question)):
        return 0
    elif not exact and product_id is None and asking.product_id and not shape(question).numbers:
        return 0  # `How heavy is it?` of one product is another question than of none
    return (2 if exact else 0) + (2 if product_id is not None else 1)


def curated_text(curated: CuratedAnswer) -> tuple[str, list[dict[str, Any]]]:
    """Its text with citations, and its passages and documents as sources."""
    sources = [
        _source(n, each.document, each.page, each.quote)
        for n, each in enumerate(curated.sources.select_related("document__brand").order_by("pk"), 1)
        if each.document
    ]
    for document in curated.documents.select_related("brand").order_by("pk"):
        sources.append(_source(len(sources) + 1, document, 1, ""))
    text = curated.answer.strip()
    if not cited_numbers(text):
        text += "".join(f" [{source['n']}]" for source in sources)
    return text, sources


def _source(number: int, document: Document, page: int, quote: str) -> dict[str, Any]:
    return {
        "n": number,
        "document": document.pk,
        "page": page,
        "last_page": page,
        "paged": bool(quote) and (document.is_pdf or document.url.startswith("file:")),
        "title": document.title,
        "url": document.url,
        "brand": document.brand.name,
        "kind": document.kind,
        "heading": _("Chosen by our staff"),
        "text": "",
        "quotes": [quote] if quote else [],
    }
