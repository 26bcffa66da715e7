"""Manners and limits of fetching, against a site that counts."""

import asyncio
import gzip
import socket
import time
from itertools import pairwise

import pytest

from ingestion import fetch as fetching
from ingestion.answers import retry_after
from ingestion.errors import ConnectionFailed, Gone, NotAllowed, Refused, TooLarge, TooManyRequests, TryLater
from ingestion.exchange import Request
from ingestion.fetch import Fetcher
from ingestion.limiter import HostLimiter
from ingestion.robots import AGENT

from .site import page, serve, text


@pytest.fixture
def site():
    with serve() as served:
        yield served


def fetch(tmp_path, *requests: Request, rate: float = 0, allow_private: bool = True):
    """Fetch all at once; gives what came of each, the error where one was raised."""

    async def work():
        fetcher = Fetcher(limiter=HostLimiter(rate), user_agent="Test/1", allow_private=allow_private, folder=tmp_path)
        async with fetcher:
            return await asyncio.gather(*(fetcher.fetch(request) for request in requests), return_exceptions=True)

    return asyncio.run(work())


def test_requests_to_one_host_keep_their_distance(site, tmp_path):
    site.answers["/robots.txt"] = text("")
    for n in range(6):
        site.answers[f"/{n}"] = page(f"Page {n}")
    fetch(tmp_path, *(Request(f"{site.base}/{n}") for n in range(6)), rate=10)
    times = sorted(moment for moment, path in site.asked if path != "/robots.txt")
    assert min(later - earlier for earlier, later in pairwise(times)) > 0.05


def test_a_crawl_delay_makes_it_slower(site, tmp_path):
    site.answers["/robots.txt"] = text(f"User-agent: {AGENT}\nCrawl-delay: 0.3\n")
    site.answers["/a"], site.answers["/b"] = page("A"), page("B")
    fetch(tmp_path, Request(f"{site.base}/a"), Request(f"{site.base}/b"))
    times = sorted(moment for moment, path in site.asked if path != "/robots.txt")
    assert times[1] - times[0] > 0.27


def test_a_host_that_asks_for_rest_gets_it(site, tmp_path):
    site.answers["/robots.txt"] = text("")
    site.answers["/busy"] = (429, {"Retry-After": "1"}, b"")
    site.answers["/a"] = page("A")

    async def work():
        async with Fetcher(limiter=HostLimiter(0), user_agent="Test/1", allow_private=True, folder=tmp_path) as fetcher:
            with pytest.raises(TooManyRequests) as refusal:
                await fetcher.fetch(Request(f"{site.base}/busy"))
            began = time.monotonic()
            await fetcher.fetch(Request(f"{site.base}/a"))
            return refusal.value.retry_after, time.monotonic() - began

    wait, waited = asyncio.run(work())
    assert wait == 1 and waited > 0.9


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
    site.answers["/robots.txt"] = text("")
    site.answers["/busy"] = (429, {"Retry-After": "1"}, b"")
    for n in range(3):
        site.answers[f"/{n}"] = page(f"Page {n}")
    requests = [Request(f"{site.base}{path}") for path in ("/busy", "/0", "/1", "/2")]
    assert isinstance(fetch(tmp_path, *requests, rate=10)[0], TooManyRequests)
    busy, *others = sorted(moment for moment, path in site.asked if path != "/robots.txt")
    assert others[0] - busy > 0.9, "they had begun to wait for their turn before the host asked for rest"
    assert min(later - earlier for earlier, later in pairwise(others)) > 0.05


def test_a_host_that_asks_for_rest_instead_of_its_rules_is_not_visited(site, tmp_path):
    site.answers["/robots.txt"] = (429, {"Retry-After": "1"}, b"")
    site.answers["/a"] = page("A")
    assert isinstance(fetch(tmp_path, Request(f"{site.base}/a"))[0], ConnectionFailed)
    assert site.counts["/a"] == 0


def test_a_name_that_is_looked_up_for_too_long_is_tried_later_and_holds_nobody_up(site, tmp_path, monkeypatch):
    events: list[str] = []
    look_up = socket.getaddrinfo

    def slowly(host, *words, **named):
        if host == "slow.test":
            time.sleep(0.9)
            events.append("found")
        return look_up("127.0.0.1", *words, **named)

    monkeypatch.setattr(socket, "getaddrinfo", slowly)
    monkeypatch.setattr(fetching, "START_SECONDS", 0.5)
    site.answers["/robots.txt"] = text("")

    def answer(_):
        events.append("asked")
        return page("A")

    site.answers["/a"] = answer
    slow, other = fetch(tmp_path, Request("http://slow.test/a"), Request(f"{site.base}/a"))
    assert isinstance(slow, TryLater) and other.status == 200
    assert events == ["asked", "found"]
