"""Manners and limits of fetching, against a site that counts.

No thread of client or server can be relied on to be quick: a request may be seen long after it was sent. So distances
are those of the moments at which turns were given, and the site's own view is held against a moment before the first
request, or against an answer that it gave before.
"""

import asyncio
import gzip
import socket
import threading
import time
from itertools import pairwise

import pytest

from ingestion import fetch as fetching
from ingestion.addresses import server_of
from ingestion.answers import retry_after
from ingestion.errors import ConnectionFailed, Gone, NotAllowed, Refused, TooLarge, TooManyRequests, TryLater
from ingestion.exchange import Request
from ingestion.fetch import Fetcher
from ingestion.limiter import HostLimiter
from ingestion.robots import AGENT

from .site import Site, page, serve, text

DUST = 1e-6  # seconds that are lost in adding floats
TRIES = 10


@pytest.fixture
def site():
    with serve() as served:
        yield served


def fetcher_of(tmp_path, rate: float = 0, *, allow_private: bool = True) -> Fetcher:
    return Fetcher(limiter=HostLimiter(rate), user_agent="Test/1", allow_private=allow_private, folder=tmp_path)


def fetch(tmp_path, *requests: Request, rate: float = 0, allow_private: bool = True):
    """Fetch all at once; gives what came of each, the error where one was raised."""

    async def work():
        async with fetcher_of(tmp_path, rate, allow_private=allow_private) as fetcher:
            return await asyncio.gather(*(fetcher.fetch(request) for request in requests), return_exceptions=True)

    return asyncio.run(work())


def turns_of(fetcher: Fetcher) -> list[tuple[float, str]]:
    """When each request was given its turn, and its path; noted as it is sent."""
    turns: list[tuple[float, str]] = []

    async def note(request) -> None:
        turns.append((fetcher.limiter.pace(server_of(str(request.url))).begun_at, request.url.path))

    fetcher.client.event_hooks = {"request": [note]}
    return turns


def seen(site: Site) -> list[float]:
    """When the site saw each request, robots.txt among them."""
    return sorted(moment for moment, _ in site.asked)


def are_apart(moments: list[float], seconds: float) -> bool:
    return min(later - earlier for earlier, later in pairwise(moments)) > seconds - DUST


def none_came_early(site: Site, began: float, seconds: float) -> bool:
    """Whether the site saw its n-th request no sooner than n distances after all began, the first being robots.txt."""
    return all(moment > began + n * seconds - DUST for n, moment in enumerate(seen(site)))


def all_at_once(site: Site, tmp_path, count: int, rate: float = 0) -> tuple[float, list[float]]:
    """Fetch so many pages: when that began, and the turns of the requests."""
    for n in range(count):
        site.answers[f"/{n}"] = page(f"Page {n}")

    async def work():
        async with fetcher_of(tmp_path, rate) as fetcher:
            began, turns = time.monotonic(), turns_of(fetcher)
            await asyncio.gather(*(fetcher.fetch(Request(f"{site.base}/{n}")) for n in range(count)))
            return began, [moment for moment, _ in turns]

    return asyncio.run(work())


def test_requests_to_one_host_keep_their_distance(site, tmp_path):
    site.answers["/robots.txt"] = text("")
    began, turns = all_at_once(site, tmp_path, 6, rate=10)
    assert len(turns) == len(site.asked) == 7
    assert are_apart(turns, 0.1) and none_came_early(site, began, 0.1)


def test_a_crawl_delay_makes_it_slower(site, tmp_path):
    site.answers["/robots.txt"] = text(f"User-agent: {AGENT}\nCrawl-delay: 0.3\n")
    began, turns = all_at_once(site, tmp_path, 3)
    assert len(turns) == len(site.asked) == 4
    assert are_apart(turns, 0.3) and none_came_early(site, began, 0.3)


