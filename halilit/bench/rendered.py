"""A scrape that reads all pages in the browser, beside Playwright alone over the same pages in as many tabs."""

import asyncio
import time
from datetime import timedelta

from django.conf import settings

from catalog.models import Brand, RenderMode
from ingestion.browser import BLOCKED, TABS
from ingestion.chromium import find_chromium, launch_arguments
from ingestion.models import FrontierUrl, IngestionRun, UrlKind

from .figures import Row, rate
from .installation import scrape

MOST = 400  # pages


def rows(name: str, url: str) -> list[Row]:
    """Pages a second of both, the second one's share, and how many of the first one's pages could not be read."""
    Brand.objects.filter(name=name).update(render_mode=RenderMode.BROWSER)
    scrape(name, url, "--force", "--max-pages", str(MOST))
    run = IngestionRun.objects.latest("pk")
    ours, urls = asked(run)
    bare = asyncio.run(playwright_alone(urls))
    share = round(ours["a second"] / bare["a second"], 2)
    return [bare, ours | {"share of Playwright": share, "failed": run.counters.get("failed", 0)}]


def until_most(what: str, times: list[float]) -> Row:
    """A rate until nine tenths of the pages were done: the last ones are those that a run waits for, one by one."""
    times = sorted(times)
    most = len(times) * 9 // 10
    return rate(what, most, times[most - 1])


def asked(run: IngestionRun) -> tuple[Row, list[str]]:
    """Every page that the browser was asked for, also what was not found, storing included; and their addresses.

    From the beginning of the first page on: the browser is open by then, as it is in the other measurement.
    """
    pages = FrontierUrl.objects.filter(run=run, kind=UrlKind.PAGE, visited_at__gte=run.started_at).exclude(
        http_status=None
    )
    found = [
        (at, took, url)
        for at, took, url in pages.order_by("visited_at").values_list("visited_at", "milliseconds", "url")
        if at
    ]
    begin = min(at - timedelta(milliseconds=took) for at, took, _ in found)
    times = [(at - begin).total_seconds() for at, _, _ in found]
    return until_most("pages in the browser, stored", times), [url for _, _, url in found]


async def playwright_alone(urls: list[str]) -> Row:
    """Open each page, wait for `load`, take its markup: nothing is read or stored, nobody waits for scripts."""
    from playwright.async_api import async_playwright

    waiting, times = list(reversed(urls)), list[float]()
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
                times.append(time.monotonic() - began)

        began = time.monotonic()
        await asyncio.gather(*(tab() for _ in range(TABS)))
        await chromium.close()
    return until_most(f"Playwright alone, {TABS} tabs", times)
