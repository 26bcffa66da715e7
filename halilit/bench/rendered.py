"""A scrape that reads all pages in the browser, beside Playwright alone over the same pages in as many tabs."""

import asyncio
import time
from urllib.parse import urlsplit

from django.conf import settings

from catalog.models import Brand, RenderMode
from ingestion.browser import BLOCKED, TABS
from ingestion.chromium import find_chromium, launch_arguments
from ingestion.models import FrontierUrl, IngestionRun

from .figures import Row, rate
from .installation import scrape

MOST = 400  # pages


def rows(name: str, url: str) -> list[Row]:
    """Pages a second of both, the second one's share, and what the pages of the first came to."""
    Brand.objects.filter(name=name).update(render_mode=RenderMode.BROWSER)
    scrape(name, url, "--force", "--max-pages", str(MOST))
    run = IngestionRun.objects.latest("pk")
    ours, urls = rendered(run)
    bare = asyncio.run(playwright_alone([u for u in urls if urlsplit(u).fragment == ""]))
    share = round(ours["a second"] / bare["a second"], 2)
    return [bare, ours | {"share of Playwright": share, "failed": run.counters.get("failed", 0)}]


def rendered(run: IngestionRun) -> tuple[Row, list[str]]:
    """From the first page that was read in the browser to the last one, storing included."""
    pages = FrontierUrl.objects.filter(run=run, rendered=True, visited_at__isnull=False).order_by("visited_at")
    last = pages.last()
    assert run.started_at and last and last.visited_at
    urls = list(pages.values_list("url", flat=True))
    return rate("rendered pages, stored", len(urls), (last.visited_at - run.started_at).total_seconds()), urls


async def playwright_alone(urls: list[str]) -> Row:
    """Open each page, wait for `load`, take its markup: nothing is read or stored, nobody waits for scripts."""
    from playwright.async_api import async_playwright

    waiting = list(reversed(urls))
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=find_chromium(settings.CHROMIUM), args=launch_arguments()
        )
        context = await chromium.new_context()
        await context.route(BLOCKED, lambda route: route.abort())

        async def tab() -> None:
            while waiting:
                page = await context.new_page()
                await page.goto(waiting.pop(), wait_until="load")
                await page.content()
                await page.close()

        began = time.monotonic()
        await asyncio.gather(*(tab() for _ in range(TABS)))
        seconds = time.monotonic() - began
        await chromium.close()
    return rate(f"Playwright alone, {TABS} tabs", len(urls), seconds)
