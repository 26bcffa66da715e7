"""Tells the streams of this process what the producers of this process write, so that they need not poll the rows."""

import asyncio
import copy
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from uuid import UUID

from .models import Answer


class Box:
    """Where one follower finds the newest state of its answer; older ones are passed over."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.event = asyncio.Event()
        self.newest: Answer | None = None

    def put(self, answer: Answer) -> None:
        self.newest = answer
        self.event.set()

    async def next(self, timeout: float) -> Answer | None:
        """The newest state since the last call, or None after `timeout` seconds without one."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                await self.event.wait()
        self.event.clear()
        newest, self.newest = self.newest, None
        return newest


_boxes: defaultdict[UUID, set[Box]] = defaultdict(set)
_lock = threading.Lock()


def publish(answer: Answer) -> None:
    """Called by producers, in their own threads, after each write."""
    with _lock:
        boxes = list(_boxes.get(answer.pk, ()))
    if not boxes:
        return
    state = copy.copy(answer)
    for box in boxes:
        with suppress(RuntimeError):  # its loop has ended
            box.loop.call_soon_threadsafe(box.put, state)


def wake(pk: UUID) -> None:
    """Let those who follow this answer look at its row: this process writes it no more, or never did."""
    with _lock:
        boxes = list(_boxes.get(pk, ()))
    for box in boxes:
        with suppress(RuntimeError):
            box.loop.call_soon_threadsafe(box.event.set)


@contextmanager
def following(pk: UUID) -> Iterator[Box]:
    """A box that receives what is published about this answer."""
    box = Box()
    with _lock:
        _boxes[pk].add(box)
    try:
        yield box
    finally:
        with _lock:
            _boxes[pk].discard(box)
            if not _boxes[pk]:
                del _boxes[pk]
