"""Zip archives of manuals: what is in one, by a glance from afar, and taking the documents out, bounded.

A zip is hostile until shown otherwise: sizes are counted while it is unpacked, never believed; names are used as
titles and addresses, never as paths; archives within archives are followed one step.
"""

import hashlib
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from urllib.parse import quote

from django.utils.translation import gettext_noop

from .addresses import MAX_LENGTH
from .content import sniff
from .errors import STORAGE_FAILS, GiveUpUrl, Unreadable

MAX_MEMBERS = 2_000  # entries of all kinds
MAX_DIRECTORY = 2_000_000  # bytes of the list of them, all of which is read before the first
MAX_DOCUMENTS = 200  # that are taken out
MAX_BYTES = 100_000_000  # of the archive itself
MAX_UNPACKED = 1_000_000_000  # of all that is taken out
MAX_RATIO = 200  # unpacked to packed, for what is larger than a megabyte
MAX_NESTING = 1  # archives within the archive
GLANCE_MOST = 200_000  # bytes of a directory that are asked for
NO_MANUALS = gettext_noop("The archive holds no manuals: no PDF and no text.")
PROGRAMS = re.compile(r"\.(exe|msi|dmg|pkg|app|bin|sys|inf|dll|hex|syx|wav|aiff?|mid|step|dwg|jpe?g|png)(/|$)", re.I)
GLANCE_BYTES = 8_192  # that are read of an archive before all of it
PIECE = 256 * 1024
BROKEN = (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError)
DOCUMENTS = re.compile(r"\.(pdf|txt)$", re.I)
ZIPS = re.compile(r"\.zip$", re.I)
NOISE = re.compile(r"(^|/)(__MACOSX|\.[^/]*|(license|licence|eula|copying|copyright)[^/]*\.txt$)", re.I)


class NothingInside(GiveUpUrl):
    """An archive without documents: programs, samples, pictures. Set aside, not failed."""

    skipped = True


@dataclass(frozen=True)
class Member:
    """A document that was taken out: `name` is its path in the archive, `path` where it lies for now."""

    name: str
    path: Path
    kind: str
    digest: str  # SHA-256 of its bytes


@dataclass(frozen=True)
class Unpacked:
    """What an archive gave, and what of it was refused: names with the reason."""

    members: tuple[Member, ...]
    refused: tuple[tuple[str, str], ...] = ()


def listed(tail: bytes) -> list[str] | None:
    """Names in the central directory that ends in these last bytes of a zip; None where they hold no end of one.

    Of a long directory only its last entries are seen (APPNOTE.TXT 4.3.12 and 4.3.16).
    """
    end = tail.rfind(b"PK\x05\x06")
    if end < 0:
        return None
    names, at = [], tail.find(b"PK\x01\x02")
    while 0 <= at < end and at + 46 <= len(tail):
        length, extra, comment = struct.unpack("<HHH", tail[at + 28 : at + 34])
        names.append(tail[at + 46 : at + 46 + length].decode("utf-8", "replace"))
        at = tail.find(b"PK\x01\x02", at + 46 + length + extra + comment)
    return names


def begun(head: bytes) -> list[str]:
    """Names of the entries whose headers stand in the first bytes of a zip."""
    names, at = [], 0
    while (at := head.find(b"PK\x03\x04", at)) >= 0 and at + 30 <= len(head):
        length = struct.unpack("<H", head[at + 26 : at + 28])[0]
        names.append(head[at + 30 : at + 30 + length].decode("utf-8", "replace"))
        at += 30 + length
    return names


def directory_bytes(tail: bytes) -> int:
    """How many of a zip's last bytes hold its whole directory; 0 where they hold no end of one."""
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or end + 22 > len(tail):
        return 0
    size = int(struct.unpack("<L", tail[end + 12 : end + 16])[0])
    return size + len(tail) - end


def directory_size(path: Path) -> int:
    """Bytes of the directory that `zipfile` would read, by the same record, with what ZIP64 says; 0 without one."""
    with path.open("rb") as file:
        record = zipfile._EndRecData(file)  # type: ignore[attr-defined]
    return int(record[5]) if record else 0


def has_documents(names: list[str]) -> bool:
    return any((DOCUMENTS.search(name) or ZIPS.search(name)) and not NOISE.search(name) for name in names)


