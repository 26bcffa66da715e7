"""Small charts as inline SVG, drawn on the server in the page's colours. Each is told in words too.

They draw no text: what they show stands beside them, as a caption or a table.
"""

from collections.abc import Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi

WIDTH, HEIGHT = 240, 56  # units; the page scales them
GAP = 0.2  # of a column's room
TONES = ("accent", "warn", "bad", "edge")  # names of the site's colours, in the order of a column's parts


def bar(percent: float, *, tone: str = "accent") -> SafeString:
    """A share of the whole as a line of a table; the figure stands beside it."""
    width = round(max(0.0, min(100.0, percent)), 1)
    begin = round(100 - width, 1) if get_language_bidi() else 0
    return format_html(
        '<svg width="96" height="6" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        '<rect width="100" height="6" fill="var(--line)"/><rect x="{}" width="{}" height="6" fill="var(--{})"/></svg>',
        begin,
        width,
        tone,
    )


def columns(parts: Sequence[Sequence[float]], *, said: Any, tones: Sequence[str] = TONES) -> SafeString:
    """A column for each entry, its parts stacked from the ground. `said` tells in words what is shown."""
    highest = max((sum(column) for column in parts), default=0) or 1
    room = WIDTH / max(1, len(parts))
    boxes = []
    for number, column in enumerate(parts):
        ground = float(HEIGHT)
        for value, tone in zip(column, tones, strict=False):
            height = value / highest * (HEIGHT - 1)
            ground -= height
            if value:
                boxes.append((short(number * room), short(ground), short(room * (1 - GAP)), short(height), tone))
    drawn = format_html_join("", '<rect x="{}" y="{}" width="{}" height="{}" fill="var(--{})"/>', boxes)
    return framed(drawn, said)


def framed(drawn: SafeString, said: Any) -> SafeString:
    return format_html(
        '<svg width="100%" height="{}" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">{}'
        '<path d="M0 {}H{}" stroke="var(--edge)" vector-effect="non-scaling-stroke"/></svg>',
        HEIGHT,
        WIDTH,
        HEIGHT,
        said,
        drawn,
        HEIGHT,
        WIDTH,
    )


def short(number: float) -> str:
    return f"{number:.1f}".rstrip("0").rstrip(".")
