"""Draws pages of PDFs and lists their words, each in a child of its own, so that a hostile file can only kill that.

Usage: python -m catalog.page_worker, with a Unix socket as standard input. Each byte that comes there brings a socket
with one order, a line of JSON: {"file", "number", "width", "picture"} writes the page, WIDTH pixels wide, as a JPEG to
PICTURE; {"file", "number", "words"} writes its words with their places as JSON to WORDS: {"words": [[text, left, top,
right, bottom], …]}, each place in parts of 10,000 of the page as it is shown. The answer is a point when the
child begins, then `done`, or what is wrong, or nothing more where it died. The process ends with the one that holds the
other end of its standard input.

What every page needs (Python, PDFium, the encoder) is loaded once and inherited: a child begins in a millisecond or
two. It opens nothing of a file itself, imports nothing of Django, and holds no secrets.
"""

import ctypes
import json
import os
import resource
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MEMORY = 1_500_000_000  # bytes of address space
SECONDS = 20  # for one page, of the processor and of the clock
MAX_HEIGHT = 4  # times the width: a longer page is drawn smaller
MAX_SIGNS = 60_000  # of a page that are placed
QUALITY = 82  # of JPEG; colour is kept for each pixel, else coloured print frays
WHOLE = 10_000
TAKEN, DONE = b".", b"done"
PARTED = frozenset((0x02, 0xAD, 0xFFFE))  # a hyphen at a line's end, as PDFium writes it


def main() -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the business of the process at the other end
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the children
    load()
    with socket.socket(fileno=os.dup(0)) as door:
        while True:
            _byte, (*brought,), *_rest = socket.recv_fds(door, 1, 1)
            if not brought:
                return 0
            if not os.fork():
                door.close()
                one_order(brought[0])
            os.close(brought[0])


def load() -> None:
    """All that a page needs, drawn once with a page of our own: PDFium looks for the system's fonts only then."""
    import pypdfium2
    from PIL import JpegImagePlugin

    document = pypdfium2.PdfDocument.new()
    page = document.new_page(10, 10)
    page.render().to_pil()
    page.get_textpage()
    assert JpegImagePlugin


def one_order(number: int) -> None:
    """Never returns: what is left behind ends with the process."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 2))
    signal.alarm(SECONDS)
    try:
        with socket.socket(fileno=number) as caller, caller.makefile("r", encoding="utf-8") as orders:
            caller.sendall(TAKEN)
            caller.sendall(carried_out(json.loads(orders.readline())))
    finally:
        os._exit(0)


def carried_out(order: dict[str, Any]) -> bytes:
    import pypdfium2

    try:
        page = pypdfium2.PdfDocument(order["file"])[order["number"] - 1]
        if "picture" in order:
            draw(page, order["width"], order["picture"])
        else:
            Path(order["words"]).write_text(json.dumps({"words": list(words_of(page))}), encoding="utf-8")
    except (pypdfium2.PdfiumError, IndexError, ValueError, MemoryError, OSError) as problem:
        return f"{type(problem).__name__}: {problem}".encode()
    return DONE


def draw(page: Any, width: int, picture: str) -> None:
    across, down = page.get_size()
    scale = width / max(across, down / MAX_HEIGHT, 1.0)
    drawn = page.render(scale=scale, rev_byteorder=True).to_pil()
    drawn.convert("RGB").save(picture, "JPEG", quality=QUALITY, subsampling=0)


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
    sys.exit(main())
