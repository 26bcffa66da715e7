"""Brand colours, used so that what stands on them can always be read."""

import re

BLACK, WHITE = "#000000", "#ffffff"


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`, 0 for black to 1 for white (WCAG 2.2)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, from 1 to 21 (WCAG 2.2)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def ink_on(colour: str) -> str:
    """Black or white, whichever is read better on `colour`: the ratio is never below 4.5."""
    return max(BLACK, WHITE, key=lambda ink: contrast(colour, ink))


def valid_colour(colour: str) -> str:
    """`colour` in lower case where it is `#rrggbb`, else an empty text."""
    return colour.lower() if re.fullmatch(r"#[0-9a-fA-F]{6}", colour or "") else ""
