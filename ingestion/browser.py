"""Rendering pages that are put together by scripts, in one Chromium that opens when the first such page comes."""

import asyncio
import contextlib
import hashlib
import re
import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Self

from .addresses import host_of, is_private_address, normalise_url
from .chromium import find_chromium, launch_arguments
from .errors import GiveUpUrl, NotAllowed, Refused, Timeout
from .fetch import Response

if TYPE_CHECKING:
    from playwright.async_api import Browser as Chromium
    from playwright.async_api import BrowserContext, Page, Playwright, Route

# Not needed for the text: pictures, fonts, films, measuring and chat scripts.
BLOCKED = re.compile(
    r"\.(png|jpe?g|gif|webp|avif|svg|ico|woff2?|ttf|otf|eot|mp4|webm|mp3|pdf|zip)(\?|$)"
    r"|google-analytics|googletagmanager|doubleclick|facebook\.|hotjar|segment\.|intercom|zendesk|klaviyo|cookiebot|onetrust",
    re.I,
)
NAVIGATION_TIMEOUT = 25_000  # milliseconds
SETTLE_SECONDS = 6.0
STABLE_FOR = 0.35
RECYCLE_AFTER = 300  # pages

TEXT_LENGTH = "() => document.body ? document.body.innerText.length : 0"
OUTER_HTML = "() => '<!doctype html>' + document.documentElement.outerHTML"


class Browser:
    """A shared headless Chromium. `render` opens it when needed; leaving the context ends it and its driver."""

    def __init__(self, *, named: str, user_agent: str, allow_private: bool, tabs: int = 2) -> None:
        self.executable = find_chromium(named)
        self.user_agent = user_agent
        self.allow_private = allow_private
        self._tabs = asyncio.Semaphore(tabs)
        self._opening = asyncio.Lock()
        self._playwright: Playwright | None = None
        self._chromium: Chromium | None = None
        self._context: BrowserContext | None = None
        self._pages = 0
        self._private: dict[str, bool] = {}

    @property
    def available(self) -> bool:
        return self.executable is not None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._close()

    async def render(self, url: str, check: Callable[[str], str | None] | None = None) -> Response:
        """The page as scripts made it. Raises Timeout, Refused or NotAllowed (where it moved out of scope)."""
        from playwright.async_api import Error, TimeoutError

        began = time.monotonic()
        async with self._tabs:
            context = await self._open()
            page = await context.new_page()
            try:
                status = await self._visit(page, url)
                html = str(await page.evaluate(OUTER_HTML))
                final = normalise_url(page.url) or url
            except TimeoutError as problem:
                raise Timeout("The browser did not get the page in time.") from problem
            except Error as problem:
                raise Refused(f"The browser could not open the page: {problem.message.splitlines()[0]}") from problem
            finally:
                with contextlib.suppress(Error):
                    await page.close()
        if check and (objection := check(final)):
            raise NotAllowed(f"It moved to {final}: {objection}.")
        if status >= 400:
            raise Refused(f"The site refused the browser ({status}).", status=status)
        body = html.encode()
        return Response(
            url=url,
            final_url=final,
            status=status,
            kind="html",
            body=body,
            content_type="text/html; charset=utf-8",
            content_hash=hashlib.sha256(body).hexdigest(),
            size=len(body),
            milliseconds=round((time.monotonic() - began) * 1000),
            rendered=True,
        )

    async def _visit(self, page: "Page", url: str) -> int:
        answer = await page.goto(url, wait_until="domcontentloaded", timeout=NAVIGATION_TIMEOUT)
        await self._settle(page)
        return answer.status if answer else 200

    async def _settle(self, page: "Page") -> None:
        """Wait until the text has stopped growing; some pages never stop loading, so `load` is not waited for."""
        end, last, since = time.monotonic() + SETTLE_SECONDS, -1, time.monotonic()
        while time.monotonic() < end:
            length = int(await page.evaluate(TEXT_LENGTH))
            if length != last:
                last, since = length, time.monotonic()
            elif time.monotonic() - since >= STABLE_FOR:
                return
            await asyncio.sleep(0.05)

    async def _open(self) -> "BrowserContext":
        async with self._opening:
            if self._context and self._pages >= RECYCLE_AFTER and self._tabs._value == 1:
                await self._close()
            if self._context is None:
                await self._launch()
            self._pages += 1
            assert self._context
            return self._context

    async def _launch(self) -> None:
        from playwright.async_api import Error, async_playwright

        if not self.executable:
            raise GiveUpUrl("The page needs a browser, and none was found. Set HALILIT_CHROMIUM.")
        self._playwright = await async_playwright().start()
        try:
            self._chromium = await self._playwright.chromium.launch(
                executable_path=self.executable, args=launch_arguments(), timeout=30_000
            )
        except Error as problem:
            await self._close()
            raise GiveUpUrl(f"Chromium does not start: {problem.message.splitlines()[0]}") from problem
        self._context = await self._chromium.new_context(user_agent=self.user_agent, service_workers="block")
        self._pages = 0
        await self._context.route(BLOCKED, lambda route: route.abort())
        if not self.allow_private:
            await self._context.route("**/*", self._only_public)

    async def _only_public(self, route: "Route") -> None:
        """A page's scripts may not reach into our own network either."""
        if BLOCKED.search(route.request.url) or await self._is_private(host_of(route.request.url)):
            await route.abort()
        else:
            await route.continue_()

    async def _is_private(self, host: str) -> bool:
        if host not in self._private:
            try:
                found = await asyncio.get_running_loop().getaddrinfo(host, None)
            except OSError:
                return True
            self._private[host] = any(is_private_address(str(entry[4][0])) for entry in found)
        return self._private[host]

    async def _close(self) -> None:
        chromium, playwright = self._chromium, self._playwright
        self._context = self._chromium = self._playwright = None
        if chromium:
            with contextlib.suppress(Exception):
                await chromium.close()
        if playwright:
            await playwright.stop()
