"""Plain text files: manuals of old devices, read-me files, notes about a firmware."""

import re
from pathlib import Path

from .content import decode, sniff
from .errors import Unreadable
from .pdf import PdfText

MAX_BYTES = 5_000_000
MAX_PAGE = 200_000  # characters
UNSEEN = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff]")


def read_text(path: Path) -> PdfText:
    """Its pages, cut at form feeds. Raises Unreadable: no text at all, or too much."""
    if path.stat().st_size > MAX_BYTES:
        raise Unreadable("The text is too long for a document.")
    body = path.read_bytes()
    if sniff(body[:2048]) not in ("text", "html", "xml"):
        raise Unreadable("This is no text.")
    text = UNSEEN.sub("", decode(body)).replace("\r\n", "\n").replace("\r", "\n")
    pages = tuple(page.strip()[:MAX_PAGE] for page in text.split("\f") if page.strip())
    if not pages:
        raise Unreadable("The text is empty.")
    return PdfText(pages, "", "text/plain")
