"""Answers over generated passages, without a model and with one on this machine; many streams; pages as pictures."""

import tempfile
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from django.utils import timezone

from rag.answer import answer_now
from rag.models import Answer
from rag.providers import EXTRACTIVE

from . import ask_model, ask_pages
from .figures import Report, Row, held_to, repeat, summary
from .installation import web
from .passages import fill_passages
from .search import PAGES_EACH, queries

MODEL_QUESTIONS = 15  # each takes two and a half seconds
FEWEST = 3
STREAM = {"Accept": "text/event-stream"}


def first_words(client: httpx.Client, question: str) -> float:
    """Seconds from sending the question until the first words of its answer arrive."""
    began = time.perf_counter()
    first = 0.0
    with client.stream("POST", "/api/chat", json={"question": question}, headers=STREAM) as response:
        response.raise_for_status()
        for line in response.iter_lines():
            if not first and line.startswith(("event: text", "event: done")):
                first = time.perf_counter() - began
    return first


def run(options: dict[str, Any]) -> Report:
    seconds = options["seconds"]
    passages = fill_passages(options["chunks"], pages_each=PAGES_EACH)
    asked = [query for query in queries() if " " in query]
    tokens = min(ask_model.TOKENS, max(FEWEST, round(60 * seconds)))
    report = Report("ask", {"passages": passages, "questions": len(asked), "streams": options["streams"]})
    answer_now(asked[0])
    report.add(
        summary("whole answer, in process", repeat(lambda n: answer_now(asked[n % len(asked)]), seconds=seconds))
    )
    report.take(over_http, asked, seconds)
    report.take(ask_model.overhead, asked[: min(MODEL_QUESTIONS, max(FEWEST, round(1.5 * seconds)))], tokens)
    with tempfile.TemporaryDirectory() as folder:
        report.take(ask_pages.pictures, Path(folder), min(ask_pages.MOST, max(FEWEST, round(4 * seconds))))
    if options["streams"]:
        report.take(ask_model.streams, asked, options["streams"])
    return report


def over_http(asked: list[str], seconds: float) -> Iterator[Row]:
    def pick(number: int) -> str:
        return asked[number % len(asked)]

    with web() as base, httpx.Client(base_url=base, timeout=60) as client:

        def whole(number: int) -> None:
            client.post("/api/chat", json={"question": pick(number)}).raise_for_status()

        repeat(whole, seconds=min(1, seconds))
        since = timezone.now()
        yield summary("whole answer, HTTP", repeat(whole, seconds=seconds))
        times: list[float] = []
        repeat(lambda n: times.append(first_words(client, pick(n))), seconds=seconds)
        yield summary("first words, HTTP stream", times)
        yield first_words_row(since)


def first_words_row(since: datetime) -> Row:
    """As the rows have it: from the creation of each answer to its first words, without the way over HTTP."""
    rows = Answer.objects.filter(first_words_ms__isnull=False, provider=EXTRACTIVE, created_at__gte=since)
    found = rows.values_list("first_words_ms", flat=True)
    row = summary("first words, at the server", [(milliseconds or 0) / 1000 for milliseconds in found])
    return held_to(row, p50_ms=60, p99_ms=200)
