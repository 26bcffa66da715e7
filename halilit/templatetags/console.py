"""What the staff's pages draw with."""

from django import template
from django.http import HttpRequest

from halilit.console.inbox import open_count

register = template.Library()


@register.simple_tag
def attention_count() -> int:
    return open_count()


@register.filter
def is_of_staff(request: HttpRequest | None) -> bool:
    """Whether a page of the staff's is shown, to staff."""
    match = getattr(request, "resolver_match", None)
    if request is None or match is None or not match.route.startswith("staff/"):
        return False
    return bool(getattr(request, "user", None) and request.user.is_staff)
