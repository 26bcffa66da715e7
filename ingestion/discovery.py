"""Reads a site's sitemaps: those that robots.txt names, else those in the usual places."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .addresses import normalise_url
from .effort import limited_effort
from .errors import GiveUpUrl, HostRests, IngestionError, TryLater, Unforeseen
from .exchange import Request
from .fetch import Fetcher
from .limiter import PATIENCE
from .reasons import why
from .sitemaps import MAX_SITEMAPS, MAX_URLS, Sitemap, parse_sitemap

DISCOVERY_SECONDS = 90.0  # for the sitemaps of a site before its pages; the others are read beside these
USUAL_PLACES = ("/sitemap.xml", "/sitemap_index.xml")  # the second where the first holds nothing
SITEMAP_SECONDS = 5.0  # of processor time, for one sitemap
MOST_TRIES = 3  # of a sitemap that fails in passing
MOST_LOST = 3  # workers, in the middle of one sitemap; then it may be the cause


@dataclass
class Reading:
    """Where the reading of a site's sitemaps stands.

    `pages` are those that were named since somebody took them last, each with its language where that is said;
    `waiting` and `later` the sitemaps still to be read, the latter because they failed in passing; `begun` the one
    that is being read, with how many workers have begun with it; `problems` those that could not be read.
    """

    waiting: list[str] = field(default_factory=list)
    later: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    tries: dict[str, int] = field(default_factory=dict)
    begun: dict[str, int] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    problems: list[tuple[str, IngestionError]] = field(default_factory=list)

    @property
    def left(self) -> bool:
        return bool(self.waiting or self.later) and len(self.seen) < MAX_SITEMAPS

    @property
    def kept(self) -> dict[str, Any]:
        """For a column; empty where nothing is left to read."""
        rest = [*self.waiting, *self.later][: MAX_SITEMAPS - len(self.seen)]
        kept = {"waiting": rest, "seen": list(self.seen), "tries": dict(self.tries), "begun": dict(self.begun)}
        return kept if rest else {}

    def begin(self) -> bool:
        """Note which one is about to be read. False: it is given up, as it was lost with its worker too often."""
        if not self.waiting:
            self.waiting, self.later = self.later, []
        url = self.waiting[0]
        if self.begun.get(url, 0) < MOST_LOST:
            self.begun = {url: self.begun.get(url, 0) + 1}
            return True
        self.problems.append((url, GiveUpUrl(why("worker_lost"))))
        self.seen.append(url)
        self.waiting.pop(0)
        return False

    def take(self) -> dict[str, str]:
        pages, self.pages = self.pages, {}
        return pages


async def begin_reading(fetcher: Fetcher, start: str, allowed: Callable[[str], bool]) -> Reading:
    """The pages that a site's sitemaps name, as far as time allows.

    Raises HostRests where not even the first may be asked for now.
    """
    reading = Reading()
    fetcher.patience = DISCOVERY_SECONDS
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(DISCOVERY_SECONDS):
            await read_sitemaps(fetcher, start, allowed, reading)
    fetcher.patience = PATIENCE
    return reading


async def read_sitemaps(fetcher: Fetcher, start: str, allowed: Callable[[str], bool], reading: Reading) -> None:
    """Those in robots.txt first, else in the usual places, and those that they name in their turn."""
    named: list[str] = []
    try:
        named = await fetcher.robots.sitemaps(start)
    except HostRests:
        raise
    except (GiveUpUrl, TryLater):
        named = []  # done without
    for places in [named] if named else [[f"{start.rstrip('/')}{path}"] for path in USUAL_PLACES]:
        reading.waiting = list(places)
        while reading.waiting and reading.left and len(reading.pages) < MAX_URLS:
            try:
                await read_next(fetcher, reading, start, allowed, patience=DISCOVERY_SECONDS)
            except HostRests:
                if not reading.seen:
                    raise
                return
        if not named:  # that the usual places hold none is no problem
            reading.problems = [problem for problem in reading.problems if problem[0] not in places]
        if reading.pages:
            return


async def read_next(
    fetcher: Fetcher, reading: Reading, start: str, allowed: Callable[[str], bool], *, patience: float
) -> None:
    """Read one sitemap more. It stays in line where it was not read to its end, and where HostRests is raised."""
    if not reading.waiting:
        reading.waiting, reading.later = reading.later, []
    url = normalise_url(reading.waiting[0], start)
    if url is not None and url not in reading.seen and allowed(url):
        try:
            found = await one_sitemap(fetcher, url, allowed, patience)
        except HostRests:
            raise
        except TryLater as problem:
            failed_in_passing(reading, url, problem)
        except Exception as problem:  # noqa: BLE001 one sitemap must not end the run
            known = problem if isinstance(problem, IngestionError) else Unforeseen.of(problem)
            reading.problems.append((url, known))
            reading.seen.append(url)
        else:
            reading.seen.append(url)
            reading.pages |= dict.fromkeys(found.pages, "") | found.languages
            reading.waiting += found.sitemaps[: max(0, MAX_SITEMAPS - len(reading.waiting))]
    reading.waiting.pop(0)


def failed_in_passing(reading: Reading, url: str, problem: TryLater) -> None:
    reading.tries[url] = reading.tries.get(url, 0) + 1
    if reading.tries[url] < MOST_TRIES:
        reading.later.append(url)
    else:
        reading.problems.append((url, problem))
        reading.seen.append(url)


async def one_sitemap(fetcher: Fetcher, url: str, allowed: Callable[[str], bool], patience: float) -> Sitemap:
    answer = await fetcher.fetch(
        Request(
            url,
            wanted=frozenset({"xml", "text", "archive"}),
            check=lambda u: None if allowed(u) else "another host",
            patience=patience,
        )
    )
    with limited_effort(SITEMAP_SECONDS):
        return parse_sitemap(answer.body)
