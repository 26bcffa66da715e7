"""Streams of a real uvicorn: they replay, follow and end, whoever comes, goes, stops or dies."""

import subprocess
import sys
import threading
from collections.abc import Iterator

import httpx
import pytest

from rag.models import LEASE_TIMEOUT
from tests.installation import answers, end_group, free_port, wait_until

from .site import PATIENCE, QUESTION, Site, events, said, words

pytestmark = pytest.mark.processes

SAID = "Hold the Shift and Bank buttons and turn it on . Release the buttons when the display reads INIT ."


def test_a_stream_may_not_be_kept_buffered_or_compressed(site):
    client = site.client()
    with client.stream("GET", site.ask(client) + "stream/", headers={"Accept-Encoding": "gzip, br"}) as response:
        headers = response.headers
        response.read()
    assert headers["Content-Type"] == "text/event-stream"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Accel-Buffering"] == "no"
    assert headers["Content-Encoding"] == "identity"


def test_sources_come_first_then_the_words_then_the_close(site, gate):
    client = site.client()
    heard = []
    gate.release(2)
    with client.stream("GET", site.ask(client) + "stream/") as response:
        for name, data in events(response):
            heard.append((name, data))
            if name == "text" and words(data):
                gate.release(3)
    names = [name for name, _data in heard]
    assert names[-1] == "close"
    with_source = next(n for n, (name, data) in enumerate(heard) if name == "sources" and "source-card" in data)
    with_words = next(n for n, (name, data) in enumerate(heard) if name == "text" and words(data))
    assert with_source < with_words
    growing = [words(data) for name, data in heard if name == "text" and words(data)]
    assert len(growing) >= 5
    assert all(SAID.startswith(text.rstrip(" .")) for text in growing)
    assert [len(text) for text in growing] == sorted({len(text) for text in growing})
    assert growing[-1] == SAID


def test_many_followers_and_a_late_one_ask_the_model_once(site):
    client = site.client()
    address = site.ask(client) + "stream/"
    results = []
    followers = [threading.Thread(target=lambda: results.append(last_words(site, address))) for _ in range(5)]
    for follower in followers:
        follower.start()
    for follower in followers:
        follower.join()
    results.append(last_words(site, address))
    assert results == [SAID] * 6
    assert len(site.model.requests) == 1


def last_words(site: Site, address: str) -> str:
    with httpx.stream("GET", site.base + address, timeout=PATIENCE) as response:
        return [words(data) for name, data in events(response) if name == "text"][-1]


def test_an_answer_goes_on_when_its_reader_leaves(site, gate):
    client = site.client()
    address = site.ask(client)
    gate.release(3)
    with client.stream("GET", address + "stream/") as response:
        next(data for name, data in events(response) if name == "text" and words(data))
    gate.release(100)
    wait_until(lambda: "answer is complete" in client.get(address).text, PATIENCE, "the answer is done")
    assert last_words(site, address + "stream/") == SAID
    assert len(site.model.requests) == 1


def test_a_lost_connection_goes_on_without_a_lost_or_doubled_word(site, gate):
    client = site.client()
    address = site.ask(client) + "stream/"
    heard: list[str] = []
    for _ in range(4):  # the reader's line breaks after each new word
        gate.release(3)
        with httpx.stream("GET", site.base + address, timeout=PATIENCE) as response:
            growing = (words(data) for name, data in events(response) if name == "text" and words(data))
            heard.append(next(text for text in growing if text not in heard))
    gate.release(100)
    assert heard == sorted(heard, key=len)
    assert all(SAID.startswith(text.rstrip(" .")) for text in heard)
    assert last_words(site, address) == SAID
    assert len(site.model.requests) == 1


def test_stop_ends_the_answer_and_keeps_what_came(site, gate):
    client = site.client()
    address = site.ask(client)
    gate.release(4)
    stopped = ""
    with client.stream("GET", address + "stream/") as response:
        heard = []
        for name, data in events(response):
            heard.append((name, data))
            if name == "text" and words(data) and not stopped:
                stopped = words(data)
                assert site.client().post(address + "stop/").status_code == 303
    assert heard[-1][0] == "close"
    assert "You stopped this answer." in "".join(data for name, data in heard if name == "status")
    page = said(client.get(address).text)
    assert "Hold" in page
    assert "reads INIT" not in page


