"""Reads pages and pictures that the crawl has fetched: a child process, so that a hostile one can only kill it.

Usage: python -m ingestion.reader_worker. Standard input brings one framed request after the other, standard output
takes their answers in the same order (`frames` has the form). It ends when its input does, so it never outlives the
worker that started it. Imports nothing of Django: it starts in a moment, and holds no secrets.
"""

import gc
import resource
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any, BinaryIO

from .content import decode
from .effort import limited_effort
from .errors import IngestionError, Unforeseen, Unreadable
from .extract import FetchedPage, Page, extract_page, why_browser
from .extract.fragments import markup_of
from .extract.records import Extraction, StoredPicture
from .frames import Answer, PageWanted, PictureWanted, receive, send
from .languages import identifier, language_of
from .pictures import to_webp

MEMORY = 350_000_000  # bytes of data
GARBAGE = 20_000  # objects between two collections: a page makes many, and they go by themselves
EFFORT = 10.0  # seconds of processor time for one page or picture


def read_page(wanted: PageWanted) -> Extraction | str:
    """What the page says, or why it must be read in the browser first (where that was asked)."""
    html = decode(wanted.body, wanted.content_type)
    if html.lstrip()[:1] in ("{", "["):
        html = markup_of(html) or html
    page = Page(html)
    if wanted.glance and (reason := why_browser(page, html)):
        return reason
    extraction = extract_page(page, FetchedPage(wanted.url, html, wanted.brand, wanted.link))
    return replace(extraction, language=language_of(extraction.text) or extraction.language)


def read_picture(wanted: PictureWanted) -> StoredPicture:
    return to_webp(wanted.body)


READERS: dict[type, Callable[[Any], Any]] = {PageWanted: read_page, PictureWanted: read_picture}


def answer(wanted: PageWanted | PictureWanted) -> Answer:
    try:
        with limited_effort(EFFORT):
            return Answer(READERS[type(wanted)](wanted))
    except MemoryError:
        return Answer(problem=Unreadable("It takes too much memory to read."))
    except IngestionError as problem:
        return Answer(problem=problem)
    except Exception as problem:  # noqa: BLE001 one page must not end the run
        return Answer(problem=Unforeseen.of(problem))


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    while (wanted := receive(requests)) is not None:
        send(answers, answer(wanted))


def main() -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    answers, sys.stdout = sys.stdout.buffer, sys.stderr  # whatever prints must not stand between the frames
    identifier()  # takes longer than a dozen pages: while the first one is still being fetched
    gc.freeze()  # the model is not looked at again for what may be let go
    gc.set_threshold(GARBAGE)
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
