"""Streams are let in a few at a time; pages pass by them."""

import asyncio
from typing import Any

from halilit.gate import AT_ONCE, Gate

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
