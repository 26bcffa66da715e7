"""Answers written by staff, found again by their question."""

import re
import unicodedata

from django.utils.translation import gettext as _

from .models import Answer, CuratedAnswer
from .sources import cited_numbers


def normalised(question: str) -> str:
    """The question without case, punctuation and spacing: what two askings of the same have in common."""
    text = unicodedata.normalize("NFKC", question).casefold()
    return " ".join(re.findall(r"[^\W_]+", text))


def curated_for(answer: Answer) -> CuratedAnswer | None:
    """The curated answer to this question, one for the same product first; one for another product never."""
    asked = normalised(answer.question)
    rows = CuratedAnswer.objects.filter(active=True).order_by("-updated_at")
    fitting = [row for row in rows if row.product_id in (None, answer.product_id) and normalised(row.question) == asked]
    return max(fitting, key=lambda row: row.product_id is not None, default=None)


def curated_text(curated: CuratedAnswer) -> tuple[str, list[dict[str, object]]]:
    """Its text with citations, and its documents as sources."""
    sources = [
        {
            "n": n,
            "document": document.pk,
            "page": 1,
            "last_page": 1,
            "paged": False,
            "title": document.title,
            "url": document.url,
            "brand": document.brand.name,
            "kind": document.kind,
            "heading": _("Chosen by our staff"),
            "text": "",
            "quotes": [],
        }
        for n, document in enumerate(curated.documents.select_related("brand"), 1)
    ]
    text = curated.answer.strip()
    if not cited_numbers(text):
        text += "".join(f" [{source['n']}]" for source in sources)
    return text, sources
