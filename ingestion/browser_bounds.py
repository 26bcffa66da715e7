"""Keeps our own browser within bounds: a page's scripts can fill a machine's memory within seconds.

V8's own limit does not count what lies outside its heap (typed arrays, pictures, the tree of elements), and Linux lets
a process have as much as there is. So the processes below this one are looked at several times a second.
"""

import asyncio
import contextlib
import itertools
import os
import resource
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

from .priorities import put_back

LOOK_EVERY = 0.1  # seconds
NEW_EVERY = 2  # looks: finding out which processes there are costs more than looking at those that are known
SLACK = 30_000_000  # bytes, of threads that start between two looks
BEGINNING = 300_000_000  # bytes of addresses; a renderer with fewer has not reserved yet what it reserves
PAGE_SIZE = os.sysconf("SC_PAGE_SIZE")  # bytes
RENDERER = b"--type=renderer"
DRIVER = b"run-driver"  # Playwright's, which starts the browser
START_LOOK = 0.02  # seconds
LATER = 5  # steps of priority that the browser stands back behind the pages that HTTP brought
PROC = Path("/proc")


async def end_heavy_pages(limit: int, note: Callable[[int], None]) -> None:
    """Until cancelled: end each renderer below this process that takes more than `limit` bytes, and `note` its pid.

    One that takes them faster than it is looked at ends by a limit of its own that the system keeps. Elsewhere than on
    Linux there is nothing to look at, and it returns.
    """
    held: dict[int, int] = {}
    for look in itertools.count():
        if not PROC.joinpath("self", "statm").exists():
            return
        if look % NEW_EVERY == 0:
            found = list(renderers(os.getpid()))
            held = {pid: held.get(pid, 0) for pid in found} | {p: b for p, b in held.items() if b}
        for pid in list(held):
            now = resident(pid)
            if now > limit or (not now and held[pid] > limit / 2):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                note(pid)
                now = 0
            elif now:
                confine(pid, now, limit)
            held[pid] = now
        await asyncio.sleep(LOOK_EVERY)


def bound_pages(limit: int) -> None:
    """Confine what shows pages before the next one begins there: its scripts may fill the memory between two looks."""
    for pid in renderers(os.getpid()):
        if now := resident(pid):
            confine(pid, now, limit)


def confine(pid: int, now: int, limit: int) -> None:
    """Let the system refuse a renderer what goes beyond the limit, besides the addresses that it has only reserved."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        addresses = int((PROC / str(pid) / "status").read_text().split("VmData:")[1].split()[0]) * 1024
        if addresses > BEGINNING:
            most = addresses - now + limit + SLACK
            resource.prlimit(pid, resource.RLIMIT_DATA, (most, resource.RLIM_INFINITY))


def stand_back() -> None:
    """Give driver and browser a lower priority than this process has, or opening them would hold up all other pages."""
    lower = os.getpriority(os.PRIO_PROCESS, 0) + LATER
    for pid in descendants(os.getpid()):
        with contextlib.suppress(OSError):
            if DRIVER in (PROC / str(pid) / "cmdline").read_bytes():
                os.setpriority(os.PRIO_PROCESS, pid, lower)


async def hold_session() -> None:
    """Wait until the browser has a session of its own, and put that as far back as this process is.

    At once, since opening it takes most; no further back, or its pages would not be ready in time on a busy machine.
    """
    ours, nice = os.getsid(0), os.getpriority(os.PRIO_PROCESS, 0)
    while not (others := [pid for pid in descendants(os.getpid()) if session(pid) not in (ours, None)]):
        await asyncio.sleep(START_LOOK)
    if nice > 0:
        with contextlib.suppress(OSError):
            put_back(os.getsid(others[0]), nice)


def session(pid: int) -> int | None:
    """None where the process has ended."""
    with contextlib.suppress(OSError):
        return os.getsid(pid)
    return None


def resident(pid: int) -> int:
    """Bytes of memory that a process holds for itself; 0 for one that has ended."""
    try:
        _, whole, shared, *_ = (PROC / str(pid) / "statm").read_text().split()
    except OSError:
        return 0
    return (int(whole) - int(shared)) * PAGE_SIZE


def renderers(root: int) -> Iterator[int]:
    """Processes below `root` that show a page."""
    for pid in descendants(root):
        with contextlib.suppress(OSError):
            if RENDERER in (PROC / str(pid) / "cmdline").read_bytes():
                yield pid


def descendants(root: int) -> Iterator[int]:
    """Living processes below `root`, parents first."""
    waiting = [root]
    while waiting:
        for task in threads(waiting.pop()):
            with contextlib.suppress(OSError):
                children = [int(pid) for pid in (task / "children").read_text().split()]
                yield from children
                waiting += children


def threads(pid: int) -> list[Path]:
    with contextlib.suppress(OSError):
        return list((PROC / str(pid) / "task").iterdir())
    return []