@pytest.fixture(scope="class")
def other(one_site: Site) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A second web process of the site, and its address."""
    port = free_port()
    command = ("-m", "uvicorn", "halilit.asgi:application", "--port", str(port), "--lifespan", "off")
    process = one_site.installation.start(sys.executable, *command)
    base = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: answers(f"{base}/healthz"), 180, "the second process answers")
        yield process, base
    finally:
        end_group(process)


class TestTwoProcesses:
    def test_another_web_process_follows_the_same_answer(self, site, gate, other):
        client = site.client()
        address = site.ask(client) + "stream/"
        results: list[str] = []
        here = threading.Thread(target=lambda: results.append(last_words(site, address)))
        here.start()
        there = []
        gate.release(3)
        with httpx.stream("GET", other[1] + address, timeout=PATIENCE) as response:
            for name, data in events(response):
                if name == "text" and words(data):
                    there.append(words(data))
                    gate.release(100)
        here.join()
        assert there[-1] == results[0] == SAID
        assert len(site.model.requests) == 1

    def test_an_answer_whose_process_was_killed_is_taken_over(self, site, gate, other):
        doomed, base = other
        client = site.client()
        address = site.ask(client)
        gate.release(3)
        with (
            pytest.raises(httpx.HTTPError),
            httpx.stream("GET", f"{base}{address}stream/", timeout=PATIENCE) as response,
        ):
            for name, data in events(response):
                if name == "text" and words(data):
                    doomed.kill()
        doomed.wait()
        assert len(site.model.requests) == 1
        gate.release(100)
        wait_until(
            lambda: "answer is complete" in client.get(address).text, LEASE_TIMEOUT + PATIENCE, "it is taken over"
        )
        assert last_words(site, address + "stream/") == SAID
        assert len(site.model.requests) == 2


def test_without_scripts_the_page_shows_the_answer_as_it_grows(site, gate):
    client = site.client()
    address = site.ask(client)
    gate.release(3)
    first = client.get(address).text
    assert '<noscript><meta http-equiv="refresh"' in first
    assert "reads INIT" not in said(first)
    gate.release(100)
    wait_until(lambda: "reads INIT" in said(client.get(address).text), PATIENCE, "a later load shows all of it")
    assert 'http-equiv="refresh"' not in client.get(address).text
    assert len(site.model.requests) == 1


def test_an_unknown_answer_has_no_stream(site):
    gone = "/ask/00000000-0000-4000-8000-000000000000/"
    assert httpx.get(site.base + gone).status_code == 404
    assert httpx.get(site.base + gone + "stream/").status_code == 404


def test_a_model_that_is_cut_off_keeps_its_whole_sentences_and_the_sources_say_the_rest(site):
    site.model.mode = "cut"  # after eight words
    site.model.answer = "Turn the Tremor 25 off [1]. Then hold the Shift and Bank buttons for a while."
    client = site.client()
    with client.stream("GET", site.ask(client) + "stream/") as response:
        heard = list(events(response))
    text = [data for name, data in heard if name == "text"][-1]
    assert words(text).startswith("Turn the Tremor 25 off .")
    assert words(text).count("Turn the Tremor 25 off .") == 1 + words(text).count("1. Turn the Tremor 25 off .")
    assert "turn it on" in text
    assert "stopped in the middle" in [data for name, data in heard if name == "status"][-1]


def test_a_model_that_fails_ends_the_stream_with_a_notice_and_an_answer(site):
    site.model.mode = "failing"
    client = site.client()
    with client.stream("GET", site.ask(client, QUESTION) + "stream/") as response:
        heard = list(events(response))
    assert heard[-1][0] == "close"
    assert "cannot be reached" in [data for name, data in heard if name == "status"][-1]
    assert "Hold the Shift and Bank buttons" in [data for name, data in heard if name == "text"][-1]
