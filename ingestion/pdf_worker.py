"""Reads one PDF and prints it as JSON lines. A child process of its own, so that a hostile file can only kill it.

Usage: python -m ingestion.pdf_worker FILE. First line: {"pages": N, "title": "…"}; then one line a page:
{"number": 1, "text": "…"}. Exit status 3: encrypted; 4: broken.
Imports nothing of Django: it starts in a moment, and holds no secrets.
"""

import contextlib
import json
import re
import resource
import sys

MEMORY = 320_000_000  # bytes of data; what is mapped of the file and of libraries comes on top of it
CPU_SECONDS = 120
MAX_PAGES = 3000
MAX_TEXT = 200_000  # characters a page
MAX_WHOLE = 10_000_000  # characters of a file; the pages behind are ""
ENCRYPTED, BROKEN = 3, 4
# What cannot be shown or stored, and the signs that PDFium puts where a word was hyphenated or a glyph has no meaning.
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\u00ad\ud800-\udfff]")


def main(path: str) -> int:
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 5))
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as problem:
        sys.stderr.write(str(problem))
        return ENCRYPTED if "password" in str(problem).lower() else BROKEN
    count = min(len(document), MAX_PAGES)
    if not count:
        return BROKEN
    title = document.get_metadata_dict().get("Title", "")
    emit({"pages": count, "total": len(document), "title": UNSEEN.sub("", title)[:500]})
    whole = 0
    for index in range(count):
        text = page_text(document, index) if whole < MAX_WHOLE else ""
        whole += len(text)
        emit({"number": index + 1, "text": text})
    return 0


def page_text(document, index: int) -> str:  # type: ignore[no-untyped-def]
    """Text of one page; "" where it cannot be read, so that the other pages still can."""
    import pypdfium2

    try:
        # Each closed by hand: PDFium keeps what belongs to an open page, and a manual has hundreds.
        with contextlib.closing(document[index]) as page, contextlib.closing(page.get_textpage()) as read:
            text = read.get_text_bounded()
    except pypdfium2.PdfiumError:
        return ""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufffe\n", "-\n").replace("\ufffe", "-")
    return UNSEEN.sub("", text)[:MAX_TEXT].strip()


def emit(record: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
