"""The picture that others show beside a link to a product: its photograph, its name, its brand. 1200 by 630 pixels."""

import io
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
    draw.text((EDGE, EDGE), product.brand.name, font=font(product.brand.name, 34, 400), fill=SOFT)
    write_name(draw, product.name, wide)
    draw.text((EDGE, HEIGHT - EDGE - 30), "Halilit Support Centre", font=font("H", 28, 500), fill=INK)
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
        lines = lines_of(draw, name, font(name, size, 600), wide)
        if len(lines) <= MOST_LINES:
            break
    for n, line in enumerate(lines[:MOST_LINES]):
        draw.text((EDGE, 150 + n * int(size * 1.2)), line, font=font(name, size, 600), fill=INK)


def lines_of(draw: ImageDraw.ImageDraw, text: str, face: ImageFont.FreeTypeFont, wide: int) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if draw.textlength(longer, font=face) <= wide or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def font(text: str, size: int, weight: int) -> ImageFont.FreeTypeFont:
    """The site's own font, in the script that the text is written in."""
    hebrew = any("\u0590" <= letter <= "\u05ff" for letter in text)
    face = ImageFont.truetype(FONTS / f"rubik-{'hebrew' if hebrew else 'latin'}-wght-normal.woff2", size)
    face.set_variation_by_axes([weight])
    return face
