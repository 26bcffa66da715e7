"""Serves the invented brand's website on loopback: conditional requests, a log, an optional delay."""

import contextlib
import hashlib
import json
import re
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import unquote

from .site import ORIGIN, Resource, Site

LAST_MODIFIED = "Tue, 04 Jun 2024 08:00:00 GMT"
HOST = re.compile(r"[A-Za-z0-9.\-]+(:\d{1,5})?")
TEXT_TYPES = ("text/", "application/xml")


class DemoServer(ThreadingHTTPServer):
    """One site on one loopback port. `delay` is added to every answer, in seconds."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, *, delay: float = 0.0, log: TextIO | None = None) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.site = Site()
        self.delay = delay
        self.log = log
        self.lock = threading.Lock()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def resource(self, path: str, query: str) -> tuple[Resource, bytes]:
        with self.lock:  # a body is made once, however many ask
            resource = self.site.get(path, query)
            return resource, resource.body

    def note(self, record: dict[str, Any]) -> None:
        if self.log:
            with self.lock:
                self.log.write(json.dumps(record) + "\n")
                self.log.flush()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body leave in one packet
    server: DemoServer

    def do_GET(self) -> None:
        began = time.perf_counter()
        time.sleep(self.server.delay)
        path, _, query = self.path.partition("?")
        host = self.headers.get("Host", "")
        if HOST.fullmatch(host):
            status, size = self.answer(unquote(path), query, host)
        else:
            status, size = self.send(400, b"Bad host name.", {"Content-Type": "text/plain"})
        self.server.note(
            {
                "time": time.time(),
                "brand": "lumenhall",
                "host": host,
                "method": self.command,
                "path": path,
                "query": query,
                "agent": self.headers.get("User-Agent", ""),
                "status": status,
                "bytes": size,
                "ms": round((time.perf_counter() - began) * 1000, 1),
            }
        )

    do_HEAD = do_GET  # noqa: N815

    def answer(self, path: str, query: str, host: str) -> tuple[int, int]:
        resource, body = self.server.resource(path, query)
        if resource.content_type.startswith(TEXT_TYPES):
            body = body.replace(ORIGIN.encode(), f"http://{host}".encode())
        head = {"Content-Type": resource.content_type}
        if resource.location:
            return self.send(resource.status, b"", head | {"Location": resource.location})
        etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
        if resource.status == 200:
            head |= {"ETag": etag, "Last-Modified": LAST_MODIFIED, "Cache-Control": "no-cache"}
            if self.unchanged(etag):
                return self.send(304, b"", head)
        return self.send(resource.status, body, head)

    def unchanged(self, etag: str) -> bool:
        """RFC 9110, 13.2.2: If-None-Match decides where it is given, else If-Modified-Since."""
        if asked := self.headers.get("If-None-Match"):
            return asked.strip() == "*" or etag in {tag.strip().removeprefix("W/") for tag in asked.split(",")}
        return self.headers.get("If-Modified-Since") == LAST_MODIFIED

    def send(self, status: int, body: bytes, head: dict[str, str]) -> tuple[int, int]:
        self.send_response(status)
        for name, value in head.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        sent = b"" if self.command == "HEAD" else body
        with contextlib.suppress(ConnectionError):  # the reader left
            self.wfile.write(sent)
        return status, len(sent)

    def log_message(self, format: str, *args: Any) -> None:
        """The log is the server's own."""


@contextlib.contextmanager
def open_server(port: int = 0, *, delay: float = 0.0, log: Path | None = None) -> Iterator[DemoServer]:
    """A bound server that does not serve yet. Port 0 takes any free one; the log gets JSON lines."""
    with contextlib.ExitStack() as stack:
        file = stack.enter_context(log.open("a", encoding="utf-8")) if log else None
        yield stack.enter_context(DemoServer(port, delay=delay, log=file))


@contextlib.contextmanager
def running_site(port: int = 0, *, delay: float = 0.0, log: Path | None = None) -> Iterator[str]:
    """The site, served by a thread of this process; yields its base URL, without a slash at the end."""
    with open_server(port, delay=delay, log=log) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server.base_url
        finally:
            server.shutdown()
            thread.join()
