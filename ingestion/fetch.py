"""Fetching one URL over HTTP: redirects hop by hop, limits on size and time, content known by its first bytes."""

import asyncio
import contextlib
import hashlib
import io
import time
import zlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from types import TracebackType
from typing import Self

import httpx
from django.utils import timezone

from .addresses import host_of, normalise_url, server_of
from .content import decode, sniff
from .errors import (
    ConnectionFailed,
    Gone,
    IngestionError,
    NotAllowed,
    Refused,
    ServerError,
    Timeout,
    TooLarge,
    TooManyRequests,
    Unreadable,
)
from .guard import guarded_transport
from .limiter import LONG_PATIENCE, PATIENCE, HostLimiter
from .reasons import why
from .robots import Robots, RobotsAnswer
from .unpack import ACCEPTED, unpacked

MAX_REDIRECTS = 6
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
TIMEOUT = httpx.Timeout(20.0, connect=10.0)  # seconds without a byte
MAX_SECONDS = {"pdf": 300.0, "archive": 300.0}  # for a whole response
DEFAULT_SECONDS = 60.0
START_SECONDS = 30.0  # until it is known what it is: a host may send a byte a second for ever
MAX_COOKIES = 8_000  # characters; a site that gives more is asked without any
ROBOTS_BYTES = 600_000  # the rest of a longer robots.txt does not count (RFC 9309, 2.5)
MAX_RETRY_AFTER = 30 * 86_400.0  # seconds; who asks for more never wants us back
UNREACHABLE_AFTER = 3  # failed connections in a row to one host, then it is left alone for this slice


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


