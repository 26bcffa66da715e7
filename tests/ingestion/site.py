"""A small site on loopback whose behaviour each test scripts, and which keeps count of what it was asked."""

import contextlib
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LOOK = 0.02  # seconds between two looks at whether the server shall end: each test waits for one
Answer = tuple[int, dict[str, str], bytes]


def page(title: str, body: str = "", head: str = "") -> Answer:
    """A web page with enough text to be taken for one."""
    filler = "<p>" + f"This page tells about {title} at some length, so that it is worth keeping. " * 6 + "</p>"
    markup = f"<!doctype html><html lang=en><head><title>{title}</title>{head}</head><body><main><h1>{title}</h1>{body}{filler}</main></body></html>"
    return 200, {"Content-Type": "text/html; charset=utf-8"}, markup.encode()


def text(body: str, kind: str = "text/plain") -> Answer:
    return 200, {"Content-Type": kind}, body.encode()


def pdf(*pages: str, title: str = "") -> Answer:
    """A real PDF with one line of text a page."""
    import io

    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    if title:
        canvas.setTitle(title)
    for line in pages:
        canvas.drawString(60, 780, line)
        canvas.showPage()
    canvas.save()
    return 200, {"Content-Type": "application/pdf"}, out.getvalue()


@dataclass
class Site:
    """`answers` maps a path (with its query) to an answer or to a function of the request's headers that gives one.

    `delays` are the seconds that an answer of a path takes.
    """

    answers: dict[str, Answer | Callable[[Any], Answer]] = field(default_factory=dict)
    delays: dict[str, float] = field(default_factory=dict)
    asked: list[tuple[float, str]] = field(default_factory=list)
    base: str = ""

    @property
    def counts(self) -> Counter[str]:
        return Counter(path for _, path in self.asked)

    def answer(self, handler: BaseHTTPRequestHandler) -> Answer:
        self.asked.append((time.monotonic(), handler.path))
        found = self.answers.get(handler.path, self.answers.get(handler.path.split("?")[0]))
        if found is None:
            return 404, {"Content-Type": "text/html"}, b"<h1>No such page</h1>"
        return found(handler) if callable(found) else found


@contextlib.contextmanager
def serve(site: Site | None = None) -> Iterator[Site]:
    site = site or Site()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            """Quiet."""

        def do_GET(self) -> None:
            status, headers, body = site.answer(self)
            time.sleep(site.delays.get(self.path, 0))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if "Content-Length" not in headers:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with contextlib.suppress(ConnectionError):
                self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site.base = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, args=(LOOK,), daemon=True).start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()


def xml(body: str) -> tuple[int, dict[str, str], bytes]:
    return text(f'<?xml version="1.0"?>{body}', "application/xml")
