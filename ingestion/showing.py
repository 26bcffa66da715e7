"""One page in a tab: gone to, waited for, its list unrolled, and its markup taken."""

import asyncio
import contextlib
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from . import settling, unrolling
from .addresses import normalise_url
from .body import MAX_BYTES

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page
    from playwright.async_api import Response as Answer

NAVIGATION_TIMEOUT = 25_000  # milliseconds
OUTER_HTML = Path(__file__).with_name("outer_html.js").read_text("utf-8")
# One question instead of three: each costs a way to the page and back. Resolves with the address, and whether a list
# grew by its first step, else with the markup.
SHOW = f"""async ([rest, step, most]) => {{
  await ({settling.AT_REST})(rest);
  const {{ href }} = location;
  if (await ({unrolling.STEP})(step)) return [href, true, null];
  return [href, false, ({OUTER_HTML})(most)];
}}"""


@dataclass
class Shown:
    """A page in its tab: address and markup (None: too large), what HTTP said, and how many parts its list had more."""

    url: str
    html: str | None
    parts: int = 0
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""  # as it came, where that was asked for


async def prepare(context: "BrowserContext") -> None:
    """Let the pages of a context note what `show` looks at."""
    await settling.prepare(context)
    await unrolling.prepare(context)


async def show(page: "Page", url: str, *, rest: float, limit: asyncio.Timeout, mark: bool) -> Shown:
    """Raises what Playwright does. Further parts of a list are loaded `rest` seconds apart, and put `limit` off."""
    answer = await visit(page, url)
    if answer is not None and answer.status >= 400:  # nothing of it is read
        return Shown(normalise_url(page.url) or url, "", status=answer.status, headers=answer.headers)
    href, grew, html = await first_look(page)
    final, parts = normalise_url(href) or url, 0
    if grew:
        parts = await unrolling.go_on(page, rest, limit)
        html = await page.evaluate(OUTER_HTML, MAX_BYTES["html"])
    if answer is None:
        return Shown(final, html, parts)
    body = await answer.body() if mark else b""
    return Shown(final, html, parts, answer.status, answer.headers, body)


async def visit(page: "Page", url: str) -> "Answer | None":
    if urlsplit(url).fragment and page.url != "about:blank":
        await page.goto("about:blank")  # or a route of the page that stands there would be no visit
    return await page.goto(url, wait_until="domcontentloaded", timeout=NAVIGATION_TIMEOUT)


async def first_look(page: "Page") -> tuple[str, bool, str | None]:
    """Wait until the page rests, SETTLE_SECONDS at most, and take the first step of a list that goes on.

    Where the page sends the browser elsewhere, that is waited for. Returns where it stands, and whether a list grew,
    else the markup.
    """
    from playwright.async_api import Error

    end = time.monotonic() + settling.SETTLE_SECONDS
    step, most = unrolling.step_words(first=True), MAX_BYTES["html"]
    with contextlib.suppress(TimeoutError):
        # The page's own clock stands still while its scripts are busy, and they may have put another in its place.
        async with asyncio.timeout(settling.SETTLE_SECONDS + unrolling.LONGEST_STEP + 1):
            while True:
                try:
                    href, grew, html = await page.evaluate(SHOW, [settling.words(end - time.monotonic()), step, most])
                    return href, grew, html
                except Error as problem:
                    if "context was destroyed" not in problem.message and "navigat" not in problem.message:
                        raise
                    await page.wait_for_load_state("domcontentloaded")
    return page.url, False, await page.evaluate(OUTER_HTML, most)
