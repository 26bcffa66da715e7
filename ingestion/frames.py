"""What a slice and its reader say to each other: a length of four bytes, then a pickle of one of the records here.

The reader handles what strangers wrote, so its answers are taken apart by an unpickler that knows our records only.
"""

import io
import pickle
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, BinaryIO

from . import errors
from .errors import IngestionError
from .extract import records
from .reasons import Reason

LENGTH = 4  # bytes


@dataclass(frozen=True)
class PageWanted:
    """A page's bytes. With `glance` a page that needs the browser is not read, only the reason is given."""

    url: str
    body: bytes
    content_type: str
    brand: str
    glance: bool
    link: str = ""


@dataclass(frozen=True)
class PictureWanted:
    body: bytes


@dataclass(frozen=True)
class Answer:
    """An Extraction or the reason for the browser, a StoredPicture, or the problem."""

    value: Any = None
    problem: IngestionError | None = None


KNOWN = {
    **{f"{records.__name__}.{name}": kind for name, kind in vars(records).items() if isinstance(kind, type)},
    **{f"{errors.__name__}.{name}": kind for name, kind in vars(errors).items() if isinstance(kind, type)},
    **{f"{kind.__module__}.{kind.__name__}": kind for kind in (PageWanted, PictureWanted, Answer, Decimal, Reason)},
}


class KnownOnly(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        kind = KNOWN.get(f"{module}.{name}")
        if kind is None:
            raise pickle.UnpicklingError(f"{module}.{name} is no record of ours")
        return kind


def pack(record: object) -> bytes:
    body = pickle.dumps(record, protocol=pickle.HIGHEST_PROTOCOL)
    return len(body).to_bytes(LENGTH, "big") + body


def unpack(body: bytes) -> Any:
    """Raises pickle.UnpicklingError where anything but our records stands in it."""
    return KnownOnly(io.BytesIO(body)).load()


def send(stream: BinaryIO, record: object) -> None:
    stream.write(pack(record))
    stream.flush()


def receive(stream: BinaryIO) -> Any:
    """The next record, or None at the end of the stream."""
    head = stream.read(LENGTH)
    if len(head) < LENGTH:
        return None
    return unpack(stream.read(int.from_bytes(head, "big")))
