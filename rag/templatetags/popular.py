"""What pages offer before anything is asked."""

from collections.abc import Iterable

from django import template
from django.utils.translation import get_language

from catalog.models import Product
from rag import popular
from rag.models import CuratedAnswer

register = template.Library()


@register.simple_tag
def popular_questions() -> list[str]:
    return popular.popular_questions(get_language() or "en")


@register.simple_tag
def curated_questions(product: Product | str | None) -> Iterable[CuratedAnswer]:
    about = (
        product if isinstance(product, Product) else None
    )  # where the page has none, the template gives an empty text
    return popular.curated_questions(get_language() or "en", about)
