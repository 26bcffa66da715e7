"""Pages of stored PDFs as pictures, with the places of their words. Drawn when first seen, then kept on disk.

What is kept is named after the content of the file, so it never goes stale; the oldest go when there is too much.
"""

import contextlib
import json
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from . import page_worker
from .local_files import local_copy
from .models import Document

WIDTH = 900  # pixels at scale 1
SCALES = (1, 2)
SECONDS = 20.0  # for one page
AT_ONCE = 2  # pages drawn at once in one web process
PATIENCE = 10.0  # seconds that a page waits for its turn
MOST_BYTES = 500_000_000  # kept on disk
LEFT = 0.8  # of that, after clearing up
CLEAR_EVERY = 50  # pages drawn
ENVIRONMENT = {"PYTHONIOENCODING": "utf-8", "PATH": "/usr/bin:/bin"}

_turns = threading.BoundedSemaphore(AT_ONCE)
_drawn = 0


class NoPictureError(Exception):
    """The page cannot be shown as a picture: no file, a broken one, or one that is too heavy."""


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
        _draw(document, number, SCALES[0])
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
    global _drawn
    if not _turns.acquire(timeout=PATIENCE):
        raise BusyError("Too many pages are being drawn.")
    try:
        _draw_now(document, number, scale)
        _drawn += 1
    except FileNotFoundError as problem:
        raise NoPictureError("The stored file is gone.") from problem
    finally:
        _turns.release()
    if _drawn % CLEAR_EVERY == 0:
        clear_up()


def _draw_now(document: Document, number: int, scale: int) -> None:
    kept, listed = _place(document, number, f"@{scale}.jpg"), _place(document, number, ".json")
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent) as aside, local_copy(document.file) as path:
        new, new_words = Path(aside) / "page.jpg", Path(aside) / "words.json"
        arguments = [str(path), str(number), str(WIDTH * scale), str(new), str(new_words)]
        try:
            done = subprocess.run(
                [sys.executable, "-m", page_worker.__name__, *arguments],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                cwd=settings.BASE_DIR,
                env=ENVIRONMENT,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as problem:
            raise NoPictureError(f"The page could not be drawn within {SECONDS:.0f} seconds.") from problem
        if done.returncode:
            raise NoPictureError(done.stderr.decode("utf-8", "replace")[-200:] or f"ended with {done.returncode}")
        new_words.replace(listed)
        new.replace(kept)


def clear_up(most: int = MOST_BYTES) -> int:
    """Delete the longest unused pictures where there are more bytes than `most`; returns how many files went."""
    entries = [(entry.stat(), entry) for entry in folder().rglob("*-*") if entry.is_file()]
    files = [(state.st_atime, state.st_size, entry) for state, entry in entries]
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