def test_a_crawl_delay_counts_as_the_site_sees_it(site, tmp_path):
    """From its answer: the request before may have been long on its way, and the next one not."""
    site.answers["/robots.txt"] = text(f"User-agent: {AGENT}\nCrawl-delay: 0.2\n")
    site.answers["/a"], site.answers["/b"] = page("A"), page("B")
    site.delays["/a"] = 0.1

    async def work():
        async with fetcher_of(tmp_path) as fetcher:
            for path in ("/a", "/b"):
                await fetcher.fetch(Request(f"{site.base}{path}"))

    asyncio.run(work())
    robots, first, second = seen(site)
    assert first - robots > 0.2 - DUST and second - first > 0.3 - DUST


def test_a_host_that_asks_for_rest_gets_it(site, tmp_path):
    site.answers["/robots.txt"] = text("")
    site.answers["/busy"] = (429, {"Retry-After": "1"}, b"")
    site.answers["/a"] = page("A")

    async def work():
        async with fetcher_of(tmp_path) as fetcher:
            with pytest.raises(TooManyRequests) as refusal:
                await fetcher.fetch(Request(f"{site.base}/busy"))
            await fetcher.fetch(Request(f"{site.base}/a"))
            return refusal.value.retry_after

    assert asyncio.run(work()) == 1
    _robots, busy, after = seen(site)
    assert after - busy > 1 - DUST


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("7", 7), ("99999", 99999), ("9" * 30, 30 * 86_400), ("nonsense", 30), ("Wed, 21 Oct 2015 07:28:00 GMT", 0)],
)
def test_retry_after_is_read_as_number_or_date(value, seconds):
    assert retry_after(value) == seconds


def test_robots_of_our_name_are_obeyed_and_read_once(site, tmp_path):
    site.answers["/robots.txt"] = text(f"User-agent: *\nAllow: /\n\nUser-agent: {AGENT}\nDisallow: /closed\n")
    site.answers["/open"] = page("Open")
    opened, closed = fetch(tmp_path, Request(f"{site.base}/open"), Request(f"{site.base}/closed"))
    assert opened.status == 200 and isinstance(closed, NotAllowed)
    assert site.counts["/closed"] == 0


def test_without_robots_everything_may_be_visited(site, tmp_path):
    site.answers["/a"] = page("A")
    assert fetch(tmp_path, Request(f"{site.base}/a"))[0].status == 200


def test_robots_that_cannot_be_read_forbid_everything(site, tmp_path):
    site.answers["/robots.txt"] = (500, {}, b"")
    site.answers["/a"] = page("A")
    assert isinstance(fetch(tmp_path, Request(f"{site.base}/a"))[0], ConnectionFailed)
    assert site.counts["/a"] == 0


def test_redirects_are_followed_hop_by_hop_and_circles_left(site, tmp_path):
    site.answers["/1"] = (301, {"Location": "/2"}, b"")
    site.answers["/2"] = (302, {"Location": "/3"}, b"")
    site.answers["/3"] = page("Three")
    site.answers["/round"] = (302, {"Location": "/round"}, b"")
    through, circle, gone = fetch(tmp_path, *(Request(f"{site.base}{path}") for path in ("/1", "/round", "/none")))
    assert through.final_url == f"{site.base}/3" and len(through.hops) == 2
    assert isinstance(circle, Refused) and isinstance(gone, Gone)


def test_a_body_larger_than_its_limit_is_not_read_on(site, tmp_path):
    site.answers["/claim"] = (
        200,
        {"Content-Type": "text/html", "Content-Length": str(2_000_000_000)},
        b"<html>" + b"x" * 5000,
    )
    bomb = gzip.compress(b"<html>" + b"a" * 30_000_000)
    site.answers["/bomb"] = (200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, bomb)
    outcomes = fetch(tmp_path, Request(f"{site.base}/claim"), Request(f"{site.base}/bomb"))
    assert all(isinstance(outcome, TooLarge) for outcome in outcomes)
    assert not list(tmp_path.iterdir()), "a temporary file is left"


def test_an_archive_is_dropped_at_its_first_bytes(site, tmp_path):
    site.answers["/driver.pdf"] = (200, {"Content-Type": "application/pdf"}, b"PK\x03\x04" + b"\0" * 4_000_000)
    assert isinstance(fetch(tmp_path, Request(f"{site.base}/driver.pdf"))[0], TooLarge)


