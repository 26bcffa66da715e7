"""Makes a low priority hold against processes of other sessions too.

Linux shares the processors among sessions first, and by `nice` only within each of them (sched_autogroup, sched(7)): a
scrape that honcho started with `nice -n 19` would take as much as the web server of another session, and Chromium,
which opens a session of its own, as much again. So a session whose leader stands back is put back among the sessions
as well. Where the system groups otherwise (control groups of systemd and containers) or not at all, nothing changes.
"""

import contextlib
import ctypes
import os
import time
from pathlib import Path

PROC = Path("/proc")
PR_CAPBSET_DROP, CAP_SYS_NICE = 24, 23  # prctl(2), capabilities(7)
TRIES, TRY_AFTER = 3, 0.12  # seconds; without privileges the kernel takes one such change each 0.1 s


def hold_priority(pid: int = 0) -> None:
    """Put the session of a process (0: of this one) as far back as its leader is. Never raises."""
    with contextlib.suppress(OSError):
        leader = os.getsid(pid)
        nice = os.getpriority(os.PRIO_PROCESS, leader)
        if nice > 0:
            put_back(leader, nice)


def put_back(leader: int, nice: int) -> None:
    group = PROC / str(leader) / "autogroup"
    for _ in range(TRIES):
        if group.read_text().split()[-1:] == [str(nice)]:
            return
        with contextlib.suppress(BlockingIOError):
            group.write_text(str(nice))
            return
        time.sleep(TRY_AFTER)


def keep_children_back() -> None:
    """See to it that no program started from here on takes a higher priority than it is given. Never raises.

    Chromium does where it may, that is, as root: its threads set themselves to 0 and to -8.
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_SYS_NICE, 0, 0, 0)
