"""Fetching one URL over HTTP: redirects hop by hop, limits on size and time, content known by its first bytes."""

import asyncio
import contextlib
import time
import zlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from .addresses import host_of, normalise_url, server_of
from .answers import complaint
from .body import receive
from .errors import (
    ConnectionFailed,
    Gone,
    NotAllowed,
    Refused,
    ServerError,
    Timeout,
    TooLarge,
    TooManyRequests,
)
from .exchange import Request, Response
from .guard import guarded_transport
from .limiter import LONG_PATIENCE, PATIENCE, HostLimiter
from .reasons import why
from .robots import Robots, RobotsAnswer
from .unpack import ACCEPTED

MAX_REDIRECTS = 6
TIMEOUT = httpx.Timeout(20.0, connect=10.0)  # seconds without a byte
START_SECONDS = 30.0  # until it is known what it is: a host may send a byte a second for ever
MAX_COOKIES = 8_000  # characters; a site that gives more is asked without any
ROBOTS_BYTES = 600_000  # the rest of a longer robots.txt does not count (RFC 9309, 2.5)
UNREACHABLE_AFTER = 3  # failed connections in a row to one host, then it is left alone for this slice


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
            return await receive(answer, url, request, time_limit=limit, folder=self.folder)

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


@contextlib.asynccontextmanager
async def began_now() -> AsyncIterator[float]:
    """The moment at which a turn was given."""
    yield time.monotonic()
