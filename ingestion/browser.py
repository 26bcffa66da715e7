"""Rendering pages that are put together by scripts, in one Chromium that opens when the first such page comes."""

import asyncio
import contextlib
import hashlib
import logging
import re
import time
from collections.abc import AsyncIterator, Callable
from types import TracebackType
from typing import TYPE_CHECKING, Self

from .answers import complaint
from .body import MAX_BYTES
from .browser_bounds import bound_pages, end_heavy_pages, hold_session, stand_back
from .chromium import find_chromium, launch_arguments
from .errors import BrowserLost, GiveUpUrl, IngestionError, NotAllowed, Refused, TooLarge
from .exchange import Response
from .gateway import Gateway
from .guard import GuardedBackend
from .priorities import keep_children_back
from .reasons import why
from .showing import Shown, prepare, show
from .tabs import Tabs

if TYPE_CHECKING:
    from playwright.async_api import Browser as Chromium
    from playwright.async_api import BrowserContext, Page, Playwright, ProxySettings

logger = logging.getLogger(__name__)
# Not needed for the text: pictures, fonts, films, measuring and chat scripts.
BLOCKED = re.compile(
    r"\.(png|jpe?g|gif|webp|avif|svg|ico|woff2?|ttf|otf|eot|mp4|webm|mp3|pdf|zip)(\?|$)"
    r"|google-analytics|googletagmanager|doubleclick|facebook\.|hotjar|segment\.|intercom|zendesk|klaviyo|cookiebot|onetrust",
    re.I,
)
RENDER_SECONDS = 40.0  # for a page, whatever its scripts do
CLOSE_SECONDS = 5.0
TABS = 2
RECYCLE_AFTER = 300  # pages
PAGE_MEMORY = 240_000_000  # bytes that one page may take, beside what all of them share (about 100 MB)
# What Playwright says when only the tab or the network's process has gone: HTTP has just reached the site.
PART_LOST = re.compile(r"crash|net::ERR_(?!ABORTED|BLOCKED|UNSAFE|TOO_MANY)")
ANSWERED = re.compile(r"Download is starting|net::ERR_(?!ABORTED)")  # by the site: another tab would hear the same
CRASHED = "crashed"  # what it says of a tab whose own process has ended
FALSE_STARTS = 3  # in a row, then it is taken for broken rather than killed


