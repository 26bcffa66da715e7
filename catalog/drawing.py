"""The process that draws pages of PDFs, from our side: opened with the first page, and again where it died."""

import atexit
import json
import os
import socket
import subprocess
import sys
import threading
from typing import Any

from django.conf import settings

from . import page_worker

BEGINS = 10.0  # seconds, until a child takes the page: the process itself may have to be opened
GRACE = 2.0  # seconds that a page may take longer than its own limit, where the processor is busy
# Nothing of our own environment: the children need neither keys nor settings.
ENVIRONMENT = {"PYTHONIOENCODING": "utf-8", "PATH": "/usr/bin:/bin"}


class NoPictureError(Exception):
    """The page cannot be shown as a picture: no file, a broken one, or one that is too heavy."""


class Drawer:
    """One process for each of ours; every page is drawn in a child of it. Threads may ask at the same time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._door: socket.socket | None = None
        self._owner = 0
        self._lock = threading.Lock()

    def order(self, **wanted: Any) -> None:
        """As `catalog.page_worker` reads it; returns when what was wanted is written. Raises NoPictureError."""
        asked = self.pid
        answer = self._ask(wanted)
        if not answer:
            with self._lock:
                if self.pid == asked:  # else somebody has opened another meanwhile
                    self._end()
            answer = self._ask(wanted)
        if answer != page_worker.TAKEN + page_worker.DONE:
            problem = answer.removeprefix(page_worker.TAKEN).decode("utf-8", "replace")[-200:]
            raise NoPictureError(problem or "Its drawing broke off.")

    def close(self) -> None:
        with self._lock:
            self._end()

    def _ask(self, wanted: dict[str, Any]) -> bytes:
        """What the child says; nothing where the process died, or stood still, before it began with the page."""
        mine, theirs = socket.socketpair()
        said = b""
        with mine, theirs:
            mine.settimeout(BEGINS)
            mine.sendall(json.dumps(wanted).encode() + b"\n")
            self._hand_over(theirs)
            theirs.close()
            try:
                said = mine.recv(1024)
                mine.settimeout(page_worker.SECONDS + GRACE)
                return said + b"".join(iter(lambda: mine.recv(1024), b"")) if said else b""
            except ConnectionError:
                return b""
            except TimeoutError as problem:
                if not said:
                    return b""
                limit = page_worker.SECONDS
                raise NoPictureError(f"The page could not be drawn within {limit} seconds.") from problem

    def _hand_over(self, theirs: socket.socket) -> None:
        with self._lock:
            for last in (False, True):
                try:
                    socket.send_fds(self._open(), [b"."], [theirs.fileno()])
                except OSError:
                    self._end()
                    if last:
                        raise
                else:
                    return

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    def _open(self) -> socket.socket:
        if (
            self._door is None
            or self._process is None
            or self._owner != os.getpid()
            or self._process.poll() is not None
        ):
            self._end()
            self._door, theirs = socket.socketpair()
            with theirs:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", page_worker.__name__], stdin=theirs.fileno(), stdout=subprocess.DEVNULL,
                    cwd=settings.BASE_DIR, env=ENVIRONMENT,
                )  # fmt: skip
            self._owner = os.getpid()
        return self._door

    def _end(self) -> None:
        """Children that are drawing finish their pages by themselves."""
        door, self._door = self._door, None
        process, self._process = self._process, None
        if door is not None:
            door.close()
        if process is not None and self._owner == os.getpid():
            process.kill()
            process.wait()


drawer = Drawer()
atexit.register(drawer.close)
