"""What pages say of themselves: their address in other languages, and what they are about, for search engines."""

import json
from typing import Any
from urllib.parse import urlencode

from django import template
from django.http import HttpRequest
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from halilit.face import structured
from halilit.face.appearance import chosen
from halilit.face.languages import CODES
from halilit.face.languages import address_in as address_of

register = template.Library()

# Values of an address that make another page of it; all others only sort or mark.
TELLING = ("show", "family", "page")


@register.simple_tag(takes_context=True)
def address_in(context: Context, code: str) -> str:
    """This page's address in another language, with all that it says."""
    request: HttpRequest | None = context.get("request")
    if request is None:
        return f"/{code}/"
    asked = request.META.get("QUERY_STRING", "") if request.method == "GET" else ""
    return address_of(request, code) + (f"?{asked}" if asked else "")


@register.simple_tag(takes_context=True)
def addresses_of_page(context: Context) -> SafeString:
    """`canonical` and `hreflang`: the one address of this page in its language, and those in the others."""
    request: HttpRequest | None = context.get("request")
    if request is None:
        return mark_safe("")
    telling = [(name, value) for name in TELLING for value in request.GET.getlist(name)]
    query = f"?{urlencode(telling)}" if telling else ""

    def full(code: str) -> str:
        return request.build_absolute_uri(address_of(request, code) + query)

    links = format_html('<link rel="canonical" href="{}">', full(get_language() or CODES[0]))
    for code in CODES:
        links += format_html('<link rel="alternate" hreflang="{}" href="{}">', code, full(code))
    return links + format_html('<link rel="alternate" hreflang="x-default" href="{}">', full(CODES[0]))


@register.simple_tag(takes_context=True)
def appearance(context: Context) -> str:
    """Light or dark, where the reader has chosen; else an empty text."""
    request: HttpRequest | None = context.get("request")
    return chosen(request) if request is not None else ""


@register.simple_tag(takes_context=True)
def absolute(context: Context, path: str) -> str:
    request: HttpRequest | None = context.get("request")
    return request.build_absolute_uri(path) if request is not None else path


@register.simple_tag(takes_context=True)
def about_product(context: Context) -> SafeString:
    return _data(structured.of_product(context["request"], context["product"]))


@register.simple_tag(takes_context=True)
def breadcrumb(context: Context, *steps: Any) -> SafeString:
    """The way to this page: brands, families and products in order, or `name, address` pairs."""
    return _data(structured.of_trail(context["request"], steps))


@register.simple_tag(takes_context=True)
def questions_and_answers(context: Context, rows: Any) -> SafeString:
    return _data(structured.of_questions(rows)) if rows else mark_safe("")


# What would end the element, or begin another in old readers.
ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def _data(said: dict[str, Any]) -> SafeString:
    """Data for search engines. It is no script: no browser runs it, and the site's policy lets it stand."""
    text = json.dumps({"@context": "https://schema.org", **said}, ensure_ascii=False).translate(ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308
