"""Pages read in a real Chromium: what their status means, and that a browser is renewed."""

import asyncio

import pytest

from ingestion import browser as browsers
from ingestion.browser import Browser
from ingestion.errors import Gone, ServerError, TooManyRequests

from .site import page, serve

pytestmark = pytest.mark.browser


@pytest.fixture
def site():
    with serve() as served:
        yield served


def shown(work):
    async def whole():
        async with Browser(named="", user_agent="Test/1", allow_private=True) as browser:
            return await work(browser)

    return asyncio.run(whole())


def test_a_status_means_in_the_browser_what_it_means_over_http(site):
    site.answers["/busy"] = (429, {"Retry-After": "7", "Content-Type": "text/html"}, b"<p>Later.</p>")
    site.answers["/broken"] = (500, {"Content-Type": "text/html"}, b"<p>Broken.</p>")

    async def work(browser: Browser):
        paths = ("/busy", "/broken", "/nowhere")
        return await asyncio.gather(*(browser.render(f"{site.base}{path}") for path in paths), return_exceptions=True)

    busy, broken, nowhere = shown(work)
    assert isinstance(busy, TooManyRequests) and busy.retry_after == 7
    assert isinstance(broken, ServerError) and isinstance(nowhere, Gone)


def test_a_browser_is_renewed_after_so_many_pages_though_all_tabs_are_at_work(site, monkeypatch):
    monkeypatch.setattr(browsers, "RECYCLE_AFTER", 3)
    for n in range(8):
        site.answers[f"/{n}"] = page(f"Page {n}")

    async def work(browser: Browser):
        seen = set()

        async def one(n: int) -> str:
            answer = await browser.render(f"{site.base}/{n}")
            seen.add(browser._context)
            return answer.text

        return await asyncio.gather(*(one(n) for n in range(8))), seen

    texts, contexts = shown(work)
    assert all(f"<h1>Page {n}</h1>" in text for n, text in enumerate(texts))
    assert len(contexts) >= 2
