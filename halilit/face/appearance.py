"""Light or dark, as a reader chose it."""

from django.conf import settings
from django.http import HttpRequest

CHOICES = ("light", "dark")


def chosen(request: HttpRequest) -> str:
    """One of CHOICES; an empty text where the reader's system decides."""
    said = request.COOKIES.get(settings.THEME_COOKIE_NAME, "")
    return said if said in CHOICES else ""
