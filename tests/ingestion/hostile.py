"""A server that means harm: each of its paths tries to keep a visitor for ever or to fill its memory."""

import gzip
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from .bombs import BOMBS

HTML = b"<!doctype html><html lang=en><body><main><h1>Hostile</h1>"


class Harm(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    base = ""

    def log_message(self, *_: object) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        with suppress(ConnectionError):
            WAYS.get(path.rstrip("0123456789"), missing)(self)

    def head(self, kind: str = "text/html", status: int = 200, **more: Any) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in more.items():
            self.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in more:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()

    def whole(self, body: bytes, kind: str = "text/html", **more: Any) -> None:
        self.head(kind, Content_Length=str(len(body)), **more)
        self.wfile.write(body)


def missing(asked: Harm) -> None:
    asked.head(status=404, Content_Length="0")


def home(asked: Harm) -> None:
    links = "".join(f'<a href="{path}">{path}</a> ' for path in LINKED)
    asked.whole(HTML + links.encode() + b"<p>" + b"A page that leads to harm, with some text of its own. " * 20)


def circle(asked: Harm) -> None:
    asked.head(status=302, Location="/circle2" if asked.path.endswith("1") else "/circle1", Content_Length="0")


def further(asked: Harm) -> None:
    step = int(asked.path.removeprefix("/further") or 0)
    asked.head(status=302, Location=f"/further{step + 1}", Content_Length="0")


def endless(asked: Harm) -> None:
    asked.head()
    while True:
        asked.wfile.write(b"<p>more and more</p>" * 50_000)


def endless_pdf(asked: Harm) -> None:
    asked.head("application/pdf")
    asked.wfile.write(b"%PDF-1.7\n")
    while True:
        asked.wfile.write(b"0" * 1_000_000)


def drip(asked: Harm) -> None:
    asked.head()
    for _ in range(10_000):
        asked.wfile.write(b"<")
        asked.wfile.flush()
        time.sleep(0.1)


def slow_head(asked: Harm) -> None:
    for letter in b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 1000:
        asked.wfile.write(bytes([letter]))
        time.sleep(0.1)


@cache
def bombshell() -> bytes:
    return gzip.compress(HTML + b"\0" * 300_000_000, 1)


def bomb(asked: Harm) -> None:
    asked.whole(bombshell(), Content_Encoding="gzip")


def many_links(asked: Harm) -> None:
    asked.whole(HTML + b"".join(b'<a href="/none/%d">Link %d</a>\n' % (n, n) for n in range(100_000)))


def sitemap(asked: Harm) -> None:
    inner = "".join(f"<sitemap><loc>{asked.base}/sitemap.xml?{n}</loc></sitemap>" for n in range(500))
    asked.whole(f"<?xml version='1.0'?><sitemapindex>{inner}</sitemapindex>".encode(), "application/xml")


def hungry(asked: Harm) -> None:
    script = b"const a = []; setInterval(() => a.push(new Uint8Array(2e7).fill(1)), 5); document.title = 'x'"
    asked.whole(b"<!doctype html><html lang=en><body><div id=app></div><script>" + script + b"</script></body></html>")


WAYS: dict[str, Callable[[Harm], None]] = {
    "/": home, "/circle": circle, "/further": further, "/endless": endless, "/endless.pdf": endless_pdf, "/drip": drip,
    "/slow-head": slow_head, "/bomb": bomb, "/links": many_links, "/sitemap.xml": sitemap, "/hungry": hungry,
    "/claim": lambda asked: asked.head(Content_Length="2000000000"),
    "/garbage": lambda asked: asked.whole(b"<html>" + bytes(range(128, 256)) * 2000 + b"\xff\xfe\xed\xa0\x80"),
    "/headers": lambda asked: asked.head("text/html", 200, **{f"X_{n}": "x" * 1000 for n in range(200)}),
    "/inside": lambda asked: asked.head(status=302, Location="http://127.0.0.2:1/secret", Content_Length="0"),
    "/metadata": lambda asked: asked.head(status=302, Location="http://169.254.169.254/latest/", Content_Length="0"),
    "/robots.txt": lambda asked: asked.whole(b"User-agent: *\nDisallow:\n", "text/plain"),
}  # fmt: skip


def file(body: bytes) -> Callable[[Harm], None]:
    return lambda asked: asked.whole(body, "application/pdf")


WAYS |= {f"/f/{n}.pdf": file(body) for n, body in enumerate(BOMBS.values())}
LINKED = [
    "/circle1", "/further0", "/endless", "/endless.pdf", "/drip", "/slow-head", "/bomb", "/links", "/claim", "/garbage",
    "/headers", "/inside", "/metadata", "/hungry", "/none", *(f"/f/{n}.pdf" for n in range(len(BOMBS))),
]  # fmt: skip


@contextmanager
def serve() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Harm)
    server.daemon_threads = True
    Harm.base = f"http://127.0.0.1:{server.server_address[1]}"
    bombshell()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield Harm.base
    finally:
        server.shutdown()
        server.server_close()
