"""Pages read in a real Chromium: what their status means, and that a browser is renewed."""

import asyncio
import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from ingestion import browser as browsers
from ingestion.browser import Browser
from ingestion.browser_bounds import LATER, descendants, session, threads
from ingestion.errors import Gone, ServerError, TooLarge, TooManyRequests

from .site import page, serve

pytestmark = pytest.mark.browser


@pytest.fixture
def site():
    with serve() as served:
        yield served


def shown(work, **settings):
    async def whole():
        async with Browser(named="", user_agent="Test/1", allow_private=True, **settings) as browser:
            return await work(browser)

    return asyncio.run(whole())


LATE = """<!doctype html><title>Late</title><main><h1>Late</h1></main><script>
  fetch("/slow.json").then(answer => answer.json()).then(said => {
    document.querySelector("main").append(said.text);
  })
</script>"""
MOVED = """<!doctype html><title>Moved</title><script>setTimeout(() => { location.href = "/target" }, 60)</script>"""


def niceness_of(pid: int) -> Iterator[int]:
    for task in threads(pid):
        with contextlib.suppress(ProcessLookupError):  # it has ended meanwhile
            yield os.getpriority(os.PRIO_PROCESS, int(task.name))


def niceness_of_others(known: set[int]) -> list[int]:
    """Of each thread of the browser: of a process below this one that was not known, in a session of its own."""
    own = [pid for pid in descendants(os.getpid()) if pid not in known and session(pid) != os.getsid(0)]
    return [nice for pid in own for nice in niceness_of(pid)]


@dataclass
class Visit:
    """What one browser showed of pages of each sort, or what it said, by their paths; and the `niceness` it had."""

    base: str = ""
    pages: dict[str, Any] = field(default_factory=dict)
    niceness: list[int] = field(default_factory=list)


@pytest.fixture(scope="module")
def visit() -> Visit:
    seen = Visit()

    async def work(browser: Browser) -> None:
        known = set(descendants(os.getpid()))
        await browser.render(f"{seen.base}/")
        seen.niceness = niceness_of_others(known)
        paths = ("/busy", "/broken", "/nowhere", "/late", "/moved")
        came = await asyncio.gather(*(browser.render(f"{seen.base}{path}") for path in paths), return_exceptions=True)
        seen.pages = dict(zip(paths, came, strict=True))

    with serve() as site:
        seen.base = site.base
        site.answers |= {
            "/": page("A page"),
            "/busy": (429, {"Retry-After": "7", "Content-Type": "text/html"}, b"<p>Later.</p>"),
            "/broken": (500, {"Content-Type": "text/html"}, b"<p>Broken.</p>"),
            "/late": (200, {"Content-Type": "text/html"}, LATE.encode()),
            "/slow.json": (200, {"Content-Type": "application/json"}, b'{"text": "Weight: 7.5 kg"}'),
            "/moved": (200, {"Content-Type": "text/html"}, MOVED.encode()),
            "/target": page("The target"),
        }
        site.delays["/slow.json"] = 0.6
        shown(work)
    return seen


def test_a_status_means_in_the_browser_what_it_means_over_http(visit):
    busy = visit.pages["/busy"]
    assert isinstance(busy, TooManyRequests) and busy.retry_after == 7
    assert isinstance(visit.pages["/broken"], ServerError) and isinstance(visit.pages["/nowhere"], Gone)


def test_what_a_page_still_fetches_is_waited_for(visit):
    assert "Weight: 7.5 kg" in visit.pages["/late"].text


def test_a_page_that_its_script_sends_elsewhere_is_read_there(visit):
    moved = visit.pages["/moved"]
    assert "<h1>The target</h1>" in moved.text
    assert moved.final_url == f"{visit.base}/target"


def test_no_thread_of_the_browser_comes_before_our_own_process(visit):
    assert len(visit.niceness) > 10
    assert min(visit.niceness) >= os.getpriority(os.PRIO_PROCESS, 0) + LATER


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


# Outside of V8's heap, so that its own limit does not end it.
HUNGRY = """<!doctype html><title>Hungry</title><script>
  const held = [];
  (function more() { held.push(new Uint8Array(2e7).fill(7)); document.body?.append("more "); setTimeout(more, 0) })()
</script>"""


def test_a_page_that_takes_memory_without_end_is_ended_and_the_others_are_read(site):
    site.answers["/hungry"] = (200, {"Content-Type": "text/html"}, HUNGRY.encode())
    site.answers["/modest"] = page("A modest page")

    async def work(browser: Browser):
        hungry = await asyncio.gather(browser.render(f"{site.base}/hungry"), return_exceptions=True)
        return hungry[0], await browser.render(f"{site.base}/modest")

    hungry, modest = shown(work, tabs=1)
    assert isinstance(hungry, TooLarge) and "240 MB" in str(hungry)
    assert "<h1>A modest page</h1>" in modest.text
