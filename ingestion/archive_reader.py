"""Reading an archive that a site links to: a glance at what it holds, then its documents, one by one."""

import asyncio
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import mkdtemp
from typing import Protocol

from . import archives
from .archives import Member, NothingInside
from .errors import GiveUpUrl, Refused, TooLarge
from .exchange import Request, Response
from .pdf import PdfText, read_pdf
from .plain import read_text

ANYTHING = frozenset({"archive", "binary", "text", "html", "xml", "pdf", "image"})


@dataclass(frozen=True)
class ArchiveText:
    """The documents of an archive with their texts, lying in `place` until they are stored, and what was refused."""

    place: Path
    documents: tuple[tuple[Member, PdfText], ...]
    refused: tuple[tuple[str, str], ...] = ()

    def clear(self) -> None:
        shutil.rmtree(self.place, ignore_errors=True)


class Fetches(Protocol):
    async def fetch(self, request: Request) -> Response: ...


async def glance(fetcher: Fetches, request: Request) -> None:
    """Ask for the end of an archive alone, where its directory is. Raises NothingInside where it holds no document.

    A server that knows no ranges sends the beginning, which is left after a few kilobytes (RFC 9110, 14.2).
    """
    look = replace(request, etag="", last_modified="", wanted=ANYTHING, to_disk=False)
    answer = await _look(fetcher, look, archives.GLANCE_BYTES)
    if answer is None:
        return
    if answer.status == 206:
        whole = archives.directory_bytes(answer.body)
        if archives.GLANCE_BYTES < whole <= archives.GLANCE_MOST:
            answer = await _look(fetcher, look, whole) or answer
        names = archives.listed(answer.body)
        empty = names is not None and not archives.has_documents(names)
    else:
        names = archives.begun(answer.body)
        empty = bool(names) and not archives.has_documents(names) and bool(archives.PROGRAMS.search(names[0]))
    if empty:
        raise NothingInside(archives.NO_MANUALS, status=answer.status)


async def _look(fetcher: Fetches, request: Request, size: int) -> Response | None:
    try:
        return await fetcher.fetch(replace(request, tail=size, cut=size))
    except (Refused, TooLarge):
        return None  # it will be told when all of it is asked for


async def read_archive(path: Path, folder: Path) -> ArchiveText:
    """Take out and read what an archive holds. Raises Unreadable, or NothingInside."""
    place = Path(mkdtemp(dir=folder, prefix="zip-"))
    try:
        found = await asyncio.to_thread(archives.unpack, path, place)
        documents, refused = [], list(found.refused)
        for member in found.members:
            try:
                text = await read_pdf(member.path) if member.kind == "pdf" else read_text(member.path)
                documents.append((member, text))
            except GiveUpUrl as problem:
                refused.append((member.name, str(problem)))
        return ArchiveText(place, tuple(documents), tuple(refused))
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
