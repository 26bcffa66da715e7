"""Reading the body of an answer: known by its first bytes, within the limits of its kind on size and time."""

import asyncio
import hashlib
import io
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import NamedTemporaryFile

import httpx

from .answers import claimed, mark
from .content import sniff
from .errors import TooLarge, Unreadable
from .exchange import Request, Response
from .reasons import why
from .unpack import unpacked

# Bytes, by what it is. What is not read at all (archives, programs) is dropped at its first bytes.
MAX_BYTES = {
    "html": 10_000_000,
    "json": 10_000_000,
    "xml": 55_000_000,
    "text": 55_000_000,
    "image": 20_000_000,
    "pdf": 250_000_000,
}
ARCHIVE_BYTES = 100_000_000  # of one that is kept
PACKED_BYTES = 10_000_000  # any other archive is a packed sitemap
MAX_SECONDS = {"pdf": 300.0, "archive": 300.0}  # for a whole response
DEFAULT_SECONDS = 60.0


async def receive(
    answer: httpx.Response, url: str, request: Request, *, time_limit: asyncio.Timeout, folder: Path
) -> Response:
    """Read the body, as far as what it turns out to be is wanted."""
    largest = max(MAX_BYTES.values())
    if not request.cut and claimed(answer) > largest:  # whatever it is: it need not even begin
        raise TooLarge(why("too_large", megabytes=largest // 1_000_000), status=answer.status_code)
    chunks = unpacked(answer)
    content_type = answer.headers.get("content-type", "")
    # Enough to tell what it is; a short first chunk is filled up.
    first = b""
    async for chunk in chunks:
        first += chunk
        if len(first) >= 1024:
            break
    kind = sniff(first, content_type)
    if not first and "text" not in request.wanted:
        raise Unreadable(why("nothing_sent", status=answer.status_code), status=answer.status_code)
    if kind not in request.wanted:
        raise TooLarge(why("other_kind", kind=kind), status=answer.status_code)
    on_disk = kind == "pdf" or (request.to_disk and kind in ("archive", "text"))
    limit = MAX_BYTES.get(kind, ARCHIVE_BYTES if on_disk else PACKED_BYTES)
    if not request.cut and claimed(answer) > limit:
        raise TooLarge(why("too_large", megabytes=limit // 1_000_000), status=answer.status_code)
    time_limit.reschedule(asyncio.get_running_loop().time() + MAX_SECONDS.get(kind, DEFAULT_SECONDS))
    kept_in = folder if on_disk and not request.cut else None
    return await read_body(prepend(first, chunks, cut=request.cut), kind, limit, answer, url, kept_in)


async def read_body(
    chunks: AsyncIterator[bytes], kind: str, limit: int, answer: httpx.Response, url: str, folder: Path | None
) -> Response:
    digest, size = hashlib.sha256(), 0
    # A document goes to the disk, for its reader and the store; anything else is small, and read at once.
    on_disk = NamedTemporaryFile(dir=folder, suffix=f".{kind}", delete=False) if folder else None  # noqa: SIM115
    path = Path(on_disk.name) if on_disk else None
    in_memory = io.BytesIO()
    try:
        async for chunk in chunks:
            size += len(chunk)
            if size > limit:
                raise TooLarge(why("too_large", megabytes=limit // 1_000_000), status=answer.status_code)
            digest.update(chunk)
            (on_disk or in_memory).write(chunk)
    except BaseException:
        if path:
            path.unlink(missing_ok=True)
        raise
    finally:
        if on_disk:
            on_disk.close()
    return Response(
        url=url,
        final_url=url,
        status=answer.status_code,
        kind=kind,
        body=in_memory.getvalue(),
        path=path,
        content_type=answer.headers.get("content-type", ""),
        content_hash=digest.hexdigest(),
        size=size,
        etag=mark(answer.headers.get("etag", ""), 200),
        link=answer.headers.get("link", "")[:20_000],
        last_modified=mark(answer.headers.get("last-modified", ""), 100),
    )


async def prepend(first: bytes, chunks: AsyncIterator[bytes], *, cut: int = 0) -> AsyncIterator[bytes]:
    """`first` and what follows it, up to about `cut` bytes where that is not 0."""
    size = len(first)
    if first:
        yield first
    while not cut or size < cut:
        chunk = await anext(chunks, None)
        if chunk is None:
            return
        size += len(chunk)
        yield chunk
