"""Answers over generated passages with the configured provider of the benchmark: extractive."""

import time
from typing import Any

import httpx

from rag.answer import answer_now

from .figures import Report, repeat, summary
from .filling import fill
from .installation import web
from .search import PAGES_EACH, queries

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
    chunks, seconds = options["chunks"], options["seconds"]
    passages = fill(count=max(20, chunks // PAGES_EACH), pages=chunks, pages_each=PAGES_EACH)
    asked = [query for query in queries() if " " in query]

    def pick(number: int) -> str:
        return asked[number % len(asked)]

    report = Report("ask", {"passages": passages, "questions": len(asked), "provider": "extractive"})
    answer_now(asked[0])
    report.rows.append(summary("whole answer, in process", repeat(lambda n: answer_now(pick(n)), seconds=seconds)))
    with web() as base, httpx.Client(base_url=base, timeout=60) as client:

        def whole(number: int) -> None:
            client.post("/api/chat", json={"question": pick(number)}).raise_for_status()

        repeat(whole, seconds=1)
        report.rows.append(summary("whole answer, HTTP", repeat(whole, seconds=seconds)))
        times: list[float] = []
        repeat(lambda n: times.append(first_words(client, pick(n))), seconds=seconds)
        report.rows.append(summary("first words, HTTP stream", times))
    return report
