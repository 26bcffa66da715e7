"""Lets the streams of answers in a few at a time, so that pages never stand in line behind hundreds of them.

Pages go first: while one is being made, the work of answers waits a little (`rag.pool`).
"""

import asyncio
import re
from collections.abc import Callable
from typing import Any

from rag import pool

from . import memory

STREAM = re.compile(r"/ask/[0-9a-f-]{36}/stream/$")
ASKING = re.compile(r"/ask/|/api/chat$")  # what itself waits for an answer
AT_ONCE = 2  # that are being opened; once they are open they cost next to nothing


class Gate:
    """Around an ASGI application."""

    def __init__(self, application: Any) -> None:
        self.application = application
        self.places = asyncio.Semaphore(AT_ONCE)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        memory.request_begins()
        if STREAM.search(scope["path"]):
            await self.places.acquire()
            await self._until_begun(scope, receive, send, self.places.release, behind_pages=True)
        elif ASKING.search(scope["path"]):
            await self.application(scope, receive, send)
        else:
            pool.page_begins()
            await self._until_begun(scope, receive, send, pool.page_ends)

    async def _until_begun(
        self, scope: Any, receive: Any, send: Any, begun: Callable[[], None], *, behind_pages: bool = False
    ) -> None:
        """Answer it; `begun` is called once, when the answer begins to be sent or has failed."""
        left = [begun]

        async def sending(message: Any) -> None:
            if left:
                left.pop()()
            await send(message)

        try:
            if behind_pages:
                await pool.pages_made()
            await self.application(scope, receive, sending)
        finally:
            if left:
                left.pop()()