class Browser:
    """A shared headless Chromium. `render` opens it when needed; leaving the context ends it and its driver."""

    def __init__(
        self, *, named: str, user_agent: str, allow_private: bool, tabs: int = TABS, page_memory: int = PAGE_MEMORY
    ) -> None:
        self.executable = find_chromium(named)
        self.user_agent = user_agent
        self.allow_private = allow_private
        self._size = tabs
        self._tabs = asyncio.Semaphore(tabs)
        self._kept = Tabs(self._end)
        self._renewing = asyncio.Lock()
        self._opening = asyncio.Lock()
        self._playwright: Playwright | None = None
        self._chromium: Chromium | None = None
        self._context: BrowserContext | None = None
        self._pages = 0
        self._false_starts = 0
        self._gateway: Gateway | None = None
        self._page_memory = page_memory
        self._watch: asyncio.Task[None] | None = None
        self._too_heavy = 0

    @property
    def available(self) -> bool:
        return self.executable is not None

    @property
    def is_open(self) -> bool:
        return self._chromium is not None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._close()

    async def render(
        self, url: str, check: Callable[[str], str | None] | None = None, *, rest: float = 0, mark: bool = False
    ) -> Response:
        """The page as scripts made it, with the further parts of its list, loaded `rest` seconds apart.

        With `mark` it is known again by what HTTP sent, as a page that was fetched is.

        Raises as a fetch does by its status, TooLarge, NotAllowed (it moved out of scope), BrowserLost.
        """
        began = time.monotonic()
        async with self._tab():
            try:
                shown = await self._shown(url, rest, mark=mark, new=False)
            except BrowserLost:  # killed, or brought down by this page or another: once more, in a new one
                shown = await self._shown(url, rest, mark=mark, new=True)
        status, final = shown.status, shown.url
        if shown.html is None:
            raise TooLarge(why("rendered_large", megabytes=MAX_BYTES["html"] // 1_000_000), status=status)
        if check and (objection := check(final)):
            raise NotAllowed(why("moved_out", url=final, why=objection))
        if problem := complaint(status, shown.headers.get("retry-after")):
            raise problem
        body = shown.html.encode(errors="replace")
        return Response(
            url=url,
            final_url=final,
            status=status,
            kind="html",
            body=body,
            content_type="text/html; charset=utf-8",
            content_hash=hashlib.sha256(shown.body or body).hexdigest(),
            etag=shown.headers.get("etag", "")[:200] if mark else "",
            last_modified=shown.headers.get("last-modified", "")[:100] if mark else "",
            link=shown.headers.get("link", ""),
            parts=shown.parts,
            size=len(body),
            milliseconds=round((time.monotonic() - began) * 1000),
            rendered=True,
        )

    async def _shown(self, url: str, rest: float, *, mark: bool, new: bool) -> Shown:
        """A page in a tab, or in a `new` one. Raises Refused, BrowserLost."""
        from playwright.async_api import TimeoutError as NotInTime

        context = tab = shown = None
        too_heavy = self._too_heavy
        try:
            async with asyncio.timeout(RENDER_SECONDS) as limit:
                context = await self._open()
                tab = await self._kept.take(context, new=new)
                bound_pages(self._page_memory)
                shown = await show(tab.page, url, rest=rest, limit=limit, mark=mark)
            return shown
        except (NotInTime, TimeoutError) as problem:
            if tab is not None and tab.is_used:
                raise BrowserLost("A tab was lost to the page that it had shown before.") from problem
            # HTTP got an answer, so it is the scripts that do not come to an end: asking again would not help.
            raise Refused("The page was not ready in the browser in time.") from problem
        except IngestionError:
            raise
        except Exception as problem:  # Playwright's errors are of many kinds once browser or driver is gone
            if context is None or not await self._lives(context):
                await self._forget(context)
                raise BrowserLost("The browser was lost while it read the page.") from problem
            if tab is not None and tab.is_used and not ANSWERED.search(str(problem)):
                raise BrowserLost("A tab was lost to the page that it had shown before.") from problem
            if CRASHED in str(problem) and self._too_heavy > too_heavy:
                most = self._page_memory // 1_000_000
                raise TooLarge(why("rendered_heavy", megabytes=most)) from problem
            if PART_LOST.search(str(problem)):
                raise BrowserLost("A part of the browser was lost while it read the page.") from problem
            raise Refused(why("browser_refused", problem=str(problem).splitlines()[0])) from problem
        finally:
            if tab is not None and shown is not None:
                await self._kept.give_back(tab)
            elif tab is not None:
                await self._end(tab.page)

    async def _lives(self, context: "BrowserContext") -> bool:
        """Whether browser and driver still answer."""
        if context is not self._context:
            return False
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await context.cookies()
        except Exception:  # noqa: BLE001 whatever it says, it is no answer
            return False
        return True

    async def _end(self, page: "Page") -> None:
        """Close a tab and what it opened; a tab that does not even close takes the browser with it."""
        context = page.context
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await page.close()
        except TimeoutError:
            await self._forget(context)
        except Exception as problem:  # noqa: BLE001 Playwright's errors are of many kinds once the browser is gone
            logger.info("A tab could not be closed: %s", problem)

    async def _forget(self, context: "BrowserContext | None") -> None:
        """Give up this browser, once; the next page opens another."""
        async with self._opening:
            if context is self._context:
                await self._close()

    @contextlib.asynccontextmanager
    async def _tab(self) -> AsyncIterator[None]:
        """A place for one tab, in a browser that is not worn out."""
        await self._tabs.acquire()
        while self._is_worn:
            self._tabs.release()
            await self._renew()
            await self._tabs.acquire()
        try:
            yield
        finally:
            self._tabs.release()

    @property
    def _is_worn(self) -> bool:
        return self._context is not None and self._pages >= RECYCLE_AFTER

    async def _renew(self) -> None:
        """Close a browser that has shown many pages, once its tabs are done: it would grow for ever."""
        async with self._renewing, contextlib.AsyncExitStack() as idle:
            for _ in range(self._size):
                await idle.enter_async_context(self._tabs)
            if self._is_worn:
                await self._close()

    async def begin(self) -> None:
        """Open it before the first page is there: that takes a second. What goes wrong the first page tells."""
        with contextlib.suppress(IngestionError):
            async with self._opening:
                if self.available and self._context is None:
                    await self._launch()

    async def _open(self) -> "BrowserContext":
        async with self._opening:
            if self._context is None:
                await self._launch()
            self._pages += 1
            assert self._context
            return self._context

    async def _launch(self) -> None:
        from playwright.async_api import Error, async_playwright

        if not self.executable:
            raise GiveUpUrl("The page needs a browser, and none was found. Set HALILIT_CHROMIUM.")
        keep_children_back()
        self._playwright = await async_playwright().start()
        stand_back()
        holding = asyncio.create_task(hold_session())
        try:
            self._chromium = await self._playwright.chromium.launch(
                executable_path=self.executable,
                args=launch_arguments(),
                timeout=30_000,
                proxy=await self._way_out(),
            )
        except Error as problem:
            await self._close()
            self._false_starts += 1
            if "closed" in problem.message and self._false_starts < FALSE_STARTS:  # killed meanwhile, or its driver was
                raise BrowserLost("The browser was lost while it started.") from problem
            raise GiveUpUrl(f"Chromium does not start: {problem.message.splitlines()[0]}") from problem
        finally:
            holding.cancel()
        self._false_starts = 0
        self._watch = asyncio.create_task(end_heavy_pages(self._page_memory, self._note_heavy))
        self._context = await self._chromium.new_context(
            user_agent=self.user_agent, service_workers="block", accept_downloads=False
        )
        self._pages = 0
        await prepare(self._context)
        await self._context.route(BLOCKED, lambda route: route.abort())

    def _note_heavy(self, pid: int) -> None:
        self._too_heavy += 1
        logger.warning("A page was ended in the browser (process %s): it took too much memory.", pid)

    async def _way_out(self) -> "ProxySettings | None":
        """Everything that the browser connects to is checked, redirects and sockets too (loopback is not let by)."""
        if self.allow_private:
            return None
        self._gateway = await Gateway(GuardedBackend(allow_private=False)).start()
        return {"server": f"http://127.0.0.1:{self._gateway.port}", "bypass": "<-loopback>"}

    async def _close(self) -> None:
        self._kept.forget()
        if self._watch:
            self._watch.cancel()
        chromium, playwright, gateway = self._chromium, self._playwright, self._gateway
        self._context = self._chromium = self._playwright = self._gateway = None
        # Without its driver a browser ends by itself, so neither step may hold up the other.
        for end in (chromium and chromium.close, playwright and playwright.stop, gateway and gateway.close):
            if end:
                try:
                    async with asyncio.timeout(CLOSE_SECONDS):
                        await end()
                except Exception as problem:  # noqa: BLE001 Playwright's errors are of many kinds once the browser is gone
                    logger.info("The browser did not close in order: %s", problem)
