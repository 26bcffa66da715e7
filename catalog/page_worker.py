"""Draws one page of a PDF and lists its words. A child process of its own, so that a hostile file can only kill it.

Usage: python -m catalog.page_worker FILE NUMBER WIDTH PICTURE WORDS. It writes the page, WIDTH pixels wide, as a JPEG
to PICTURE, and its words with their places as JSON to WORDS: {"words": [[text, left, top, right, bottom], …]}, each
place in parts of 10,000 of the page as it is shown. Exit status 4: the page cannot be drawn.
Imports nothing of Django: it starts in a moment, and holds no secrets.
"""

import ctypes
import json
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MEMORY = 1_500_000_000  # bytes of address space
CPU_SECONDS = 20
MAX_HEIGHT = 4  # times the width: a longer page is drawn smaller
MAX_SIGNS = 60_000  # of a page that are placed
WHOLE = 10_000
BROKEN = 4
PARTED = frozenset((0x02, 0xAD, 0xFFFE))  # a hyphen at a line's end, as PDFium writes it


def main(path: str, number: str, width: str, picture: str, words: str) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 2))
    import pypdfium2

    try:
        page = pypdfium2.PdfDocument(path)[int(number) - 1]
        draw(page, int(width), picture)
        found = list(words_of(page))
    except (pypdfium2.PdfiumError, IndexError, ValueError) as problem:
        sys.stderr.write(str(problem))
        return BROKEN
    Path(words).write_text(json.dumps({"words": found}), encoding="utf-8")
    return 0


def draw(page: Any, width: int, picture: str) -> None:
    across, down = page.get_size()
    scale = width / max(across, down / MAX_HEIGHT, 1.0)
    page.render(scale=scale).to_pil().convert("RGB").save(picture, "JPEG", quality=82, subsampling=0)


def words_of(page: Any) -> Iterator[list[Any]]:
    """The words in reading order, each with the box around its signs; a word that was parted gives one each line."""
    from pypdfium2 import raw

    text = page.get_textpage()
    place = _placed(page, raw)
    word, box, line = "", [WHOLE, WHOLE, 0, 0], 0
    for index in range(min(text.count_chars(), MAX_SIGNS)):
        sign = raw.FPDFText_GetUnicode(text, index)
        is_space = sign <= 0x20 or 0xD800 <= sign < 0xE000 or sign in PARTED
        own = None if is_space else place(text, index)
        breaks = own is not None and word and own[1] > line
        if word and (is_space or breaks):
            yield [word, *box]
            word, box = "", [WHOLE, WHOLE, 0, 0]
        if own is not None:
            word += chr(sign)
            line = own[3]
            box = [min(box[0], own[0]), min(box[1], own[1]), max(box[2], own[2]), max(box[3], own[3])]
    if word:
        yield [word, *box]


def _placed(page: Any, raw: Any) -> Any:
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    x, y = ctypes.c_int(), ctypes.c_int()

    def corner(across: float, up: float) -> tuple[int, int]:
        """As the page is shown: its rotation and its crop are PDFium's business."""
        raw.FPDF_PageToDevice(page, 0, 0, WHOLE, WHOLE, 0, across, up, x, y)
        return x.value, y.value

    def place(text: Any, index: int) -> tuple[int, int, int, int] | None:
        """The box of a sign: as high as its line where the font says it, else as its ink."""
        loose = raw.FS_RECTF()
        if raw.FPDFText_GetLooseCharBox(text, index, loose) and loose.top > loose.bottom:
            edges = (loose.left, loose.bottom, loose.right, loose.top)
        elif raw.FPDFText_GetCharBox(text, index, left, right, bottom, top):
            edges = (left.value, bottom.value, right.value, top.value)
        else:
            return None
        (x1, y1), (x2, y2) = corner(edges[0], edges[1]), corner(edges[2], edges[3])
        found = (min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
        return (max(found[0], 0), max(found[1], 0), min(found[2], WHOLE), min(found[3], WHOLE))

    return place


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:6]))
