"""How soon a web process gets the processor from what runs at a lower priority.

`nice` decides how much of the processor a process has, not how soon: the kernel lets whoever is at work finish his
turn, 3 ms, though a page waits. A page wakes a dozen times, so scrapes on all cores would cost it 30 ms and more. Who
asks for short turns comes first at once (Linux 6.12 and later; Documentation/scheduler/sched-eevdf.rst).
"""

import ctypes
import os
import platform
import struct

TURN = 100_000  # nanoseconds, the least that the kernel takes
SCHED_SETATTR = {"x86_64": 314, "aarch64": 274}  # numbers of the system call
SCHED_OTHER = 0


def come_first() -> bool:
    """For this thread and those that it begins. False: not on this system, or not with this kind of priority."""
    number = SCHED_SETATTR.get(platform.machine())
    if number is None or not hasattr(os, "sched_getscheduler") or os.sched_getscheduler(0) != SCHED_OTHER:
        return False
    nice = os.getpriority(os.PRIO_PROCESS, 0)
    # struct sched_attr: size, policy, flags, nice, priority, runtime, deadline, period, and two bounds of use.
    asked = struct.pack("IIQiIQQQII", 56, SCHED_OTHER, 0, nice, 0, TURN, 0, 0, 0, 0)
    return bool(ctypes.CDLL(None).syscall(number, 0, asked, 0) == 0)
