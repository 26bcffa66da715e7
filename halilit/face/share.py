"""The picture that others show beside a link to a product: its photograph, its name, its brand. 1200 by 630 pixels."""

import io
import re
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont, ImageOps

from catalog.colours import valid_colour
from catalog.models import Product
from catalog.thumbnails import BROKEN, MOST_PIXELS, OPENED

WIDTH, HEIGHT, EDGE = 1200, 630, 72
PHOTO = 540  # pixels of the photograph's square
PAPER, INK, SOFT, SIGNAL = "#f3f3f0", "#15171a", "#565a5e", "#b5300f"
FONTS = Path(settings.BASE_DIR) / "static" / "fonts"
MOST_LINES = 3
LETTER = "\\u0590-\\u05ff\\ufb1d-\\ufb4f"
HEBREW = re.compile(f"[{LETTER}]")
# Hebrew words, other words, and one by one the signs between the two.
RUN = re.compile(rf"[{LETTER}]+(?:[ -]+[{LETTER}]+)*|[^\W{LETTER}](?:[^{LETTER}]*[^\W{LETTER}])?|.", re.DOTALL)
MIRRORED = str.maketrans("()[]{}<>", ")(][}{><")


def picture_of(product: Product) -> bytes:
    """A JPEG. The product comes from catalog.queries.product_in_full."""
    card = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(card)
    draw.rectangle((0, 0, 12, HEIGHT), fill=valid_colour(product.brand.primary_color) or SIGNAL)
    wide = WIDTH - 2 * EDGE
    if photo := photograph(product):
        panel = Image.new("RGB", (PHOTO, HEIGHT), "#ffffff")
        panel.paste(photo, ((PHOTO - photo.width) // 2, (HEIGHT - photo.height) // 2))
        card.paste(panel, (WIDTH - PHOTO, 0))
        wide -= PHOTO
    write(draw, (EDGE, EDGE), product.brand.name, size=34, weight=400, fill=SOFT, rtl=from_right(product.brand.name))
    write_name(draw, product.name, wide)
    write(draw, (EDGE, HEIGHT - EDGE - 30), "Halilit Support Centre", size=28, weight=500, fill=INK, rtl=False)
    kept = io.BytesIO()
    card.save(kept, "JPEG", quality=82, optimize=True, progressive=True)
    return kept.getvalue()


def photograph(product: Product) -> Image.Image | None:
    """Its first picture on white, as large as its place; None where there is none or it cannot be read."""
    for stored in product.pictures[:1]:  # type: ignore[attr-defined]
        try:
            with stored.file.open("rb") as file, Image.open(file, formats=OPENED) as found:
                if found.width * found.height > MOST_PIXELS:
                    return None
                photo = found.convert("RGBA")
        except BROKEN:
            return None
        white = Image.new("RGBA", photo.size, "#ffffff")
        return ImageOps.contain(Image.alpha_composite(white, photo).convert("RGB"), (PHOTO, HEIGHT))
    return None


def write_name(draw: ImageDraw.ImageDraw, name: str, wide: int) -> None:
    """The name in lines that fit, smaller where it is long, cut off where it is too long for any."""
    lines: list[str] = []
    size = 0
    for size in (76, 60, 48, 38):
        lines = lines_of(name, size, wide)
        if len(lines) <= MOST_LINES:
            break
    for n, line in enumerate(lines[:MOST_LINES]):
        free = wide - round(width_of(line, size, 600)) if from_right(name) else 0
        place = (EDGE + free, 150 + n * int(size * 1.2))
        write(draw, place, line, size=size, weight=600, fill=INK, rtl=from_right(name))


def lines_of(text: str, size: int, wide: int) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if width_of(longer, size, 600) <= wide or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def write(
    draw: ImageDraw.ImageDraw, at: tuple[int, int], text: str, *, size: int, weight: int, fill: str, rtl: bool
) -> None:
    """One line, whose left end is at this place."""
    left, top = float(at[0]), at[1]
    for run in runs(text, rtl=rtl):
        face = font(run, size, weight)
        draw.text((left, top), run, font=face, fill=fill)
        left += face.getlength(run)


def width_of(text: str, size: int, weight: int) -> float:
    """Pixels."""
    return sum(font(run, size, weight).getlength(run) for run in runs(text, rtl=False))


def from_right(text: str) -> bool:
    """Whether it is read from the right: its first letter is Hebrew."""
    first = next((sign for sign in text if sign.isalpha()), "")
    return bool(HEBREW.match(first))


def runs(text: str, *, rtl: bool) -> list[str]:
    """Parts that one font draws, from left to right as they stand in the picture. Hebrew ones are turned round here:
    not every system has the library with which Pillow would."""
    found = RUN.findall(text)
    if rtl:
        found = [run.translate(MIRRORED) if len(run) == 1 else run for run in reversed(found)]
    return [run[::-1] if HEBREW.match(run) else run for run in found]


@lru_cache(maxsize=32)
def font_of(script: str, size: int, weight: int) -> ImageFont.FreeTypeFont:
    file = FONTS / f"rubik-{script}-wght-normal.woff2"
    face = ImageFont.truetype(file, size, layout_engine=ImageFont.Layout.BASIC)
    face.set_variation_by_axes([weight])
    return face


def font(run: str, size: int, weight: int) -> ImageFont.FreeTypeFont:
    """The site's own font, in the script that the run is written in."""
    return font_of("hebrew" if HEBREW.match(run) else "latin", size, weight)
