"""The text of PDFs, page by page, read in a child process with limits on memory and time."""

import asyncio
import contextlib
import json
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from . import pdf_worker
from .errors import TryLater, Unreadable

MAX_SECONDS = 150.0


@dataclass(frozen=True)
class PdfText:
    """`pages` holds the text of each page in order; a scanned page is "". `title` is the file's own, often useless."""

    pages: tuple[str, ...]
    title: str = ""

    @property
    def is_scanned(self) -> bool:
        return not any(self.pages)


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
        raise Unreadable(f"The PDF could not be read within {MAX_SECONDS:.0f} seconds.") from problem
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
        raise Unreadable(f"The PDF could not be read within {MAX_SECONDS:.0f} seconds.") from problem
    return understood(done.returncode, done.stdout, done.stderr)


def understood(code: int, output: bytes, complaint: bytes) -> PdfText:
    if code == -signal.SIGKILL:
        # Its own limits end it in other ways: somebody killed it, or the machine had no memory left.
        raise TryLater("The reading of the PDF was broken off from outside.")
    if code == pdf_worker.ENCRYPTED:
        raise Unreadable("The PDF is locked with a password.")
    if code == pdf_worker.BROKEN:
        raise Unreadable("The PDF is broken: it may have been cut off.")
    if code:
        last = complaint.decode("utf-8", "replace").strip().splitlines()[-1:] or [f"ended with {code}"]
        raise Unreadable(f"The PDF cannot be read ({last[0][:200]}).")
    head, *lines = [json.loads(line) for line in output.splitlines()]
    return PdfText(tuple(line["text"] for line in lines), head["title"])
