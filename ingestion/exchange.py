"""A request for one URL, and what came back."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from .content import decode
from .limiter import PATIENCE


@dataclass(frozen=True)
class Request:
    """What to fetch. With `etag` or `last_modified` only a change is sent; `check` may object to the URL of a hop."""

    url: str
    etag: str = ""
    last_modified: str = ""
    wanted: frozenset[str] = frozenset({"html", "pdf", "image"})
    check: Callable[[str], str | None] | None = None
    patient: bool = False  # ask a host that did not answer again: the brand's own, not one of many for files
    cut: int = 0  # read no more than about so many bytes, and be content with them
    tail: int = 0  # ask for the last so many bytes alone, if the server can
    patience: float = PATIENCE  # seconds that the first hop may wait for its turn at the host
    to_disk: bool = False  # archives and texts are kept as files, as PDFs always are


@dataclass(frozen=True)
class Response:
    """What came back. `path` holds a PDF's bytes (the receiver moves or removes it), `body` those of anything else."""

    url: str
    final_url: str
    status: int
    kind: str = ""
    body: bytes = b""
    path: Path | None = None
    content_type: str = ""
    content_hash: str = ""
    size: int = 0
    etag: str = ""
    last_modified: str = ""
    link: str = ""  # the Link header (RFC 8288)
    milliseconds: int = 0
    not_modified: bool = False
    rendered: bool = False
    parts: int = 0  # of a list that the browser loaded one after the other
    note: str = ""
    hops: tuple[str, ...] = field(default=())

    @property
    def text(self) -> str:
        return decode(self.body, self.content_type)
