"""Chromium is opened for one page once there is a moment to spare, for several at once."""

import asyncio

from ingestion import hesitation
from ingestion.browser import Browser
from ingestion.hesitation import Hesitation
from ingestion.reader import Reader

from .site import page


def waited(work, *, busy: bool) -> bool:
    """Whether `work` has ended by itself, while the reader has pages to read or has none."""

    async def whole() -> bool:
        reader = Reader()
        browser = Browser(named="", user_agent="Test/1", allow_private=True)
        if busy:
            await reader.begin()
        reading = [asyncio.create_task(read(reader)) for _ in range(5 * busy)]
        await asyncio.sleep(0)
        try:
            await asyncio.wait_for(work(Hesitation(), browser, reader), 0.5)
        except TimeoutError:
            return False
        finally:
            for task in reading:
                task.cancel()
            await reader.close()
        return True

    return asyncio.run(whole())


async def read(reader: Reader) -> None:
    body = page("Any page", "<p>It is long.</p>" * 20_000)[2]
    await reader.page(url="http://a.example/", body=body, content_type="text/html", brand="", glance=False)


async def one(wish: Hesitation, browser: Browser, reader: Reader) -> None:
    await wish.end(browser, reader)


async def two(wish: Hesitation, browser: Browser, reader: Reader) -> None:
    await asyncio.wait(
        [asyncio.create_task(wish.end(browser, reader)) for _ in range(2)], return_when=asyncio.FIRST_COMPLETED
    )


def test_one_page_opens_the_browser_at_once_where_nothing_else_is_to_be_read():
    assert waited(one, busy=False)


def test_one_page_does_not_open_the_browser_while_others_are_read():
    assert not waited(one, busy=True)


def test_two_pages_open_the_browser_whatever_else_is_to_be_read():
    assert waited(two, busy=True)


def test_a_page_waits_for_so_long_and_no_longer(monkeypatch):
    monkeypatch.setattr(hesitation, "MOST_SECONDS", 0.1)
    assert waited(one, busy=True)
