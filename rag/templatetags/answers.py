"""What the templates of answers draw with."""

from typing import Any

from django import template
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from catalog.marking import MOST_MARKS, shortened
from catalog.models import Product
from rag import next_questions
from rag.highlight import readable
from rag.models import Answer
from rag.rendering import answer_html as as_html
from rag.sources import page_address

register = template.Library()

SHOWN = 280  # characters of a source that a card shows


@register.filter
def answer_html(answer: Answer, place: str = "") -> SafeString:
    """`place` sets its sources' anchors apart where a page shows several answers."""
    return as_html(answer, place)


@register.simple_tag
def product_questions(product: Product) -> list[str]:
    """Questions that the product's manuals answer, as far as they were made."""
    return next_questions.for_product(product, get_language() or "en")


@register.filter
def source_url(source: dict[str, Any]) -> str:
    """The cited page, with the passage marked."""
    marks = [shortened(quote) for quote in source.get("quotes") or [source.get("text", "")] if quote][:MOST_MARKS]
    address = page_address(source)
    return f"{address}?{urlencode({'mark': marks}, doseq=True)}" if marks else address


@register.filter
def shown(source: dict[str, Any]) -> str:
    """What a card shows of its source: the sentences that were taken, else how the passage begins."""
    quotes = " ".join(" … ".join(source.get("quotes") or []).split())
    text = quotes or readable(source.get("text", ""))
    return text if len(text) <= SHOWN else text[:SHOWN].rsplit(" ", 1)[0] + " …"
