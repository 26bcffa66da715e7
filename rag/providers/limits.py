"""Time limits for a provider, whatever its package does: it streams in a thread, and we wait no longer than agreed."""

import queue
import threading
import time
from collections.abc import Iterator

from rag.errors import SlowError

from .base import Prompt, Provider

TICK = 0.25  # seconds; so often the caller gets a turn while the model is silent
TOTAL = 120.0  # seconds for a whole answer


def limited(provider: Provider, prompt: Prompt, *, silence: float, total: float = TOTAL) -> Iterator[str]:
    """Yield what the provider streams, and "" every TICK while it is silent, so that the caller can stop or beat.

    Raises SlowError after `silence` seconds without a word or `total` seconds in all, and what the provider raises.
    A caller that leaves early leaves the thread behind; it ends with the next piece or the provider's own time limit.
    """
    pieces: queue.SimpleQueue[str | BaseException | None] = queue.SimpleQueue()
    left = threading.Event()
    threading.Thread(target=_pump, args=(provider, prompt, pieces, left), name="model", daemon=True).start()
    started = heard = time.monotonic()
    try:
        while True:
            piece = _next(pieces)
            now = time.monotonic()
            if piece is None:
                return
            if isinstance(piece, BaseException):
                raise piece
            heard = now if piece else heard
            if now - heard > silence or now - started > total:
                raise SlowError(f"{now - started:.0f} s, silent for {now - heard:.0f} s")
            yield piece
    finally:
        left.set()


def _next(pieces: "queue.SimpleQueue[str | BaseException | None]") -> str | BaseException | None:
    try:
        return pieces.get(timeout=TICK)
    except queue.Empty:
        return ""


def _pump(
    provider: Provider,
    prompt: Prompt,
    pieces: "queue.SimpleQueue[str | BaseException | None]",
    left: threading.Event,
) -> None:
    try:
        for piece in provider.stream(prompt):
            if left.is_set():
                return
            if piece:
                pieces.put(piece)
        pieces.put(None)
    except BaseException as error:  # noqa: BLE001 - it is raised again, in the caller's thread
        pieces.put(error)
