"""Being told to stop by the operating system: noted, so that a slice can end in order and its run can go on later."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Interrupts:
    """`asked` is the first signal that came. A second SIGINT interrupts at once, for people who cannot wait."""

    def __init__(self) -> None:
        self.asked: signal.Signals | None = None

    def note(self, number: int, frame: FrameType | None) -> None:
        if self.asked is not None and number == signal.SIGINT:
            raise KeyboardInterrupt
        self.asked = self.asked or signal.Signals(number)


@contextlib.contextmanager
def interrupts() -> Iterator[Interrupts]:
    """Note SIGTERM and SIGINT meanwhile. In another thread than the main one nothing is changed: Python allows none."""
    noted = Interrupts()
    if threading.current_thread() is not threading.main_thread():
        yield noted
        return
    before = {each: signal.signal(each, noted.note) for each in SIGNALS}
    try:
        yield noted
    finally:
        for each, handler in before.items():
            signal.signal(each, handler if handler is not None else signal.SIG_DFL)
