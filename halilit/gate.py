"""Lets the streams of answers in a few at a time, so that pages never stand in line behind hundreds of them."""

import asyncio
import re
from typing import Any

STREAM = re.compile(r"/ask/[0-9a-f-]{36}/stream/$")
AT_ONCE = 2  # that are being opened; once they are open they cost next to nothing


class Gate:
    """Around an ASGI application."""

    def __init__(self, application: Any) -> None:
        self.application = application
        self.places = asyncio.Semaphore(AT_ONCE)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or not STREAM.search(scope["path"]):
            await self.application(scope, receive, send)
            return
        await self.places.acquire()
        place = [self.places]

        def leave() -> None:
            if place:
                place.pop().release()

        async def sending(message: Any) -> None:
            leave()
            await send(message)

        try:
            await self.application(scope, receive, sending)
        finally:
            leave()
