"""The text of PDFs, page by page, read in a child process with limits on memory and time."""

import asyncio
import contextlib
import json
import logging
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_noop

from . import pdf_worker
from .errors import TryLater, Unreadable

MAX_SECONDS = 150.0
logger = logging.getLogger(__name__)
# Sentences that are stored as they are and translated where they are shown.
SCANNED = gettext_noop("It holds pictures of pages only, so its text cannot be searched.")
TOO_MANY_PAGES = gettext_noop("It has so many pages that only the first ones can be searched.")
TOO_SLOW = gettext_noop("The PDF takes too long to read.")
LOCKED = gettext_noop("The PDF is locked with a password.")
BROKEN = gettext_noop("The PDF is broken: it may have been cut off.")
TOO_HEAVY = gettext_noop("The PDF cannot be read: it is broken, or needs too much memory.")


@dataclass(frozen=True)
class PdfText:
    """`pages` holds the text of each page in order; a scanned page is "". `title` is the file's own, often useless.

    `total` is how many pages the file has, where not all were read. A plain text has the same shape.
    """

    pages: tuple[str, ...]
    title: str = ""
    mime_type: str = "application/pdf"
    total: int = 0

    @property
    def is_scanned(self) -> bool:
        return not any(self.pages)

    @property
    def problem(self) -> str:
        """What is lacking of it, as a sentence for staff; "" where nothing is."""
        if self.is_scanned:
            return SCANNED
        return TOO_MANY_PAGES if self.total > len(self.pages) else ""


def command(path: Path) -> list[str]:
    return [sys.executable, "-m", pdf_worker.__name__, str(path)]


# Nothing of our own environment: the child needs neither keys nor settings.
ENVIRONMENT = {"PYTHONIOENCODING": "utf-8", "PATH": "/usr/bin:/bin"}


async def read_pdf(path: Path) -> PdfText:
    """Raises Unreadable: encrypted, broken, or too heavy for the limits; TryLater: its reader was killed."""
    child = await asyncio.create_subprocess_exec(
        *command(path),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=settings.BASE_DIR,
        env=ENVIRONMENT,
    )
    try:
        async with asyncio.timeout(MAX_SECONDS):
            output, complaint = await child.communicate()
    except TimeoutError as problem:
        raise Unreadable(TOO_SLOW) from problem
    finally:
        if child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()
    return understood(child.returncode or 0, output, complaint)


def read_pdf_now(path: Path) -> PdfText:
    """The same for callers without an event loop."""
    try:
        done = subprocess.run(
            command(path),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            cwd=settings.BASE_DIR,
            env=ENVIRONMENT,
            timeout=MAX_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as problem:
        raise Unreadable(TOO_SLOW) from problem
    return understood(done.returncode, done.stdout, done.stderr)


def understood(code: int, output: bytes, complaint: bytes) -> PdfText:
    if code == -signal.SIGKILL:
        # Its own limits end it in other ways: somebody killed it, or the machine had no memory left.
        raise TryLater("The reading of the PDF was broken off from outside.")
    if code == pdf_worker.ENCRYPTED:
        raise Unreadable(LOCKED)
    if code == pdf_worker.BROKEN:
        raise Unreadable(BROKEN)
    if code:
        last = complaint.decode("utf-8", "replace").strip().splitlines()[-1:] or [f"ended with {code}"]
        logger.info("A PDF could not be read: %s", last[0][:200])
        raise Unreadable(TOO_HEAVY)
    head, *lines = [json.loads(line) for line in output.splitlines()]
    return PdfText(tuple(line["text"] for line in lines), head["title"], total=head["total"])
