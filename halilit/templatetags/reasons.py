"""Why something could not be read, as it was stored in English."""

from django import template
from django.utils.translation import get_language

from ingestion.fates import sentence_said

register = template.Library()


@register.filter
def said(sentence: str) -> str:
    """In the language of the page; what is none of our sentences as it is."""
    return sentence_said(sentence or "", get_language())
