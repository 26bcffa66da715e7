"""Pictures that staff send, a brand's logo or a product's: of a kind that pages show, small enough for each visitor."""

import warnings
from pathlib import PurePosixPath
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# How the name of each kind may end; MPO is a JPEG that holds several pictures.
ENDS = {
    "PNG": (".png",), "JPEG": (".jpg", ".jpeg"), "MPO": (".jpg", ".jpeg"), "WEBP": (".webp",), "GIF": (".gif",),
    "AVIF": (".avif",),
}  # fmt: skip


def validate_logo(file: Any) -> None:
    """Of one that is new: what is stored was looked at when it came."""
    if file and not file._committed:
        validate_picture(file.file, file.name)


def validate_picture(file: Any, name: str) -> None:
    """By what is in it and by the end of its name, as the latter decides how a browser takes it."""
    from PIL import Image  # here, as models are loaded by every process

    from .thumbnails import BROKEN, MOST_PIXELS, OPENED

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            file.seek(0)
            with Image.open(file, formats=OPENED) as picture:
                kind, width, height = str(picture.format), picture.width, picture.height
                if width * height <= MOST_PIXELS:
                    picture.load()
    except BROKEN as problem:
        raise not_shown() from problem
    finally:
        file.seek(0)
    if PurePosixPath(name).suffix.lower() not in ENDS[kind]:
        raise not_shown()
    if width * height > MOST_PIXELS:
        raise ValidationError(
            _(
                "This picture has %(width)d × %(height)d pixels, too many to be opened for each visitor. "
                "Make it smaller, such as 600 pixels wide, and send it again."
            ),
            code="pixels",
            params={"width": width, "height": height},
        )


def not_shown() -> ValidationError:
    return ValidationError(
        _("This is no picture that pages can show. Send a PNG, JPEG, WebP, GIF or AVIF under a name that ends so."),
        code="kind",
    )
