"""The way out of the browser: a proxy on loopback that connects to public addresses only.

Interception in the browser sees neither redirects nor sockets, and resolves names a second time. Everything that
Chromium connects to goes through here instead, and GuardedBackend connects to the very address that it checked.
"""

import asyncio
import contextlib
from typing import Self
from urllib.parse import urlsplit

import httpcore

from .errors import NotAllowed
from .guard import GuardedBackend

HEAD_BYTES = 65_536
HEAD_SECONDS = CONNECT_SECONDS = 10.0
PIECE = 65_536


class Gateway:
    """`start` listens on a free port of loopback; `port` is then the one to name as proxy."""

    def __init__(self, backend: GuardedBackend) -> None:
        self.backend = backend
        self.port = 0
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()

    async def start(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=HEAD_BYTES)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def close(self) -> None:
        if self._server:
            self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._open.add(task)
        try:
            await self._pass_on(reader, writer)
        except (NotAllowed, httpcore.NetworkError, httpcore.TimeoutException, ValueError):
            with contextlib.suppress(OSError):
                writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                await writer.drain()
        except (OSError, EOFError, TimeoutError, asyncio.LimitOverrunError):
            pass  # the browser has gone, or never said what it wants
        finally:
            self._open.discard(task)
            writer.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(HEAD_SECONDS):
            head = await reader.readuntil(b"\r\n\r\n")
        line, _, fields = head.partition(b"\r\n")
        method, target, version = line.decode("latin-1").split(" ")
        if method == "CONNECT":
            host, _, port = target.rpartition(":")
            stream = await self.backend.connect_tcp(host.strip("[]"), int(port), CONNECT_SECONDS)
            writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
        else:
            parts = urlsplit(target)
            stream = await self.backend.connect_tcp(parts.hostname or "", parts.port or 80, CONNECT_SECONDS)
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            kept = [f for f in fields.split(b"\r\n") if f and not f.lower().startswith((b"proxy-", b"connection:"))]
            begin = f"{method} {path} {version}\r\n".encode("latin-1")
            await stream.write(begin + b"".join(f + b"\r\n" for f in kept) + b"Connection: close\r\n\r\n")
        await self._pipe(reader, writer, stream)

    async def _pipe(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, stream: httpcore.AsyncNetworkStream
    ) -> None:
        async def upwards() -> None:
            while piece := await reader.read(PIECE):
                await stream.write(piece)

        up = asyncio.create_task(upwards())
        try:
            while piece := await stream.read(PIECE):
                writer.write(piece)
                await writer.drain()
        finally:
            up.cancel()
            await asyncio.gather(up, return_exceptions=True)
            await stream.aclose()
