"""Pages of stored PDFs as pictures, with the places of their words. Drawn when first seen, then kept on disk.

What is kept is named after the content of the file, so it never goes stale; the oldest go when there is too much.
"""

import contextlib
import json
import stat
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from .drawing import NoPictureError, drawer
from .local_files import local_copy
from .models import Document

WIDTH = 900  # pixels at scale 1
SCALES = (1, 2)
AT_ONCE = 2  # pages drawn at once in one web process
PATIENCE = 10.0  # seconds that a page waits for its turn
MOST_BYTES = 500_000_000  # kept on disk
LEFT = 0.8  # of that, after clearing up
CLEAR_EVERY = 50  # pages drawn

_turns = threading.BoundedSemaphore(AT_ONCE)
_drawn = 0


class BusyError(NoPictureError):
    """Too many pages are being drawn; a moment later it works."""


@dataclass(frozen=True)
class Word:
    """A word of a page and its place, in parts of 10,000 of the page's width and height."""

    text: str
    left: int
    top: int
    right: int
    bottom: int


def has_pictures(document: Document) -> bool:
    return bool(document.is_pdf and document.file.name and document.content_hash)


def picture(document: Document, number: int, scale: int = 1) -> Path:
    """The JPEG of a page. Raises NoPictureError."""
    kept = _place(document, number, f"@{scale}.jpg")
    if not kept.exists():
        _draw(document, number, scale)
    return kept


def words(document: Document, number: int) -> tuple[Word, ...]:
    """The words of a page in reading order. Raises NoPictureError."""
    kept = _place(document, number, ".json")
    if not kept.exists():
        _list(document, number)
    return _read(kept)


@lru_cache(maxsize=64)
def _read(kept: Path) -> tuple[Word, ...]:
    return tuple(Word(*entry) for entry in json.loads(kept.read_text(encoding="utf-8"))["words"])


def folder() -> Path:
    return Path(settings.DATA_DIR) / "pages"


def _place(document: Document, number: int, ending: str) -> Path:
    if not has_pictures(document) or not 1 <= number <= max(document.page_count, 1):
        raise NoPictureError("There is no such page to draw.")
    digest = document.content_hash
    return folder() / digest[:2] / f"{digest}-{number}{ending}"


def _draw(document: Document, number: int, scale: int) -> None:
    _made(document, number, f"@{scale}.jpg", "picture", width=WIDTH * scale)


def _list(document: Document, number: int) -> None:
    _made(document, number, ".json", "words")


def _made(document: Document, number: int, ending: str, what: str, **more: int) -> None:
    """Make it beside its place, then move it there: whoever looks finds the whole of it or nothing."""
    global _drawn
    kept = _place(document, number, ending)
    kept.parent.mkdir(parents=True, exist_ok=True)
    if not _turns.acquire(timeout=PATIENCE):
        raise BusyError("Too many pages are being drawn.")
    try:
        with tempfile.TemporaryDirectory(dir=kept.parent) as aside, local_copy(document.file) as path:
            new = Path(aside) / "new"
            drawer.order(file=str(path), number=number, **{what: str(new)}, **more)
            new.replace(kept)
        _drawn += 1
    except FileNotFoundError as problem:
        raise NoPictureError("The stored file is gone.") from problem
    finally:
        _turns.release()
    if _drawn % CLEAR_EVERY == 0:
        threading.Thread(target=clear_up, daemon=True).start()  # whoever waits for this page need not wait for that


def _kept() -> Iterator[tuple[float, int, Path]]:
    """When each was last used, its size, and itself; other processes may be clearing up, too."""
    for entry in folder().rglob("*-*"):
        with contextlib.suppress(FileNotFoundError):
            state = entry.stat()
            if stat.S_ISREG(state.st_mode):
                yield state.st_atime, state.st_size, entry


def clear_up(most: int = MOST_BYTES) -> int:
    """Delete the longest unused pictures where there are more bytes than `most`; returns how many files went."""
    files = list(_kept())
    whole, gone = sum(size for _seen, size, _entry in files), 0
    if whole <= most:
        return 0
    for _seen, size, entry in sorted(files, key=lambda file: file[0]):
        if whole <= most * LEFT:
            break
        with contextlib.suppress(FileNotFoundError):
            entry.unlink()
        whole -= size
        gone += 1
    return gone
