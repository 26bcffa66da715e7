"""Draws the rows of what was found, each once: while somebody types, the same rows come again and again.

A row is remembered by everything that it shows, so one that has changed is drawn anew.
"""

from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import get_template
from django.urls import get_script_prefix
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from catalog.models import Document, Product
from rag.passage import Passage

register = template.Library()
MOST = 4_000  # rows, of about 1 kB
_drawn: dict[Hashable, SafeString] = {}
Snippet = tuple[Passage, list[tuple[str, bool]]]


@register.simple_tag
def found_product(product: Product) -> SafeString:
    brand = product.brand
    shown = (product.pk, product.name, product.slug, product.lifecycle)
    of_brand = (brand.name, brand.slug, brand.logo.name, brand.primary_color)
    pictures = [one.file.name for one in getattr(product, "pictures", [])]
    return _row((shown, of_brand, *pictures), lambda: _draw("rag/_found_product.html", {"product": product}))


@register.simple_tag
def found_document(document: Document) -> SafeString:
    shown = (
        *(document.pk, document.title, document.kind, document.language, document.mime_type, document.page_count),
        *(document.size, document.state, bool(document.gone_since), document.brand.name),
    )
    given = {"document": document, "with_brand": True}
    return _row(shown, lambda: _draw("parts/document_row.html", given))


@register.simple_tag
def found_passages(passages: Sequence[Snippet]) -> SafeString:
    """Those of one document, each with the pieces of its text."""
    first = passages[0][0]
    shown = tuple((one.page, one.heading, one.language, tuple(pieces)) for one, pieces in passages)
    of_document = (first.document_id, first.document_title, first.brand_name, first.kind, first.is_paged)
    return _row((shown, of_document), lambda: _draw("rag/_found_passages.html", {"passages": passages}))


def _row(shown: Hashable, draw: Callable[[], SafeString]) -> SafeString:
    key = (get_language(), get_script_prefix(), shown)
    if (row := _drawn.get(key)) is None:
        row = draw()
        if len(_drawn) >= MOST:
            _drawn.clear()
        _drawn[key] = row
    return row


def _draw(name: str, given: dict[str, Any]) -> SafeString:
    drawn: SafeString = _template(name).render(given)
    return drawn


@lru_cache
def _template(name: str) -> Any:
    return get_template(name)
