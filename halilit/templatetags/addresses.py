"""`{% url %}` with a memory: a page writes dozens of addresses, and Django looks for each among all patterns anew."""

from collections.abc import Hashable
from functools import lru_cache
from typing import Any

from django import template
from django.template.base import Parser, Token
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as parsed
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.html import conditional_escape

register = template.Library()
MOST = 4096  # addresses, of some hundred bytes each


class AddressNode(URLNode):
    def render(self, context: Any) -> str:
        request = getattr(context, "request", None)
        if self.asvar or hasattr(request, "current_app"):
            return str(super().render(context))
        args = tuple(arg.resolve(context) for arg in self.args)
        named = tuple((name, value.resolve(context)) for name, value in self.kwargs.items())
        if not all(isinstance(value, Hashable) for value in (*args, *named)):
            return str(super().render(context))
        match = getattr(request, "resolver_match", None)
        at = (match.namespace if match else None, get_script_prefix(), get_urlconf())
        address = address_of(self.view_name.resolve(context), args, named, *at)
        return conditional_escape(address) if context.autoescape else address


@lru_cache(maxsize=MOST, typed=True)
def address_of(
    name: str,
    args: tuple[Any, ...],
    named: tuple[tuple[str, Any], ...],
    current_app: str | None,
    _prefix: str,  # the language stands in it
    urlconf: str | None,
) -> str:
    """Raises NoReverseMatch, of which nothing is kept."""
    return reverse(name, urlconf, list(args), dict(named), current_app)


@register.tag
def url(parser: Parser, token: Token) -> AddressNode:
    node = parsed(parser, token)
    return AddressNode(node.view_name, node.args, node.kwargs, node.asvar)
