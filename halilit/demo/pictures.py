"""Draws the product pictures of the invented brand."""

import io
from collections.abc import Callable
from typing import Any

from PIL import Image, ImageDraw, ImageFilter, ImageFont

SIZE = (1000, 750)
SCALE = 2  # drawn larger and reduced, for smooth edges
Box = tuple[float, float, float, float]


class Sheet:
    """A drawing in the coordinates of the finished picture."""

    def __init__(self, size: tuple[int, int] = SIZE) -> None:
        self.image = Image.new("RGBA", (size[0] * SCALE, size[1] * SCALE))
        self.pen = ImageDraw.Draw(self.image)

    def box(self, box: Box, radius: float, fill: str, outline: str | None = None, width: int = 2) -> None:
        self.pen.rounded_rectangle(
            [value * SCALE for value in box], radius * SCALE, fill=fill, outline=outline, width=width * SCALE
        )

    def disc(self, x: float, y: float, radius: float, fill: str, outline: str | None = None, width: int = 2) -> None:
        corners = [(x - radius) * SCALE, (y - radius) * SCALE, (x + radius) * SCALE, (y + radius) * SCALE]
        self.pen.ellipse(corners, fill=fill, outline=outline, width=width * SCALE)

    def line(self, box: Box, fill: str, width: int = 3) -> None:
        self.pen.line([value * SCALE for value in box], fill=fill, width=width * SCALE)

    def text(self, x: float, y: float, words: str, size: int, fill: str) -> None:
        self.pen.text((x * SCALE, y * SCALE), words, fill=fill, anchor="mm", font=ImageFont.load_default(size * SCALE))

    def knob(self, x: float, y: float, radius: float, accent: str, turn: int) -> None:
        self.disc(x, y, radius, "#1b1f24", "#0c0e10")
        self.disc(x, y, radius * 0.72, "#3a4149")
        self.line((x, y, x + radius * (turn % 3 - 1) * 0.5, y - radius * 0.8), accent, 3)


def shade(colour: str, factor: float) -> str:
    """The colour, darker below 1 and lighter above."""
    parts = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{min(255, int(part * factor)):02x}" for part in parts)


def keys(sheet: Sheet, box: Box, count: int) -> None:
    left, top, right, bottom = box
    whites = [n for n in range(count) if n % 12 not in (1, 3, 6, 8, 10)]
    width = (right - left) / len(whites)
    for number in range(len(whites)):
        x = left + number * width
        sheet.box((x, top, x + width - 1, bottom), 3, "#fbfaf6", "#b9b4a8", 1)
    for place, number in enumerate(whites[:-1]):
        if whites[place + 1] - number == 2:
            x = left + (place + 1) * width
            sheet.box((x - width * 0.28, top, x + width * 0.28, top + (bottom - top) * 0.6), 3, "#17191c")


def keyboard(sheet: Sheet, draw: dict[str, Any]) -> None:
    count, body, accent = draw["keys"], draw["body"], draw["accent"]
    left, right = (240, 760) if count == 25 else (90, 910) if count == 49 else (40, 960)
    sheet.box((left, 210, right, 570), 18, body, shade(body, 0.6))
    columns = 8
    span = (right - left - 60) * (0.55 if count > 25 else 0.5)
    for number in range(draw["knobs"]):
        step = span / columns
        sheet.knob(left + 40 + step * (number + 0.5), 262, min(17, step * 0.42), accent, number)
    pad_left, pad_width = left + 60 + span, (right - left - 60 - span - 30) / columns * 2
    for number in range(draw["pads"]):
        x, y = pad_left + number % 4 * pad_width, 236 + number // 4 * (74 if draw["pads"] <= 8 else 37)
        height = 62 if draw["pads"] <= 8 else 31
        sheet.box((x, y, x + pad_width - 8, y + height), 6, accent if number % 3 == 0 else shade(body, 1.5), "#0c0e10")
    for number in range(9 if count > 25 else 0):
        x = left + 50 + number * span / 9
        sheet.line((x, 300, x, 376), "#0c0e10", 4)
        sheet.box((x - 8, 318 + number * 13 % 40, x + 8, 332 + number * 13 % 40), 3, accent)
    if draw.get("screen"):
        sheet.box((left + 40, 305, left + 40 + span * 0.6, 365), 6, "#0b1418", shade(body, 0.5))
        sheet.text(left + 40 + span * 0.3, 335, "CUTOFF 64", 20, "#9be7ff")
    keys(sheet, (left + 24, 396, right - 24, 552), count)


def pedal(sheet: Sheet, draw: dict[str, Any]) -> None:
    body, accent = draw["body"], draw["accent"]
    wide = draw["switches"] > 1
    left, right = (310, 690) if wide else (370, 630)
    for x in (left - 22, right):
        sheet.box((x, 300, x + 22, 350), 4, "#8d99a6", "#4b555e")
    sheet.box((left, 120, right, 640), 26, body, shade(body, 0.6), 4)
    per_row = min(draw["knobs"], 3 if wide else 2)
    for number in range(draw["knobs"]):
        column, row = number % per_row, number // per_row
        in_row = min(per_row, draw["knobs"] - row * per_row)
        x = left + (right - left) * (column + 0.5) / in_row
        sheet.knob(x, 195 + row * 105, 38, accent, number)
    sheet.text((left + right) / 2, 405, draw["label"], 44, accent)
    sheet.line((left + 40, 445, right - 40, 445), accent, 4)
    sheet.disc((left + right) / 2, 480, 9, "#ff5d5d", "#7a1f1f")
    for number in range(draw["switches"]):
        x = left + (right - left) * (number + 0.5) / draw["switches"]
        sheet.disc(x, 560, 36, "#c9d1d9", "#57606a", 4)
        sheet.disc(x, 560, 24, "#eef1f4", "#9aa4ae")


