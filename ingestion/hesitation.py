"""When Chromium is opened for a page that turned out to need it.

Opening it takes as much processor time as reading a hundred pages. So while there are others to read, one page alone
does not open it; two do at once.
"""

import asyncio
import time

from .browser import Browser
from .reader import Reader

SEVERAL = 2  # pages that are worth it
IDLE_SECONDS = 0.3  # of the reader: then both cores have a moment to spare
MOST_SECONDS = 10.0  # that a page is kept waiting
LOOK_SECONDS = 0.1


class Hesitation:
    """Of one slice: `waiting` counts the pages that would like to see the browser opened."""

    def __init__(self) -> None:
        self.waiting = 0

    async def end(self, browser: Browser, reader: Reader) -> None:
        """Return once the browser is open, or worth opening."""
        end = time.monotonic() + MOST_SECONDS
        self.waiting += 1
        try:
            while not (browser.is_open or self.waiting >= SEVERAL or reader.is_idle(IDLE_SECONDS)):
                if time.monotonic() >= end:
                    return
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            self.waiting -= 1
