"""Reads a site's sitemaps: those that robots.txt names, else those in the usual places."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator

from .addresses import normalise_url
from .effort import limited_effort
from .errors import GiveUpUrl, HostRests, TryLater
from .exchange import Request
from .fetch import Fetcher
from .limiter import PATIENCE
from .sitemaps import MAX_SITEMAPS, MAX_URLS, parse_sitemap

DISCOVERY_SECONDS = 90.0  # for all sitemaps of a site; what was found until then counts
USUAL_PLACES = ("/sitemap.xml", "/sitemap_index.xml")  # the second where the first holds nothing
SITEMAP_SECONDS = 5.0  # of processor time, for one sitemap


async def pages_named(fetcher: Fetcher, start: str, allowed: Callable[[str], bool]) -> dict[str, str]:
    """The pages that a site's sitemaps name, each with its language where that is said."""
    pages: dict[str, str] = {}
    fetcher.patience = DISCOVERY_SECONDS
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(DISCOVERY_SECONDS):
            await read_sitemaps(fetcher, start, allowed, pages)
    fetcher.patience = PATIENCE
    return pages


async def read_sitemaps(fetcher: Fetcher, start: str, allowed: Callable[[str], bool], pages: dict[str, str]) -> None:
    """Add the pages that the site's sitemaps name, those in robots.txt first, else in the usual place."""
    named: list[str] = []
    with suppressed():
        named = await fetcher.robots.sitemaps(start)
    seen: set[str] = set()
    for waiting in [named] if named else [[f"{start.rstrip('/')}{path}"] for path in USUAL_PLACES]:
        await follow(fetcher, waiting, start, allowed, pages, seen)
        if pages:
            return


async def follow(
    fetcher: Fetcher,
    waiting: list[str],
    start: str,
    allowed: Callable[[str], bool],
    pages: dict[str, str],
    seen: set[str],
) -> None:
    """Read sitemaps and those that they name in their turn."""
    while waiting and len(seen) < MAX_SITEMAPS and len(pages) < MAX_URLS:
        url = normalise_url(waiting.pop(0), start)
        if url is None or url in seen or not allowed(url):
            continue
        seen.add(url)
        with suppressed(rest_too=len(seen) > 1):
            answer = await fetcher.fetch(
                Request(
                    url,
                    wanted=frozenset({"xml", "text", "archive"}),
                    check=lambda u: None if allowed(u) else "another host",
                    patience=DISCOVERY_SECONDS,
                )
            )
            with limited_effort(SITEMAP_SECONDS):
                found = parse_sitemap(answer.body)
            pages |= dict.fromkeys(found.pages, "") | found.languages
            waiting += found.sitemaps[: MAX_SITEMAPS - len(waiting)] if len(waiting) < MAX_SITEMAPS else []


@contextlib.contextmanager
def suppressed(*, rest_too: bool = False) -> Iterator[None]:
    """A sitemap that cannot be had is done without; while its host rests, that is not known yet."""
    try:
        yield
    except HostRests:
        if not rest_too:
            raise
    except (GiveUpUrl, TryLater):
        pass
