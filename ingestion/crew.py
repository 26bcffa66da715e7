"""The asynchronous side of a slice: several fetches in flight, handed over to the storing side as they finish.

The crew knows no database. The slice runs its loop in turns, so that the ORM is only used while the loop rests.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from .addresses import looks_like_document, server_of
from .archive_reader import ArchiveText, glance, read_archive
from .browser import Browser
from .discovery import Reading, begin_reading, read_next
from .errors import BrowserLost, GiveUpUrl, IngestionError, Refused, TooManyRequests, TryLater, of_our_own
from .exchange import Request, Response
from .extract.files import ARCHIVE
from .extract.records import Extraction, StoredPicture
from .fetch import Fetcher
from .hesitation import Hesitation
from .limiter import LONG_PATIENCE, PATIENCE, HostLimiter
from .pdf import PdfText, read_pdf
from .plain import read_text
from .reader import Reader
from .reasons import why
from .rendering import Rendering, helped

logger = logging.getLogger(__name__)
SOON = 2.0  # seconds
GATHERED = 4  # outcomes that are worth a transaction of their own


@dataclass(frozen=True)
class Job:
    """One URL to fetch. `render` is 'auto', 'http' or 'browser'; what still has `content_hash` is not read again."""

    row: int
    url: str
    kind: str
    etag: str = ""
    last_modified: str = ""
    content_hash: str = ""
    render: str = "auto"
    check: Callable[[str], str | None] | None = None
    patient: bool = False
    last_try: bool = False


Read = Extraction | PdfText | ArchiveText | StoredPicture | None


@dataclass(frozen=True)
class Outcome:
    """What came of a job: a response with what was read in it (nothing where it is unchanged), or the error.

    `milliseconds` and `size` (bytes) are what an error cost.
    """

    job: Job
    response: Response | None = None
    read: Read = None
    error: IngestionError | None = None
    milliseconds: int = 0
    size: int = 0


WANTED = {"page": {"html", "pdf", "json"}, "document": {"html", "pdf", "text", "archive"}, "image": {"image"}}


class Crew:
    """Fetcher, browser and reader of one slice, with the tasks in flight. `brand` is the name of the pages' brand."""

    def __init__(self, fetcher: Fetcher, browser: Browser, *, brand: str = "", size: int = 16) -> None:
        self.fetcher = fetcher
        self.browser = browser
        self.reader = Reader()
        self.rendering = Rendering()
        self.hesitation = Hesitation()
        self.brand = brand
        self.size = size
        self.tasks: set[asyncio.Task[Outcome]] = set()
        self.hosts: dict[asyncio.Task[Outcome], str] = {}
        self.busy: Counter[str] = Counter()  # jobs in flight, by host
        self.opening: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def begin(self, *, browser: bool) -> None:
        """Open the reader, and begin to open the `browser`, while it is found out what there is to read."""
        await self.reader.begin()
        self.opening = asyncio.create_task(self.browser.begin()) if browser else None

    async def close(self) -> None:
        """End everything that still runs: reader, browser and driver too."""
        for task in (*self.tasks, *([self.opening] if self.opening else [])):
            task.cancel()
        # At once: a page that is at work ends sooner when its browser does.
        await asyncio.gather(*self.tasks, self.browser.__aexit__(None, None, None), return_exceptions=True)
        await self.reader.close()
        await self.fetcher.client.aclose()

    def room_at(self, host: str) -> int:
        """How many more jobs for a host: no more than can begin soon, or a slice's end would have to wait for them."""
        step = self.fetcher.limiter.pace(host).step
        most = self.size if step == 0 else min(self.size, max(1, round(SOON / step) + 1))
        return most - self.busy[host]

    @property
    def free(self) -> int:
        return self.size - len(self.tasks)

    async def start(self, jobs: list[Job]) -> None:
        for job in jobs:
            task = asyncio.create_task(self._do(job))
            self.tasks.add(task)
            self.hosts[task] = server_of(job.url)
            self.busy[self.hosts[task]] += 1

    async def wait(self, seconds: float, *, gather: float = 0.0) -> list[Outcome]:
        """Those jobs that have finished, after at most so many seconds; a little longer, to `gather` several."""
        if not self.tasks:
            await asyncio.sleep(seconds)
            return []
        done, self.tasks = await asyncio.wait(self.tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        end = time.monotonic() + gather
        while done and len(done) < GATHERED and self.tasks and (left := end - time.monotonic()) > 0:
            more, self.tasks = await asyncio.wait(self.tasks, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            done |= more
        for task in done:
            self.busy[self.hosts.pop(task)] -= 1
        return [task.result() for task in done]

    async def _do(self, job: Job) -> Outcome:
        response, began = None, time.monotonic()
        try:
            response = await self._fetch(job)
            if response.not_modified or response.content_hash == job.content_hash:
                return Outcome(job, response)
            return await self._read(job, response)
        except IngestionError as problem:
            return failure(job, response, problem, began)
        except Exception as problem:  # noqa: BLE001 one page must not end the run
            logger.warning("%s could not be fetched. %s", job.url, own := of_our_own(problem))
            return failure(job, response, own, began)

    async def _fetch(self, job: Job) -> Response:
        if (
            job.render == "browser"
            and job.kind == "page"
            and self.browser.available
            and not looks_like_document(job.url)
        ):
            await self.fetcher._may_visit(job.url, Request(job.url, check=job.check))
            return await self._render(job, job.url, why("told_to"))
        if (response := await self._straight(job)) is not None:
            return response
        wanted, to_disk = frozenset(WANTED[job.kind]), job.kind == "document"
        request = Request(
            job.url, job.etag, job.last_modified, wanted, job.check, job.patient, to_disk=to_disk
        )  # fmt: skip
        if to_disk and ARCHIVE.search(urlsplit(job.url).path) and not job.content_hash:
            await glance(self.fetcher, request)
        return await self.fetcher.fetch(request)

    async def _read(self, job: Job, response: Response) -> Outcome:
        if response.path is not None:
            try:
                return Outcome(job, response, await self._file(response.kind, response.path))
            except BaseException:
                response.path.unlink(missing_ok=True)
                raise
        if response.kind == "image":
            return Outcome(job, response, await self.reader.picture(response.body))
        if response.rendered or job.render == "http":
            return Outcome(job, response, await self._whole(response))
        vain = self.rendering.vain(job.url)
        read = await self._page(response, glance=vain is None)
        if not isinstance(read, str):
            self.rendering.note(job.url, needed=False) if vain is None else None
            return Outcome(job, replace(response, note=vain or response.note), read)
        shown = await self._rendered(job, response, read)
        whole = await self._whole(shown)
        if shown.rendered:
            self.rendering.note(job.url, needed=True, helped=helped(read, whole.text, shown.parts))
        return Outcome(job, shown, whole)

    async def _straight(self, job: Job) -> Response | None:
        """The page from the browser at once, where pages like it needed it and HTTP could save nothing."""
        if job.kind != "page" or job.render != "auto" or not self.browser.available or looks_like_document(job.url):
            return None
        known = job.etag or job.last_modified or job.content_hash
        route = why("route") if urlsplit(job.url).fragment else None
        reason = route or (None if known else self.rendering.straight(job.url))
        if reason is None:
            return None
        await self.fetcher._may_visit(job.url, Request(job.url, check=job.check))
        try:
            return await self._render(job, job.url, reason, mark=True)
        except Refused:  # by the browser, as what is no page at all: HTTP tells
            return None

    async def _whole(self, response: Response) -> Extraction:
        read = await self._page(response)
        assert isinstance(read, Extraction)
        return read

    async def _file(self, kind: str, path: Path) -> PdfText | ArchiveText:
        if kind == "archive":
            return await read_archive(path, self.fetcher.folder)
        return read_text(path) if kind == "text" else await read_pdf(path)

    async def _page(self, response: Response, *, glance: bool = False) -> Extraction | str:
        return await self.reader.page(
            url=response.final_url,
            body=response.body,
            content_type=response.content_type,
            brand=self.brand,
            glance=glance,
            link=response.link,
        )

    async def _rendered(self, job: Job, response: Response, reason: str) -> Response:
        """The page from the browser; without one, or where it fails, what HTTP gave, and why."""
        if not self.browser.available:
            return replace(response, note=why("no_browser", why=reason))
        await self.hesitation.end(self.browser, self.reader)
        try:
            rendered = await self._render(job, response.final_url, reason)
        except (GiveUpUrl, BrowserLost) as problem:
            if isinstance(problem, BrowserLost) and not job.last_try:
                raise
            if problem.reason.code == "not_ready" and not job.last_try:  # it may be the machine that is slow
                raise TryLater(problem.reason) from problem
            # Not known again: the next visit tries the browser once more, though nothing has changed.
            note = why("browser_failed", why=reason, problem=problem.reason)
            return replace(response, note=note, etag="", last_modified="", content_hash="")
        # For the next visit: what HTTP says about changes holds for the rendered page too.
        return replace(
            rendered,
            url=response.url,
            hops=response.hops,
            etag=response.etag,
            last_modified=response.last_modified,
            link=response.link,
            content_hash=response.content_hash if len(response.body) > 0 else rendered.content_hash,
            milliseconds=response.milliseconds + rendered.milliseconds,
        )

    async def _render(self, job: Job, url: str, reason: str, *, mark: bool = False) -> Response:
        host = server_of(url)
        first = mark or (job.render == "browser" and url == job.url)
        async with self.fetcher.limiter.turn(host, PATIENCE if first else LONG_PATIENCE):
            try:
                rest = self.fetcher.limiter.pace(host).step
                rendered = await self.browser.render(url, job.check, rest=rest, mark=mark)
            except IngestionError as problem:
                problem.stage = "render"
                if isinstance(problem, TooManyRequests):
                    self.fetcher.limiter.pause(host, problem.retry_after)
                raise
        many = {"times": rendered.parts} if rendered.parts else {}
        return replace(rendered, note=why("rendered_more" if many else "rendered", why=reason, **many))

    async def has_ended(self, task: "asyncio.Task[Reading]", seconds: float) -> bool:
        """Wait for a task, so many seconds at most."""
        done, _ = await asyncio.wait({task}, timeout=seconds)
        return bool(done)

    async def look_for_pages(self, start: str, allowed: Callable[[str], bool]) -> "asyncio.Task[Reading]":
        """Begin to read the site's sitemaps, as far as time allows before its pages."""
        return asyncio.create_task(begin_reading(self.fetcher, start, allowed))

    async def read_on(self, reading: Reading, start: str, allowed: Callable[[str], bool]) -> "asyncio.Task[None]":
        """Begin to read the next of its sitemaps."""
        return asyncio.create_task(read_next(self.fetcher, reading, start, allowed, patience=PATIENCE))


def failure(job: Job, response: Response | None, problem: IngestionError, began: float) -> Outcome:
    """What could not be read had been fetched all the same: the error says with which status."""
    if response is not None and problem.status is None:
        problem.status = response.status
    problem.stage = problem.stage or problem.reason.stage or ("read" if response is not None else "fetch")
    spent = round((time.monotonic() - began) * 1000)
    return Outcome(job, error=problem, milliseconds=spent, size=response.size if response is not None else 0)


def make_crew(
    *, rate: float, user_agent: str, allow_private: bool, chromium: str, folder: Path, brand: str = "", size: int = 16
) -> Crew:
    """Call inside the loop that it is to run in."""
    limiter = HostLimiter(rate, gated=True)
    fetcher = Fetcher(limiter=limiter, user_agent=user_agent, allow_private=allow_private, folder=folder)
    browser = Browser(named=chromium, user_agent=user_agent, allow_private=allow_private)
    return Crew(fetcher, browser, brand=brand, size=size)