def test_private_addresses_are_never_connected_to(site, tmp_path):
    site.answers["/a"] = page("A")
    port = site.base.rsplit(":", 1)[1]
    urls = [
        f"http://127.0.0.1:{port}/a",
        f"http://localhost:{port}/a",
        f"http://[::ffff:127.0.0.1]:{port}/a",
        f"http://2130706433:{port}/a",
    ]
    outcomes = fetch(tmp_path, *(Request(url) for url in urls), allow_private=False)
    assert all(isinstance(outcome, NotAllowed | ConnectionFailed) for outcome in outcomes)
    assert not site.asked


def test_requests_that_wait_already_keep_the_rest_too_and_their_distance_after_it(site, tmp_path):
    """Tried again where the host's answer came too late to find any of them waiting: that shows nothing."""
    site.answers["/robots.txt"] = text("")
    site.answers["/busy"] = (429, {"Retry-After": "1"}, b"")
    for n in range(3):
        site.answers[f"/{n}"] = page(f"Page {n}")
    requests = [Request(f"{site.base}{path}") for path in ("/busy", "/0", "/1", "/2")]

    async def work():
        answered: list[float] = []

        async def note(answer) -> None:
            if answer.status_code == 429:
                answered.append(time.monotonic())

        async with fetcher_of(tmp_path, rate=5) as fetcher:
            turns = turns_of(fetcher)
            fetcher.client.event_hooks |= {"response": [note]}
            came = await asyncio.gather(*(fetcher.fetch(request) for request in requests), return_exceptions=True)
            return came[0], answered[0], [moment for moment, path in turns if path not in ("/robots.txt", "/busy")]

    for _ in range(TRIES):
        site.asked.clear()
        refusal, answered, others = asyncio.run(work())
        assert isinstance(refusal, TooManyRequests) and len(others) == 3
        assert are_apart(others, 0.2)
        assert not [moment for moment in others if answered < moment < answered + 1 - DUST]
        if others[0] > answered:
            break
    assert others[0] > answered, "they had begun to wait for their turn before the host asked for rest"
    busy = next(moment for moment, path in site.asked if path == "/busy")
    assert min(moment for moment, path in site.asked if path in ("/0", "/1", "/2")) - busy > 1 - DUST


def test_a_host_that_asks_for_rest_instead_of_its_rules_is_not_visited(site, tmp_path):
    site.answers["/robots.txt"] = (429, {"Retry-After": "1"}, b"")
    site.answers["/a"] = page("A")
    assert isinstance(fetch(tmp_path, Request(f"{site.base}/a"))[0], ConnectionFailed)
    assert site.counts["/a"] == 0


def test_a_name_that_is_looked_up_for_too_long_is_tried_later_and_holds_nobody_up(site, tmp_path, monkeypatch):
    events: list[str] = []
    begun, over = threading.Event(), threading.Event()
    look_up = socket.getaddrinfo

    def slowly(host, *words, **named):
        if host == "slow.test":
            # Its own patience has begun; the other request gets as much as any has.
            monkeypatch.setattr(fetching, "START_SECONDS", 30.0)
            begun.set()
            over.wait(60)
            events.append("found")
        return look_up("127.0.0.1", *words, **named)

    def answer(_):
        events.append("asked")
        return page("A")

    monkeypatch.setattr(socket, "getaddrinfo", slowly)
    monkeypatch.setattr(fetching, "START_SECONDS", 0.3)
    site.answers |= {"/robots.txt": text(""), "/a": answer}

    async def work():
        async with fetcher_of(tmp_path) as fetcher:
            slow = asyncio.ensure_future(fetcher.fetch(Request("http://slow.test/a")))
            assert await asyncio.to_thread(begun.wait, 60)
            other = await fetcher.fetch(Request(f"{site.base}/a"))
            (problem,) = await asyncio.gather(slow, return_exceptions=True)
            over.set()
            return problem, other

    slow, other = asyncio.run(work())
    assert isinstance(slow, TryLater) and other.status == 200
    assert events == ["asked", "found"]
