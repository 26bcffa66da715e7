"""Pictures of products as we keep them: WebP, bounded in size."""

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from .errors import Unreadable
from .extract.records import StoredPicture

MAX_SIDE = 1200  # pixels
MAX_PIXELS = 30_000_000


def to_webp(body: bytes) -> StoredPicture:
    """Raises Unreadable where it is no picture, or one too large to be opened."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture: Image.Image = Image.open(io.BytesIO(body))
            if picture.width * picture.height > MAX_PIXELS:
                raise Unreadable("The picture has too many pixels.")
            picture.thumbnail((MAX_SIDE, MAX_SIDE))  # before it is copied, for the memory's sake
            picture = ImageOps.exif_transpose(picture)
            out = io.BytesIO()
            transparent = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
            picture.convert("RGBA" if transparent else "RGB").save(out, "WEBP", quality=82, method=2)
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as problem:
        raise Unreadable("The picture cannot be read.") from problem
    return StoredPicture(out.getvalue(), picture.width, picture.height)
