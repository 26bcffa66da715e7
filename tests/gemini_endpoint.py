"""A local endpoint that speaks what models' clients speak, well or badly: Gemini's REST streaming (a JSON array that
grows, or events where `alt=sse` is asked for) and OpenAI's chat completions."""

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ANSWER = "Hold the Shift and Bank buttons and turn it on [1]. Release the buttons when the display reads INIT [1]."


@dataclass
class Endpoint:
    """`mode`: normal, slow (silent for ever), cut, dropped, busy (429), failing (500), unknown (404), malformed,
    blocked, refused (the answer is blocked), empty. `modes`: of the next requests, one each. `delay`: seconds between
    words. `gate`: each word waits for a release of it, so that a test sees one before the next is said, however busy
    the machine. `requests`: what was asked."""

    url: str
    mode: str = "normal"
    modes: list[str] = field(default_factory=list)
    delay: float = 0.01
    gate: threading.Semaphore | None = None
    answer: str = ANSWER
    requests: list[dict[str, Any]] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)


def words(text: str) -> list[str]:
    return [word + " " for word in text.split(" ")]


def gemini(text: str, finish: str = "") -> dict[str, Any]:
    candidate: dict[str, Any] = {"content": {"parts": [{"text": text}], "role": "model"}, "index": 0}
    if finish:
        candidate["finishReason"] = finish
    return {"candidates": [candidate], "modelVersion": "test"}


def openai(text: str, finish: str = "") -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": finish or None}]}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "Server"

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        at = self.server.endpoint
        at.requests.append({"path": self.path, "headers": dict(self.headers), "body": body})
        if at.modes:
            at.mode = at.modes.pop(0)
        if status := {"busy": 429, "failing": 500, "unknown": 404}.get(at.mode):
            self.refuse(status)
            return
        if self.path.endswith(":batchEmbedContents"):
            self.embed(len(body["requests"]))
            return
        self.send_response(200)
        sse = "alt=sse" in self.path or self.path.endswith("/chat/completions")
        self.send_header("Content-Type", "text/event-stream" if sse else "application/json; charset=UTF-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        with contextlib.suppress(ConnectionError):
            self.stream("openai" if self.path.endswith("/chat/completions") else "sse" if sse else "array")

    def refuse(self, status: int) -> None:
        name = {429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 404: "NOT_FOUND"}[status]
        body = json.dumps({"error": {"code": status, "message": "as the test wants it", "status": name}}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def embed(self, count: int) -> None:
        """A vector for each text, all alike; nothing of the kind where the endpoint is malformed."""
        rows = [] if self.server.endpoint.mode == "malformed" else [{"values": [3.0, 4.0, 0.0]}] * count
        body = json.dumps({"embeddings": rows}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def stream(self, dialect: str) -> None:
        at = self.server.endpoint
        if at.mode == "slow":
            at.ended.wait(60)
            return
        messages = self.messages(openai if dialect == "openai" else gemini, at)
        for number, message in enumerate(messages):
            if at.mode == "cut" and number == 8:
                break
            if at.mode == "dropped" and number == 8:
                self.close_connection = True
                return
            if at.gate and not at.gate.acquire(timeout=200):
                return
            text = message if isinstance(message, str) else json.dumps(message, ensure_ascii=False)
            self.piece(text, dialect, first=number == 0)
            time.sleep(at.delay)
        self.end(dialect)

    def messages(self, shape: Any, at: Endpoint) -> list[Any]:
        if at.mode == "malformed":
            return ["this is not what was agreed"]
        if at.mode == "blocked":
            refusal = {"promptFeedback": {"blockReason": "SAFETY"}, "candidates": []}
            return [refusal] if shape is gemini else [openai("", "content_filter")]
        if at.mode == "refused":
            return [shape("", "SAFETY" if shape is gemini else "content_filter")]
        if at.mode == "empty":
            return [shape("", "STOP" if shape is gemini else "stop")]
        pieces = words(at.answer)
        last = shape(pieces[-1], "STOP" if shape is gemini else "stop")
        return [shape(piece) for piece in pieces[:-1]] + [last]

    def piece(self, text: str, dialect: str, *, first: bool) -> None:
        if dialect == "array":
            malformed = self.server.endpoint.mode == "malformed"
            self.chunk(text if malformed else ("[" if first else ",\r\n") + text)
        else:
            self.chunk(f"data: {text}\r\n\r\n")

    def end(self, dialect: str) -> None:
        if dialect == "array" and self.server.endpoint.mode not in ("cut", "malformed"):
            self.chunk("]")
        if dialect == "openai" and self.server.endpoint.mode != "cut":
            self.chunk("data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")

    def chunk(self, text: str) -> None:
        data = text.encode()
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()


class Server(ThreadingHTTPServer):
    daemon_threads = True
    endpoint: Endpoint

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that is killed or gives up resets its connection; tests do both."""


@contextlib.contextmanager
def endpoint() -> Iterator[Endpoint]:
    """A running endpoint on loopback."""
    server = Server(("127.0.0.1", 0), Handler)
    server.endpoint = Endpoint(url=f"http://127.0.0.1:{server.server_address[1]}")
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server.endpoint
    finally:
        server.endpoint.ended.set()
        server.shutdown()
        server.server_close()
