"""Stored pictures in the sizes in which pages show them, made when they are first asked for and kept beside them."""

import io
from pathlib import PurePosixPath

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

WIDTHS = (160, 240, 280, 360, 640, 960)  # pixels
# What is opened. Of other kinds some are programs (PostScript), and none is shown by a page.
OPENED = ("PNG", "JPEG", "WEBP", "GIF", "AVIF")
MOST_PIXELS = 12_000_000  # of one that is opened for a visitor
BROKEN = (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError)
QUALITY = 72
QUALITY_OF_SMALL, SMALL = 42, 360  # a card's picture is seen whole and at a glance


def thumbnail(name: str, width: int) -> str:
    """The stored name of the picture at `width`; its own where that is no size of ours or it cannot be made smaller."""
    if width not in WIDTHS:
        return name
    kept = f"thumbnails/{width}/{PurePosixPath(name).with_suffix('.webp')}"
    if default_storage.exists(kept):
        return kept
    try:
        with default_storage.open(name) as file, Image.open(file, formats=OPENED) as picture:
            if (
                picture.width * picture.height > MOST_PIXELS
                or picture.width <= width
                or getattr(picture, "is_animated", False)
            ):
                return name
            content = _smaller(picture, width)
    except BROKEN:
        return name
    return default_storage.save(kept, ContentFile(content))


def _smaller(picture: Image.Image, width: int) -> bytes:
    mode = "RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB"
    height = max(1, round(picture.height * width / picture.width))
    kept = io.BytesIO()
    picture.convert(mode).resize((width, height), Image.Resampling.LANCZOS).save(
        kept, "WEBP", quality=QUALITY_OF_SMALL if width <= SMALL else QUALITY, method=6
    )
    return kept.getvalue()
