"""The asynchronous side of a slice: several fetches in flight, handed over to the storing side as they finish.

The crew knows no database. The slice runs its loop in turns, so that the ORM is only used while the loop rests.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from .addresses import host_of, looks_like_document, normalise_url
from .browser import Browser
from .effort import limited_effort
from .errors import GiveUpUrl, IngestionError, TryLater, Unforeseen
from .extract import needs_browser
from .fetch import Fetcher, Request, Response
from .pdf import PdfText, read_pdf
from .sitemaps import MAX_SITEMAPS, MAX_URLS, parse_sitemap

logger = logging.getLogger(__name__)
DISCOVERY_SECONDS = 90.0  # for all sitemaps of a site; what was found until then counts
GLANCE_SECONDS = 5.0  # of processor time, to see whether a page needs the browser


@dataclass(frozen=True)
class Job:
    """One URL to fetch. `render` is 'auto', 'http' or 'browser'."""

    row: int
    url: str
    kind: str
    etag: str = ""
    last_modified: str = ""
    render: str = "auto"
    check: Callable[[str], str | None] | None = None
    patient: bool = False


@dataclass(frozen=True)
class Outcome:
    """What came of a job: a response (with the text of a PDF), or the error."""

    job: Job
    response: Response | None = None
    pdf: PdfText | None = None
    error: Exception | None = None


WANTED = {"page": {"html", "pdf"}, "document": {"html", "pdf"}, "image": {"image"}}


class Crew:
    """Fetcher and browser of one slice, with the tasks in flight."""

    def __init__(self, fetcher: Fetcher, browser: Browser, *, size: int = 8) -> None:
        self.fetcher = fetcher
        self.browser = browser
        self.size = size
        self.tasks: set[asyncio.Task[Outcome]] = set()
        self.urls: dict[asyncio.Task[Outcome], str] = {}

    async def __aenter__(self) -> Self:
        return self

    async def close(self) -> None:
        """End everything that still runs, browser and driver too."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.browser.__aexit__(None, None, None)
        await self.fetcher.client.aclose()

    @property
    def free(self) -> int:
        return self.size - len(self.tasks)

    async def start(self, jobs: list[Job]) -> None:
        for job in jobs:
            task = asyncio.create_task(self._do(job))
            self.tasks.add(task)
            self.urls[task] = job.url

    async def wait(self, seconds: float) -> list[Outcome]:
        """Those jobs that have finished, after at most so many seconds."""
        if not self.tasks:
            await asyncio.sleep(seconds)
            return []
        done, self.tasks = await asyncio.wait(self.tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            self.urls.pop(task, None)
        return [task.result() for task in done]

    async def _do(self, job: Job) -> Outcome:
        try:
            response = await self._fetch(job)
            if response.kind == "pdf" and response.path is not None:
                return await self._read(job, response)
            return Outcome(job, response)
        except IngestionError as problem:
            return Outcome(job, error=problem)
        except Exception as problem:  # noqa: BLE001 one page must not end the run
            logger.warning("%s could not be fetched. %s", job.url, Unforeseen.of(problem))
            return Outcome(job, error=Unforeseen.of(problem))

    async def _read(self, job: Job, response: Response) -> Outcome:
        assert response.path is not None
        try:
            return Outcome(job, response, pdf=await read_pdf(response.path))
        except BaseException:
            response.path.unlink(missing_ok=True)
            raise

    async def _fetch(self, job: Job) -> Response:
        if (
            job.render == "browser"
            and job.kind == "page"
            and self.browser.available
            and not looks_like_document(job.url)
        ):
            await self.fetcher._may_visit(job.url, Request(job.url, check=job.check))
            return await self._render(job, job.url, "the brand's settings ask for the browser")
        request = Request(job.url, job.etag, job.last_modified, frozenset(WANTED[job.kind]), job.check, job.patient)
        response = await self.fetcher.fetch(request)
        if response.kind != "html" or job.render == "http" or job.kind == "image":
            return response
        with limited_effort(GLANCE_SECONDS):
            reason = needs_browser(response.text)
        return await self._rendered(job, response, reason) if reason else response

    async def _rendered(self, job: Job, response: Response, reason: str) -> Response:
        """The page from the browser; without one, or where it fails, what HTTP gave, and why."""
        if not self.browser.available:
            return replace(response, note=f"It needs a browser ({reason}), and none was found: set HALILIT_CHROMIUM.")
        try:
            rendered = await self._render(job, response.final_url, reason)
        except GiveUpUrl as problem:
            return replace(response, note=f"It needs a browser ({reason}). {problem}")
        # For the next visit: what HTTP says about changes holds for the rendered page too.
        return replace(
            rendered,
            url=response.url,
            hops=response.hops,
            etag=response.etag,
            last_modified=response.last_modified,
            content_hash=response.content_hash if len(response.body) > 0 else rendered.content_hash,
            milliseconds=response.milliseconds + rendered.milliseconds,
        )

    async def _render(self, job: Job, url: str, reason: str) -> Response:
        async with self.fetcher.limiter.turn(host_of(url)):
            rendered = await self.browser.render(url, job.check)
        return replace(rendered, note=f"Read in the browser: {reason}.")

    async def has_ended(self, task: "asyncio.Task[list[str]]", seconds: float) -> bool:
        """Wait for a task, so many seconds at most."""
        done, _ = await asyncio.wait({task}, timeout=seconds)
        return bool(done)

    async def look_for_pages(self, start: str, allowed: Callable[[str], bool]) -> "asyncio.Task[list[str]]":
        """Begin to read the sitemaps; whoever waits can do so in turns."""

        async def look() -> list[str]:
            pages: list[str] = []
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(DISCOVERY_SECONDS):
                    await self._sitemaps(start, allowed, pages)
            return pages[:MAX_URLS]

        return asyncio.create_task(look())

    async def _sitemaps(self, start: str, allowed: Callable[[str], bool], pages: list[str]) -> None:
        """Add the pages that the site's sitemaps name, those in robots.txt first, else in the usual place."""
        named: list[str] = []
        with contextlib.suppress(TryLater):
            named = await self.fetcher.robots.sitemaps(start)
        waiting = named or [f"{start.rstrip('/')}/sitemap.xml"]
        seen: set[str] = set()
        while waiting and len(seen) < MAX_SITEMAPS and len(pages) < MAX_URLS:
            url = normalise_url(waiting.pop(0), start)
            if url is None or url in seen or not allowed(url):
                continue
            seen.add(url)
            with contextlib.suppress(GiveUpUrl, TryLater):
                answer = await self.fetcher.fetch(
                    Request(
                        url,
                        wanted=frozenset({"xml", "text", "archive"}),
                        check=lambda u: None if allowed(u) else "another host",
                    )
                )
                with limited_effort(GLANCE_SECONDS):
                    found = parse_sitemap(answer.body)
                pages += found.pages
                waiting += found.sitemaps[: MAX_SITEMAPS - len(waiting)] if len(waiting) < MAX_SITEMAPS else []


def make_crew(*, rate: float, user_agent: str, allow_private: bool, chromium: str, folder: Path, size: int = 8) -> Crew:
    """Call inside the loop that it is to run in."""
    from .limiter import HostLimiter

    fetcher = Fetcher(limiter=HostLimiter(rate), user_agent=user_agent, allow_private=allow_private, folder=folder)
    browser = Browser(named=chromium, user_agent=user_agent, allow_private=allow_private)
    return Crew(fetcher, browser, size=size)
