"""Pictures of products as we keep them: WebP, bounded in size."""

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from .errors import Unreadable
from .extract.records import StoredPicture

MAX_SIDE = 1200  # pixels
MAX_PIXELS = 30_000_000
BAND = 2  # rows of the shrunk picture that are made at a time
KINDS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "AVIF")  # not what is a program (PostScript)


def to_webp(body: bytes) -> StoredPicture:
    """Raises Unreadable where it is no picture, or one too large to be opened."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture: Image.Image = Image.open(io.BytesIO(body), formats=KINDS)
            if picture.width * picture.height > MAX_PIXELS:
                raise Unreadable("The picture has too many pixels.")
            picture = _shrunk(picture)
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


def _shrunk(picture: Image.Image) -> Image.Image:
    """A large picture with transparency, shrunk band by band: at once it takes a second copy of all of it."""
    factor = max(picture.size) // MAX_SIDE
    if factor < 2 or picture.mode not in ("RGBA", "LA"):
        return picture
    width, height = picture.size
    small = Image.new(picture.mode, (-(-width // factor), -(-height // factor)))
    step = factor * BAND
    for top in range(0, height, step):
        band = picture.crop((0, top, width, min(height, top + step)))
        small.paste(band.reduce(factor), (0, top // factor))
    share = MAX_SIDE / max(picture.size)
    shrunk = small.resize((max(1, round(width * share)), max(1, round(height * share))))
    shrunk.info = picture.info
    return shrunk
