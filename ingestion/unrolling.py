"""Lists that go on by a button or by scrolling, unrolled in the browser as long as something new comes."""

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .extract.more import HARM, WORDS

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page

MOST_STEPS = 60
UNROLL_SECONDS = 90.0  # for one list
PATIENCE_MS = 2500  # for something new after a click or a scroll; longer while the page still asks for something
LONGEST_STEP = 4 * PATIENCE_MS / 1000  # seconds, as it says: until the page is drawn, and for something new
WATCH_SCROLLING = Path(__file__).with_name("watch_scrolling.js").read_text("utf-8")
STEP = Path(__file__).with_name("unroll.js").read_text("utf-8")


async def prepare(context: "BrowserContext") -> None:
    """Let the pages of a context note what they watch for coming into view."""
    await context.add_init_script(WATCH_SCROLLING)


def step_words(*, first: bool) -> list[Any]:
    """What STEP is told."""
    return [first, PATIENCE_MS, WORDS, HARM]


async def go_on(page: "Page", rest: float, limit: asyncio.Timeout) -> int:
    """Load the further parts of a list that grew by a first step, `rest` seconds apart. Returns how many came in all.

    Nothing is clicked but what says that it shows more of the list that it stands at.
    """
    end, parts = time.monotonic() + UNROLL_SECONDS, 1
    limit.reschedule(asyncio.get_running_loop().time() + UNROLL_SECONDS + LONGEST_STEP + rest)
    await asyncio.sleep(rest)
    while parts < MOST_STEPS and time.monotonic() < end and await page.evaluate(STEP, step_words(first=False)):
        parts += 1
        await asyncio.sleep(rest)
    return parts