class Fetcher:
    """One HTTP client with the manners of a run. An async context manager."""

    def __init__(self, *, limiter: HostLimiter, user_agent: str, allow_private: bool, folder: Path) -> None:
        self.limiter = limiter
        self.folder = folder
        self.patience = PATIENCE
        self.robots = Robots(self._read_robots)
        self._failures: dict[str, int] = {}
        self.client = httpx.AsyncClient(
            transport=guarded_transport(allow_private=allow_private),
            timeout=TIMEOUT,
            headers={"User-Agent": user_agent, "Accept-Language": "en,he;q=0.8,*;q=0.5", "Accept-Encoding": ACCEPTED},
            follow_redirects=False,
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.client.aclose()

    async def fetch(self, request: Request) -> Response:
        """Raises TryLater or GiveUpUrl, by class of error."""
        url = request.url
        hops: list[str] = []
        began = time.monotonic()
        while True:
            await self._may_visit(url, request)
            outcome = await self._once(url, request, conditional=not hops)
            if isinstance(outcome, Response):
                return self._finished(outcome, request, hops, began)
            hops.append(outcome)
            if len(hops) > MAX_REDIRECTS or outcome in (request.url, *hops[:-1]):
                raise Refused("The redirects lead round in a circle or never end.", status=310)
            url = outcome

    async def _may_visit(self, url: str, request: Request) -> None:
        if request.check and (objection := request.check(url)):
            raise NotAllowed(objection)
        host = host_of(url)
        if not request.patient and self._failures.get(host, 0) >= UNREACHABLE_AFTER:
            raise Refused(why("unreachable", host=host))
        if not await self.robots.allows(url):
            raise NotAllowed("robots.txt forbids it.")
        if delay := await self.robots.crawl_delay(url):
            self.limiter.set_crawl_delay(server_of(url), delay)

    async def _once(self, url: str, request: Request, *, conditional: bool) -> Response | str:
        """One request: the response, or the address that it redirects to."""
        headers = {}
        if conditional and request.etag:
            headers["If-None-Match"] = request.etag
        if conditional and request.last_modified:
            headers["If-Modified-Since"] = request.last_modified
        if request.tail:
            headers |= {"Range": f"bytes=-{request.tail}", "Accept-Encoding": "identity"}
        host = host_of(url)
        patience = request.patience if conditional else max(request.patience, LONG_PATIENCE)
        async with self._answer(url, host, headers, patience) as (answer, limit):
            if answer.status_code in (301, 302, 303, 307, 308):
                target = normalise_url(answer.headers.get("location", ""), url)
                if not target:
                    raise Refused("It redirects to something that is no web address.", status=answer.status_code)
                return target
            if answer.status_code == 304 and not headers:
                raise Refused("It says that nothing has changed, though nothing is known of it.", status=304)
            if answer.status_code == 304:
                return Response(url, url, 304, not_modified=True)
            self._raise_for_status(answer)
            return await self._receive(answer, url, request, limit)

    @contextlib.asynccontextmanager
    async def _answer(
        self, url: str, host: str, headers: dict[str, str], patience: float
    ) -> AsyncIterator[tuple[httpx.Response, asyncio.Timeout]]:
        """The open response, in this host's turn, and its time limit; connection errors are told apart."""
        pace = self.limiter.pace(server_of(url))
        try:
            async with (
                self.limiter.turn(server_of(url), patience),
                began_now() as began,
                asyncio.timeout(START_SECONDS) as limit,
                self.client.stream("GET", url, headers=headers) as answer,
            ):
                pace.answered(time.monotonic() - began)
                self._failures.pop(host, None)
                if sum(len(cookie.value or "") for cookie in self.client.cookies.jar) > MAX_COOKIES:
                    self.client.cookies.clear()
                yield answer, limit
        except TimeoutError as problem:
            pace.strained()
            raise Timeout("The download took too long.") from problem
        except httpx.TimeoutException as problem:
            pace.strained()
            raise Timeout(why("no_answer", host=host)) from problem
        except (httpx.NetworkError, httpx.ProtocolError) as problem:
            self._failures[host] = self._failures.get(host, 0) + 1
            raise ConnectionFailed(
                why("unreachable_because", host=host, problem=problem or type(problem).__name__)
            ) from problem
        except (httpx.DecodingError, httpx.InvalidURL, UnicodeError, zlib.error) as problem:
            raise Refused(why("undecodable", problem=problem)) from problem

    def _raise_for_status(self, answer: httpx.Response) -> None:
        problem = complaint(answer.status_code, answer.headers.get("retry-after"))
        if isinstance(problem, TooManyRequests):
            self.limiter.pause(server_of(str(answer.url)), problem.retry_after)
        if problem is not None:
            raise problem

    async def _receive(
        self, answer: httpx.Response, url: str, request: Request, time_limit: asyncio.Timeout
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
        folder = self.folder if on_disk and not request.cut else None
        return await self._body(prepend(first, chunks, cut=request.cut), kind, limit, answer, url, folder)

    async def _body(
        self, chunks: AsyncIterator[bytes], kind: str, limit: int, answer: httpx.Response, url: str, folder: Path | None
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

    def _finished(self, answer: Response, request: Request, hops: list[str], began: float) -> Response:
        return replace(
            answer,
            url=request.url,
            final_url=hops[-1] if hops else request.url,
            hops=tuple(hops),
            milliseconds=round((time.monotonic() - began) * 1000),
        )

    async def _read_robots(self, url: str, known: RobotsAnswer | None) -> RobotsAnswer:
        try:
            answer = await self._follow_robots(url, known)
        except (Gone, Refused, TooLarge) as problem:
            return RobotsAnswer(problem.status or 404)
        except (Timeout, ConnectionFailed, ServerError, TooManyRequests) as problem:
            return RobotsAnswer(problem.status or 500)
        if answer.not_modified and known:
            return known.read_again()
        return RobotsAnswer(200, answer.text[:500_000], answer.etag, answer.last_modified)

    async def _follow_robots(self, url: str, known: RobotsAnswer | None) -> Response:
        """robots.txt itself is not subject to robots.txt."""
        etag, modified = (known.etag, known.last_modified) if known else ("", "")
        wanted = frozenset({"text", "html", "xml", "binary"})
        request = Request(url, etag, modified, wanted, patience=self.patience, cut=ROBOTS_BYTES)
        for hop in range(MAX_REDIRECTS):
            outcome = await self._once(url, request, conditional=hop == 0)
            if isinstance(outcome, Response):
                return outcome
            url = outcome
        raise Refused("The redirects lead round in a circle or never end.", status=404)


def claimed(answer: httpx.Response) -> int:
    """Bytes that an answer says it will have; 0 where it says nothing of use."""
    length = answer.headers.get("content-length", "")
    return int(length[:15]) if length.isascii() and length.isdecimal() else 0


def complaint(status: int, wait: str | None) -> IngestionError | None:
    """What a status says against going on; `wait` is the Retry-After header, where there is one."""
    if status in (404, 410):
        return Gone("There is no such page (any more).", status=status)
    if status == 429 or (status == 503 and wait is not None):
        return TooManyRequests(
            "The site asks to be left alone for a while.", retry_after=retry_after(wait or ""), status=status
        )
    if status >= 500:
        return ServerError(why("server_error", status=status), status=status)
    return Refused(why("refused", status=status), status=status) if status >= 400 else None


@contextlib.asynccontextmanager
async def began_now() -> AsyncIterator[float]:
    """The moment at which a turn was given."""
    yield time.monotonic()


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


def mark(value: str, most: int) -> str:
    """An ETag or date that can be sent back; one that is too long or no ASCII would never be known again."""
    return value if len(value) <= most and value.isascii() else ""


def retry_after(value: str) -> float:
    """Seconds of a Retry-After header (RFC 9110, 10.2.3), a number or a date; 30 where it is neither."""
    if value.strip().isdecimal():
        return min(float(value[:20]), MAX_RETRY_AFTER)
    try:
        seconds = (parsedate_to_datetime(value) - timezone.now()).total_seconds()
    except (TypeError, ValueError, OverflowError):
        return 30.0
    return min(max(seconds, 0.0), MAX_RETRY_AFTER)
