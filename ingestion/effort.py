"""A limit on the work that one page may cost, since a page can be made to cost hours."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

from .errors import Unreadable
from .reasons import why


@contextlib.contextmanager
def limited_effort(seconds: float) -> Iterator[None]:
    """Raises Unreadable once the block has used so many seconds of processor time (not of the clock).

    A slice works in its process' main thread, where this is possible; elsewhere there is no limit. The timer is the
    virtual one: the queue has the real one for its own limit.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_: int, __: FrameType | None) -> None:
        raise Unreadable(why("much_work", seconds=f"{seconds:g}"))

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
