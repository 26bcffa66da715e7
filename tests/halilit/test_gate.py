"""Streams are let in a few at a time; pages pass by them."""

import asyncio
from typing import Any

import pytest

from halilit.gate import AT_ONCE, Gate
from rag import pool

STREAM = "/he/ask/0b0f8a5e-0000-4000-8000-000000000000/stream/"


async def opened(streams: int) -> tuple[list[str], list[str]]:
    """What had been let in before the streams that came first were open, and in the end."""
    inside, go = list[str](), asyncio.Event()

    async def application(scope: Any, _receive: Any, send: Any) -> None:
        inside.append(scope["path"])
        if scope["path"] == STREAM:
            await go.wait()
        await send({"type": "http.response.start"})

    async def sent(_message: Any) -> None:
        pass

    gate = Gate(application)
    calls = [gate({"type": "http", "path": path}, None, sent) for path in [*[STREAM] * streams, "/brands/"]]
    waiting = asyncio.gather(*calls)
    for _ in range(5):
        await asyncio.sleep(0)
    before = list(inside)
    go.set()
    await waiting
    return before, inside


def test_a_page_does_not_stand_in_line_behind_streams_and_all_are_let_in():
    before, inside = asyncio.run(opened(streams=50))
    assert before.count(STREAM) == AT_ONCE
    assert before.count("/brands/") == 1
    assert inside.count(STREAM) == 50


async def made_while(path: str) -> list[bool]:
    """Whether a page was being made, for the work of answers: before, while and after the request was answered."""
    seen = [pool.a_page_is_made()]

    async def application(_scope: Any, _receive: Any, send: Any) -> None:
        seen.append(pool.a_page_is_made())
        await send({"type": "http.response.start"})
        seen.append(pool.a_page_is_made())

    async def sent(_message: Any) -> None:
        pass

    await Gate(application)({"type": "http", "path": path}, None, sent)
    return seen


@pytest.mark.parametrize(
    ("path", "gives_way"), [("/brands/", True), ("/ask/", False), ("/api/chat", False), (STREAM, False)]
)
def test_the_work_of_answers_gives_way_to_pages_and_not_to_who_waits_for_an_answer(path, gives_way):
    assert asyncio.run(made_while(path)) == [False, gives_way, False]


def test_a_page_that_fails_is_over_too():
    async def application(_scope: Any, _receive: Any, _send: Any) -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        asyncio.run(Gate(application)({"type": "http", "path": "/brands/"}, None, None))
    assert not pool.a_page_is_made()


async def held(*, gone: bool) -> list[str]:
    """What is let in where a page is being made, whose streams' visitors may all go away before it is."""
    inside = list[str]()

    async def application(scope: Any, _receive: Any, send: Any) -> None:
        inside.append(scope["path"])
        await send({"type": "http.response.start"})

    async def sent(_message: Any) -> None:
        pass

    gate = Gate(application)
    pool.page_begins()
    try:
        first = [asyncio.create_task(gate({"type": "http", "path": STREAM}, None, sent)) for _ in range(AT_ONCE)]
        await asyncio.sleep(pool.LOOK)
        assert inside == [], "a stream opens once the page is made"
        for task in first if gone else ():
            task.cancel()
    finally:
        pool.page_ends()
    await asyncio.gather(*first, return_exceptions=True)
    async with asyncio.timeout(60):
        await gate({"type": "http", "path": STREAM}, None, sent)
    return inside


@pytest.mark.parametrize(("gone", "let_in"), [(False, AT_ONCE + 1), (True, 1)])
def test_streams_wait_for_pages_and_who_goes_away_meanwhile_keeps_no_place(gone, let_in):
    assert asyncio.run(held(gone=gone)).count(STREAM) == let_in
