"""What the pages' templates draw with: icons, brand marks, safe links."""

import re
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_info

from catalog.colours import ink_on, valid_colour
from catalog.feed import FIELDS
from catalog.marking import CLOSE, OPEN
from catalog.models import Brand, DocumentKind

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=500)  # a list shows the same few many times
def icon(name: str, extra: str = "") -> SafeString:
    """A sign of static/icons.svg, in the size and colour of the text; it is decoration for those who hear the page."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        extra,
        static("icons.svg"),
        name,
    )


@register.inclusion_tag("parts/brand_mark.html")
def brand_mark(brand: Brand, size: int = 40) -> dict[str, Any]:
    """The brand's logo, or its initials on its colour; `size` in pixels."""
    fill = valid_colour(brand.primary_color)
    initials = "".join(word[0] for word in brand.name.split() if word[0].isalnum())[:2] or brand.name[:1]
    return {"brand": brand, "size": size, "fill": fill, "ink": ink_on(fill) if fill else "", "initials": initials}


@register.simple_tag
def brand_stripe(brand: Brand, style: str = "brand-stripe") -> SafeString:
    """The brand's colour: a line across the page or, as `brand-ground`, a breath of it behind the brand's name."""
    fill = valid_colour(brand.primary_color)
    if not fill:
        return mark_safe("")
    line = format_html('<rect width="100%" height="100%" fill="{}"/>', fill)
    return format_html('<svg class="{}" aria-hidden="true" focusable="false">{}</svg>', style, line)


@register.filter
def web_url(address: str) -> str:
    """The address where a browser may follow it (http or https), else an empty text."""
    return address if (address or "").lower().startswith(("http://", "https://")) else ""


@register.filter
def host_of(address: str) -> str:
    return urlsplit(address or "").hostname or ""


@register.filter
def short_address(address: str) -> str:
    """Host and path for reading, without scheme, `www.` and percent signs."""
    parts = urlsplit(address or "")
    return (parts.netloc.removeprefix("www.") + unquote(parts.path)).rstrip("/") or unquote(parts.path)


@register.filter
def kind_name(kind: str) -> str:
    """What people call a kind of document."""
    return str(DocumentKind(kind).label) if kind in DocumentKind.values else kind


@register.filter
def fact_name(field: str) -> str:
    """What people call a field of a product."""
    return str(FIELDS.get(field, field))


@register.filter
def language_name(code: str) -> str:
    """The language's name in the language of the page; the code itself where there is none."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


@register.filter
@lru_cache(maxsize=5000, typed=True)  # of a list's products; typed, as what is safe equals what is not
def unbroken(name: str) -> SafeString | str:
    """A name in which no line breaks at the hyphen of a model number such as `K-49`; long ones may break."""
    parts, at = [], 0
    for model in _MODEL.finditer(name):
        parts.append((name[at : model.start()], model.group()))
        at = model.end()
    if not parts:
        return name
    return format_html("{}{}", format_html_join("", '{}<span class="nowrap">{}</span>', parts), name[at:])


@register.filter
def words_of(path: str) -> str:
    """The words of an address's last part, to search for: `/products/x/mpd-218/` gives `mpd 218`."""
    last = unquote(path).strip("/").rsplit("/", 1)[-1]
    return " ".join(re.findall(r"\w+", last.replace("_", " ")))[:100]


_MODEL = re.compile(r"(?<![\w-])(?=[\w-]*\d)\w{1,8}(?:-\w{1,8}){1,2}(?![\w-])")
HEBREW = re.compile(r"[\u0590-\u05ff]")
_PART = r"[A-Za-z0-9µΩ°%±×+][A-Za-z0-9µΩ°%±×+.,/'’–-]*"
LATIN_RUN = re.compile(rf"{_PART}(?: {_PART})*")


@register.filter
def direction(text: str) -> str:
    """For `dir`: a sentence with Hebrew in it is read from the right, whatever it begins with (`MPD218 לא נדלק`).

    A browser goes by the first letter; of other texts it decides.
    """
    return "rtl" if HEBREW.search(text) else "auto"


@register.filter
def isolated(text: str) -> SafeString | str:
    """Hebrew text in which `12 V DC` and `Meridian 61 MkII` keep their own order; other text as it is."""
    if not HEBREW.search(text):
        return text
    pieces, at = [], 0
    for run in LATIN_RUN.finditer(text):
        if re.search(r"[0-9]", run.group()) and re.search(r"[A-Za-zµΩ°%]", run.group()):
            pieces.append((text[at : run.start()], run.group()))
            at = run.end()
    return format_html("{}{}", format_html_join("", '{}<bdi dir="ltr">{}</bdi>', pieces), text[at:])


@register.filter
def with_marks(text: str) -> SafeString | str:
    """The text with what catalog.marking marked in it highlighted. A mark may have begun or end elsewhere."""
    if OPEN not in text and CLOSE not in text:
        return isolated(text)
    html, inside = [], _first(text, CLOSE) < _first(text, OPEN)
    for piece in re.split(f"([{OPEN}{CLOSE}])", text):
        if piece in (OPEN, CLOSE):
            inside = piece == OPEN
        elif piece:
            html.append(format_html("<mark>{}</mark>" if inside else "{}", isolated(piece)))
    return format_html_join("", "{}", ((each,) for each in html))


def _first(text: str, sign: str) -> int:
    return text.find(sign) if sign in text else len(text)


@register.filter
def unlocalized(number: int) -> str:
    """The number as machines write it, for attributes."""
    return str(number)
