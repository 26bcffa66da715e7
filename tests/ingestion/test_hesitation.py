"""Chromium is opened for one page once there is a moment to spare, for several at once."""

import asyncio
import math
import os
import signal

import pytest

from ingestion import hesitation
from ingestion.browser import Browser
from ingestion.hesitation import Hesitation
from ingestion.reader import Reader

from .site import page

GIVE_UP = 60.0  # seconds: it would go on for ever


def waited(work, *, busy: bool, seconds: float = GIVE_UP) -> bool:
    """Whether `work` has ended by itself, while the reader is at pages that it never ends or has none."""

    async def whole() -> bool:
        reader = Reader()
        browser = Browser(named="", user_agent="Test/1", allow_private=True)
        if busy:
            await reader.begin()
            assert reader._child is not None
            os.kill(reader._child.pid, signal.SIGSTOP)
        reading = [asyncio.create_task(read(reader)) for _ in range(5 * busy)]
        await asyncio.sleep(0)
        try:
            await asyncio.wait_for(work(Hesitation(), browser, reader), seconds)
        except TimeoutError:
            return False
        finally:
            for task in reading:
                task.cancel()
            await reader.close()
        return True

    return asyncio.run(whole())


async def read(reader: Reader) -> None:
    body = page("Any page")[2]
    await reader.page(url="http://a.example/", body=body, content_type="text/html", brand="", glance=False)


async def one(wish: Hesitation, browser: Browser, reader: Reader) -> None:
    await wish.end(browser, reader)


async def two(wish: Hesitation, browser: Browser, reader: Reader) -> None:
    await asyncio.wait(
        [asyncio.create_task(wish.end(browser, reader)) for _ in range(2)], return_when=asyncio.FIRST_COMPLETED
    )


@pytest.fixture
def for_ever(monkeypatch):
    """Nothing but what is tested lets a page go on."""
    monkeypatch.setattr(hesitation, "MOST_SECONDS", math.inf)


def test_one_page_opens_the_browser_at_once_where_nothing_else_is_to_be_read(for_ever):
    assert waited(one, busy=False)


def test_one_page_does_not_open_the_browser_while_others_are_read(for_ever):
    assert not waited(one, busy=True, seconds=0.5)


def test_two_pages_open_the_browser_whatever_else_is_to_be_read(for_ever):
    assert waited(two, busy=True)


def test_a_page_waits_for_so_long_and_no_longer(monkeypatch):
    monkeypatch.setattr(hesitation, "MOST_SECONDS", 0.1)
    assert waited(one, busy=True)
