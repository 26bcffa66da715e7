"""A language model for benchmarks: an OpenAI-compatible server on loopback that recites the first source it is given.

Run as `python -m halilit.bench.model_endpoint --ready-file FILE --delay SECONDS --tokens N`. It knows nothing of
Django, so that it costs the machine as little as can be while something else is measured.
"""

import argparse
import asyncio
import json
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"


def recited(prompt: str, tokens: int) -> Iterator[str]:
    """So many words of the first source, each sentence with its citation; some model's words where there is none."""
    found = re.search(r"<(source-\w+) n=\"1\">\n.*?\n\n(.*?)</\1>", prompt, re.DOTALL)
    text = found.group(2) if found else "This is what a model says where it was given nothing to say."
    sentences = [sentence.strip() for sentence in re.findall(r"[^.\n]{12,}\.", text)] or [text]
    words = [word for sentence in sentences for word in f"{sentence[:-1]} [1].".split()]
    yield from (f"{words[n % len(words)]} " for n in range(tokens))


def message(text: str, finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
    return f"data: {json.dumps({'choices': [choice]})}\n\n".encode()


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, delay: float, tokens: int) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    body = json.loads(await reader.readexactly(int(length.group(1)) if length else 0))
    writer.write(HEAD)
    for word in recited(body["messages"][-1]["content"], tokens):
        writer.write(message(word))
        await writer.drain()
        await asyncio.sleep(delay)
    writer.write(message("", "stop") + b"data: [DONE]\n\n")
    await writer.drain()
    writer.close()


async def serve(ready: Path, *, delay: float, tokens: int) -> None:
    server = await asyncio.start_server(partial(answer, delay=delay, tokens=tokens), "127.0.0.1", 0, backlog=1024)
    ready.write_text(json.dumps({"model": f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"}))
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ready-file", type=Path, required=True)
    parser.add_argument("--delay", type=float, default=0.02, help="seconds between two words")
    parser.add_argument("--tokens", type=int, default=60, help="words of an answer")
    chosen = parser.parse_args()
    asyncio.run(serve(chosen.ready_file, delay=chosen.delay, tokens=chosen.tokens))
