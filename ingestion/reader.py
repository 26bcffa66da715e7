"""The reader: one child process that turns fetched bytes into records while the slice fetches and stores.

It takes the parsing off the slice's process, so both cores work, and a page that is made to cost hours, memory or a
crash of the parser costs that child and nothing else.
"""

import asyncio
import contextlib
import fcntl
import os
import pickle
import signal
import sys
import time
from collections import deque

from django.conf import settings

from . import reader_worker
from .errors import IngestionError, TryLater, Unreadable
from .extract.records import Extraction, StoredPicture
from .frames import LENGTH, Answer, PageWanted, PictureWanted, pack, unpack
from .reasons import why

# Of the clock, for one page or picture; its own limit is in processor time and lower.
PATIENCE = 60.0
PIPE = 1_048_576  # bytes; what the kernel gives at most, as a rule
# Nothing of our own environment: the child needs neither keys nor settings.
ENVIRONMENT = {"PYTHONIOENCODING": "utf-8", "PATH": "/usr/bin:/bin", "OPENBLAS_NUM_THREADS": "1"}


class Reader:
    """Answers come in the order of the requests. The child opens with the first one and again after it was lost."""

    def __init__(self) -> None:
        self._child: asyncio.subprocess.Process | None = None
        self._listener: asyncio.Task[None] | None = None
        self._waiting: deque[asyncio.Future[Answer]] = deque()
        self._opening = asyncio.Lock()
        self._asked = 0.0  # when, by the monotonic clock

    def is_idle(self, seconds: float) -> bool:
        """Whether nobody waits for it, nor has asked anything for so long."""
        return not self._waiting and time.monotonic() - self._asked >= seconds

    async def begin(self) -> None:
        """Open the child before the first page is there to be read: it takes half a second."""
        async with self._opening:
            await self._open()

    async def page(
        self, *, url: str, body: bytes, content_type: str, brand: str, glance: bool, link: str = ""
    ) -> Extraction | str:
        """What a page says, or with `glance` the reason why it needs the browser. Raises Unreadable, TryLater."""
        read = await self._ask(PageWanted(url, body, content_type, brand, glance, link))
        assert isinstance(read, Extraction | str)
        return read

    async def picture(self, body: bytes) -> StoredPicture:
        """The picture as it is kept. Raises Unreadable, TryLater."""
        read = await self._ask(PictureWanted(body))
        assert isinstance(read, StoredPicture)
        return read

    async def close(self) -> None:
        async with self._opening:
            await self._end()

    async def _ask(self, wanted: PageWanted | PictureWanted) -> object:
        async with self._opening:
            child = await self._open()
            assert child.stdin is not None
            self._asked = time.monotonic()
            mine: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
            self._waiting.append(mine)
            child.stdin.write(pack(wanted))
        try:
            async with asyncio.timeout(PATIENCE * max(1, len(self._waiting))):
                answer = await asyncio.shield(mine)
        except TimeoutError as problem:
            async with self._opening:
                if self._child is child:
                    await self._end()
            raise Unreadable(why("much_work", seconds=f"{PATIENCE:.0f}")) from problem
        if answer.problem is not None:
            raise answer.problem
        return answer.value

    async def _open(self) -> asyncio.subprocess.Process:
        if self._child is None or self._child.returncode is not None or self._listener is None or self._listener.done():
            await self._end()
            self._child = await asyncio.create_subprocess_exec(
                sys.executable, "-m", reader_worker.__name__,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                cwd=settings.BASE_DIR,
                env=ENVIRONMENT,
                limit=PIPE,
            )  # fmt: skip
            widen(self._child)
            self._listener = asyncio.create_task(self._listen(self._child))
        return self._child

    async def _listen(self, child: asyncio.subprocess.Process) -> None:
        """Hand each answer to whoever waits for it; when the child is gone, tell all that still wait."""
        assert child.stdout is not None
        waiting = self._waiting
        try:
            while True:
                head = await child.stdout.readexactly(LENGTH)
                settle(waiting, unpack(await child.stdout.readexactly(int.from_bytes(head, "big"))))
        except (asyncio.IncompleteReadError, ConnectionError):
            problem = cause(await ended(child))
        except pickle.UnpicklingError as odd:
            await ended(child)
            problem = Unreadable(f"Its reader gave an answer that is none: {odd}.")
        # The first in the line was being read, so it may be the cause. The others only stood behind it.
        settle(waiting, Answer(problem=problem))
        while waiting:
            settle(waiting, Answer(problem=TryLater("The reading of the page before it broke off.")))

    async def _end(self) -> None:
        child, self._child = self._child, None
        listener, self._listener = self._listener, None
        if child is not None:
            await ended(child)
        if listener is not None:
            await listener
        self._waiting = deque()


def settle(waiting: "deque[asyncio.Future[Answer]]", answer: Answer) -> None:
    if waiting and not (first := waiting.popleft()).done():
        first.set_result(answer)


async def ended(child: asyncio.subprocess.Process) -> int:
    """End the child, where it has not ended by itself, and say how it ended."""
    # Not child.kill(), which would reap a child that has just ended, and its exit status would be lost to the loop.
    if child.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child.pid, signal.SIGKILL)
    return await child.wait()


def cause(code: int) -> IngestionError:
    if code in (-signal.SIGKILL, -signal.SIGTERM):
        return TryLater("The reading of the page was broken off from outside.")
    return Unreadable(why("reader_lost", status=code))


def widen(child: asyncio.subprocess.Process) -> None:
    """Room for several pages each way, so that the reader goes on while the slice stores; without it, it waits."""
    for end in (0, 1):
        transport = child._transport.get_pipe_transport(end)  # type: ignore[attr-defined]
        with contextlib.suppress(OSError):
            fcntl.fcntl(transport.get_extra_info("pipe").fileno(), fcntl.F_SETPIPE_SZ, PIPE)
