"""Tabs of one browser, kept from page to page: opening one and ending it costs as much as showing a page in it."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page

PAGES_A_TAB = 20  # then its process ends, with all that its pages have left behind
IDLE_SECONDS = 0.3  # that a tab waits for its next page: the scripts of the last one go on meanwhile


@dataclass(eq=False)
class Tab:
    """`pages` is how many it has shown."""

    page: "Page"
    pages: int = 0

    @property
    def is_used(self) -> bool:
        return self.pages > 0


class Tabs:
    """Those that wait for their next page. `end` closes one."""

    def __init__(self, end: Callable[["Page"], Awaitable[None]]) -> None:
        self._end = end
        self._waiting: dict[Tab, asyncio.Task[None]] = {}

    async def take(self, context: "BrowserContext", *, new: bool) -> Tab:
        """A tab of this context: one that waits, unless a `new` one is asked for."""
        for tab in [] if new else list(self._waiting):
            if tab.page.context is context and not tab.page.is_closed():
                self._waiting.pop(tab).cancel()
                return tab
        page = await context.new_page()
        page.on("popup", unwanted)
        return Tab(page)

    async def give_back(self, tab: Tab) -> None:
        """Keep a tab that has shown a page for the next one, unless it is worn out."""
        tab.pages += 1
        if tab.pages >= PAGES_A_TAB:
            await self._end(tab.page)
        else:
            self._waiting[tab] = asyncio.create_task(self._end_later(tab))

    async def _end_later(self, tab: Tab) -> None:
        await asyncio.sleep(IDLE_SECONDS)
        del self._waiting[tab]
        await self._end(tab.page)

    def forget(self) -> None:
        """Their browser ends, and they with it."""
        while self._waiting:
            self._waiting.popitem()[1].cancel()


async def unwanted(page: "Page") -> None:
    """Windows that a page opens by itself are closed."""
    from playwright.async_api import Error

    with contextlib.suppress(Error):
        await page.close()