def member_address(url: str, name: str) -> str:
    """The address of a document within an archive: the archive's, `#`, and the name."""
    room = MAX_LENGTH - len(url) - 1
    part = quote(name, safe="/")
    return f"{url}#{part if len(part) <= room else part[-max(1, room) :]}"


@contextmanager
def unpacked(path: Path, folder: Path) -> Iterator[Unpacked]:
    """Take the documents out into a folder that is removed behind. Raises Unreadable, or NothingInside."""
    with TemporaryDirectory(dir=folder, prefix="zip-") as place:
        yield unpack(path, Path(place))


def unpack(path: Path, place: Path) -> Unpacked:
    """The same, into a folder of the caller's."""
    refused: list[tuple[str, str]] = []
    members = tuple(_Taking(place, refused).members(path))
    if not members and not refused:
        raise NothingInside(NO_MANUALS)
    return Unpacked(members, tuple(refused))


class _Taking:
    """Takes documents out of one archive and those within it; the limits hold for all of them together."""

    def __init__(self, place: Path, refused: list[tuple[str, str]]) -> None:
        self.place = place
        self.refused = refused
        self.room = MAX_UNPACKED
        self.taken = 0

    def members(self, path: Path, within: str = "", depth: int = 0) -> Iterator[Member]:
        try:
            if directory_size(path) > MAX_DIRECTORY:
                raise Unreadable("The archive holds too many files.")
            archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, struct.error) as problem:
            raise Unreadable("The archive is broken: it may have been cut off.") from problem
        with archive:
            entries = archive.infolist()
            if len(entries) > MAX_MEMBERS:
                raise Unreadable("The archive holds too many files.")
            for entry in entries:
                name = safe_name(entry.filename)
                inner = bool(ZIPS.search(name))
                if entry.is_dir() or not name or NOISE.search(name) or not (inner or DOCUMENTS.search(name)):
                    continue
                if (taken := self._take(archive, entry, name, within)) is None:
                    continue
                if inner:
                    yield from self._inner(taken, f"{within}{name}/", depth)
                else:
                    yield taken

    def _inner(self, taken: Member, within: str, depth: int) -> Iterator[Member]:
        if depth >= MAX_NESTING:
            self.refused.append((taken.name, "It is an archive in an archive in an archive."))
            return
        try:
            yield from self.members(taken.path, within, depth + 1)
        except Unreadable as problem:
            self.refused.append((taken.name, str(problem)))

    def _take(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, within: str) -> Member | None:
        """One file, written in pieces and counted; None where it is refused, with the reason."""
        full, target = f"{within}{name}", self.place / f"{self.taken:04}{PurePosixPath(name).suffix.lower()}"
        try:
            if entry.flag_bits & 1:
                raise Unreadable("It is locked with a password.")
            if self.taken >= MAX_DOCUMENTS:
                raise Unreadable("The archive holds too many documents.")
            self.taken += 1
            digest = self._copy(archive, entry, target)
        except (Unreadable, *BROKEN) as problem:
            if isinstance(problem, OSError) and problem.errno in STORAGE_FAILS:
                raise
            told = str(problem) if isinstance(problem, Unreadable) else "It cannot be unpacked: it may be broken."
            self.refused.append((full, told))
            target.unlink(missing_ok=True)
            return None
        with target.open("rb") as file:
            kind = sniff(file.read(2048))
        wanted = "archive" if ZIPS.search(name) else "pdf" if name.lower().endswith(".pdf") else "text"
        if kind != wanted:
            self.refused.append((full, "It is not what its name says."))
            return None
        return Member(full, target, kind, digest)

    def _copy(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> str:
        written, digest = 0, hashlib.sha256()
        with archive.open(entry) as source, target.open("wb") as out:
            while piece := source.read(PIECE):
                written += len(piece)
                self.room -= len(piece)
                if self.room < 0:
                    raise Unreadable("The archive is too large when unpacked.")
                if written > 1_000_000 and written > MAX_RATIO * max(1, entry.compress_size):
                    raise Unreadable("It is packed so tightly that it looks like an attack.")
                digest.update(piece)
                out.write(piece)
        return digest.hexdigest()


def safe_name(name: str) -> str:
    """A name to show and to address by: no drive, no way up, nothing that cannot be seen; "" where nothing is left."""
    name = re.sub(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", name.replace("\\", "/"))
    parts = [part.strip() for part in name.split("/")]
    return "/".join(part for part in parts if part not in ("", ".", "..") and not re.fullmatch(r"[A-Za-z]:", part))[
        :300
    ]