def monitor(sheet: Sheet, draw: dict[str, Any]) -> None:
    body, accent, woofer = draw["body"], draw["accent"], draw["woofer"]
    half, top = (230, 150) if draw.get("sub") else (130 + woofer * 8, 70 + (7 - woofer) * 25)
    sheet.box((500 - half, top, 500 + half, 680), 22, body, shade(body, 0.6), 4)
    radius = 185 if draw.get("sub") else half * 0.76
    centre = 640 - radius if not draw.get("sub") else 420
    for part, colour in ((1, "#16191c"), (0.88, "#23282d"), (0.6, shade(accent, 0.75)), (0.26, "#16191c")):
        sheet.disc(500, centre, radius * part, colour, "#0c0e10")
    if not draw.get("sub"):
        middle = (top + centre - radius) / 2
        sheet.disc(500, middle, 58, "#16191c", "#0c0e10")
        sheet.disc(500, middle, 34, shade(accent, 0.9), "#0c0e10")
    sheet.disc(500 + half - 34, 652, 6, "#7ad7ff")
    sheet.text(500 - half + 70, 652, "ARIA", 22, accent)


def grid(sheet: Sheet, draw: dict[str, Any]) -> None:
    body, accent = draw["body"], draw["accent"]
    sheet.box((120, 160, 880, 600), 24, body, shade(body, 0.7), 4)
    for number in range(draw["knobs"]):
        sheet.knob(180 + number % 8 * 91, 225 + number // 8 * 90, 28, accent, number)
    for row in range(draw["rows"]):
        for column in range(draw["columns"]):
            lit = (row * 8 + column) % 4 == 0
            x, y = 142 + column * 91, 395 + row * 92
            sheet.box((x, y, x + 78, y + 76), 10, accent if lit else "#dcd6c2", "#a39b83")


def synth(sheet: Sheet, draw: dict[str, Any]) -> None:
    body, accent = draw["body"], draw["accent"]
    for x in (60, 910):
        sheet.box((x, 170, x + 30, 600), 6, "#7f4f24", "#4a2c12")
    sheet.box((86, 170, 914, 600), 8, body, shade(body, 0.6), 4)
    for number in range(draw["knobs"]):
        sheet.knob(140 + number % 11 * 72, 235 + number // 11 * 85, 24, accent, number)
    sheet.line((110, 372, 890, 372), accent, 3)
    keys(sheet, (110, 392, 890, 584), draw["keys"])


def amp(sheet: Sheet, draw: dict[str, Any]) -> None:
    body, accent = draw["body"], draw["accent"]
    sheet.box((430, 60, 570, 110), 14, "#1b1f24")
    sheet.box((190, 90, 810, 680), 30, body, shade(body, 0.6), 5)
    sheet.box((225, 125, 775, 205), 8, accent, shade(accent, 0.6))
    for number in range(draw["knobs"]):
        sheet.knob(270 + number * 460 / max(1, draw["knobs"] - 1), 165, 22, accent, number)
    sheet.box((225, 230, 775, 645), 10, shade(accent, 0.78), shade(body, 0.5), 4)
    for line in range(236, 640, 12):
        sheet.line((230, line, 770, line), shade(accent, 0.68), 2)
    sheet.text(660, 610, "Lumenhall", 30, shade(body, 0.8))


DRAWERS: dict[str, Callable[[Sheet, dict[str, Any]], None]] = {
    "keyboard": keyboard,
    "pedal": pedal,
    "monitor": monitor,
    "grid": grid,
    "synth": synth,
    "amp": amp,
}


def backdrop(accent: str) -> Image.Image:
    """A quiet studio wall, a shade of the product's accent."""
    column = Image.linear_gradient("L").resize(SIZE)
    light, dark = Image.new("RGB", SIZE, "#fbf9f5"), Image.new("RGB", SIZE, shade(accent, 0.92))
    return Image.composite(dark, light, column.point(lambda value: int(value * 0.35)))


def soft_shadow(drawing: Image.Image) -> Image.Image:
    """What the drawing throws on the wall. Blurred at a quarter of the size: nobody sees the difference."""
    small = drawing.getchannel("A").reduce(4)
    moved = Image.new("L", small.size)
    moved.paste(small.point(lambda value: value * 110 // 255), (0, 4))
    shadow = Image.new("RGBA", SIZE, (20, 20, 30, 0))
    shadow.putalpha(moved.filter(ImageFilter.GaussianBlur(4.5)).resize(SIZE, Image.Resampling.BILINEAR))
    return shadow


def render(draw: dict[str, Any], *, detail: bool = False) -> bytes:
    """PNG file, 1000 by 750 pixels; `detail` shows the middle from near."""
    sheet = Sheet()
    DRAWERS[draw["kind"]](sheet, draw)
    drawing = sheet.image.reduce(SCALE)
    shadow = soft_shadow(drawing)
    picture = backdrop(draw["accent"]).convert("RGBA")
    picture.alpha_composite(shadow)
    picture.alpha_composite(drawing)
    if detail:
        picture = picture.crop((250, 165, 750, 540)).resize(SIZE, Image.Resampling.BICUBIC)
    out = io.BytesIO()
    picture.convert("RGB").quantize(128).save(out, "PNG", optimize=True)
    return out.getvalue()
