"""Answers of a model on this machine: what we add to its own stream, and many streams open at once."""

import asyncio
import contextlib
import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from django.conf import settings

from catalog.models import Product
from rag.answer import ask
from rag.models import Answer, AnswerState

from .figures import Row, held_to, summary
from .installation import served, web, web_process

TOKENS = 60
DELAY = 0.02  # seconds between two words of the model
SLOW_DELAY = 0.12  # the same while many streams are open: seven seconds for an answer
WARM_UP = 3.0  # seconds of pages alone
LONGEST = 600  # seconds that a visitor stays
PAGES_PACE = 0.05  # seconds between two requests of other pages
STREAM = {"Accept": "text/event-stream"}


def model(delay: float, tokens: int = TOKENS) -> contextlib.AbstractContextManager[dict[str, str]]:
    words = (sys.executable, "-m", "halilit.bench.model_endpoint", "--delay", str(delay), "--tokens", str(tokens))
    return served(*words, log=settings.DATA_DIR / "model.log")


def environment(address: str) -> dict[str, str]:
    return {"HALILIT_LLM": "openai", "HALILIT_LLM_URL": address, "HALILIT_LLM_TOKENS_A_DAY": "0"}


def overhead(questions: Sequence[str], tokens: int = TOKENS) -> Iterator[Row]:
    """The first token and a whole answer of so many: the model's own stream, ours, and the median differences."""
    with (
        model(DELAY, tokens) as found,
        web(**environment(found["model"])) as base,
        httpx.Client(base_url=base, timeout=60) as client,
    ):
        ours_of(client, questions[0])
        pairs = [(own_of(found["model"], one), ours_of(client, one)) for one in questions]
    for at, what in enumerate(("first token", "whole answer")):
        own, ours = [own[at] for own, _ in pairs], [ours[at] for _, ours in pairs]
        yield summary(f"{what}, the model's own stream", own)
        yield summary(f"{what}, our stream", ours)
        added = sorted(two - one for one, two in zip(own, ours, strict=True))
        row = summary(f"{what}, added", added)
        yield row if at else held_to(row, p50_ms=50)
        if at:
            yield held_to(summary("added to each token", [seconds / tokens for seconds in added]), p50_ms=5)


def own_of(address: str, question: str) -> tuple[float, float]:
    """Seconds to the first token and to the last one, asking the model itself."""
    body = {"messages": [{"role": "user", "content": question}], "stream": True}
    began, first = time.perf_counter(), 0.0
    with httpx.stream("POST", f"{address}/chat/completions", json=body, timeout=60) as response:
        for line in response.iter_lines():
            if not first and line.startswith("data: "):
                first = time.perf_counter() - began
    return first, time.perf_counter() - began


def ours_of(client: httpx.Client, question: str) -> tuple[float, float]:
    began, first = time.perf_counter(), 0.0
    with client.stream("POST", "/api/chat", json={"question": question}, headers=STREAM) as response:
        response.raise_for_status()
        for line in response.iter_lines():
            if not first and line.startswith("event: text"):
                first = time.perf_counter() - began
    return first, time.perf_counter() - began


def streams(questions: Sequence[str], count: int) -> Iterator[Row]:
    """So many different answers, all their streams open at once on one web process; other pages meanwhile."""
    with model(SLOW_DELAY) as found, web_process(**environment(found["model"])) as (base, process):
        pages = [product.get_absolute_url() for product in Product.objects.select_related("brand")[:50]]
        with visitor(base, pages) as alone:
            time.sleep(WARM_UP)
        answers = [ask(questions[n % len(questions)]) for n in range(count)]
        over, most = threading.Event(), [0.0]
        watcher = threading.Thread(target=watch, args=(process.pid, most, over))
        watcher.start()
        try:
            with visitor(base, pages) as times:
                read = asyncio.run(follow_all(base, answers))
        finally:
            over.set()
            watcher.join()
    yield summary("pages without streams", alone)
    yield from stream_rows(answers, read, times, most[0])


@contextlib.contextmanager
def visitor(base: str, paths: Sequence[str]) -> Iterator[list[float]]:
    """The times of pages that a process of its own opens while the block runs, from its first page on; they are there
    behind its end."""
    times: list[float] = []
    words = [sys.executable, "-m", "halilit.bench.visitor", base, str(LONGEST), str(PAGES_PACE), *paths]
    started = subprocess.Popen(words, cwd=settings.BASE_DIR, stdout=subprocess.PIPE)
    try:
        assert started.stdout is not None
        started.stdout.readline()
        yield times
    finally:
        started.terminate()
        said, _none = started.communicate(timeout=60)
    times += json.loads(said)


def stream_rows(
    answers: Sequence[Answer], read: Sequence[tuple[float, float, bool]], times: Sequence[float], memory: float
) -> Iterator[Row]:
    done = Answer.objects.filter(pk__in=[one.pk for one in answers], state=AnswerState.DONE)
    row = {
        "what": f"{len(answers)} streams at once",
        "n": len(answers),
        "complete": sum(whole for _first, _last, whole in read),
        "rows done": done.count(),
        "by the model": done.filter(provider="openai", notice="").count(),
        "most MB": round(memory, 1),
        "seconds": round(max(last for _first, last, _whole in read), 1),
    }
    yield whole_row(row)
    yield summary("first words, among them", [first for first, _last, _whole in read if first])
    yield held_to(summary("other pages meanwhile", times), p99_ms=100)


def whole_row(row: Row) -> Row:
    """Every stream was closed as agreed behind a whole answer, and the process stayed small."""
    held = held_to(row, most_MB=200)
    complete = row["complete"] == row["rows done"] == row["n"]
    return held | {"bar": f"all complete, {held['bar']}", "met": held["met"] if complete else "no"}


def watch(pid: int, most: list[float], over: threading.Event) -> None:
    """The most memory of its own (MB) that a process takes until it is over. Pages of the database, which every
    connection maps, are the kernel's: they would be counted once a connection."""
    while True:
        with contextlib.suppress(OSError):
            found = re.search(r"RssAnon:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
            most[0] = max(most[0], int(found.group(1)) / 1024 if found else 0.0)
        if over.wait(0.2):
            return


async def follow_all(base: str, answers: Sequence[Answer]) -> list[tuple[float, float, bool]]:
    return await asyncio.gather(*(follow(base, answer) for answer in answers))


async def follow(base: str, answer: Answer) -> tuple[float, float, bool]:
    """Seconds to the first words and to the end, and whether the stream was closed as agreed. Bare sockets: a client of
    five hundred streams must cost less than their server."""
    at = urlsplit(base)
    began, first, tail = time.perf_counter(), 0.0, b""
    reader, writer = await asyncio.open_connection(at.hostname, at.port)
    writer.write(
        f"GET {answer.get_absolute_url()}stream/ HTTP/1.1\r\nHost: {at.netloc}\r\nConnection: close\r\n\r\n".encode()
    )
    while piece := await reader.read(65536):
        if not first and b"event: text\ndata: <" in tail + piece:
            first = time.perf_counter() - began
        tail = (tail + piece)[-200:]
    writer.close()
    return first, time.perf_counter() - began, b"event: close" in tail
