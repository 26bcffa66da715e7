"""Answers written by staff, found again by their question or one that asks the same."""

from typing import Any

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
    rows = CuratedAnswer.objects.filter(active=True, needs_review=False).order_by("-updated_at")
    ranks = [(rank, row) for row in rows if (rank := _rank(row, answer, asked))]
    ranked = sorted(ranks, key=lambda each: -each[0])
    return next((row for _rank_, row in ranked if is_sound(row)), None)


def _rank(row: CuratedAnswer, answer: Answer, asked: str) -> int:
    """0: it does not fit. An alike question must be in the same language, and name the same product."""
    exact = normalised(row.question) == normalised(asked)
    if row.product_id not in (None, answer.product_id):
        # The product's own name in both questions says as much as the page that it was asked on.
        if not (exact and answer.product_id is None and shape(asked).numbers):
            return 0
    elif not exact and (row.language != answer.language or not are_alike(row.question, asked)):
        return 0
    elif not exact and row.product_id is None and answer.product_id and not shape(asked).numbers:
        return 0  # `How heavy is it?` of one product is another question than of none
    return (2 if exact else 0) + (2 if row.product_id is not None else 1)


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
