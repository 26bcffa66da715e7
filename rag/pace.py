"""How often something may happen within a minute, counted in this process's memory.

For what is too quick to be counted in the shared cache, such as a search while one types. With N web processes the
limits are N times as high.
"""

import threading
import time
from collections import OrderedDict

WINDOW = 60.0  # seconds
MOST_KEPT = 10_000  # visitors; who came longest ago is forgotten first


class Pace:
    """A bucket for each key: it holds a minute's worth and fills evenly (token bucket)."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, key: str, limit: int) -> float:
        """Take one, 0.0; or the seconds until there is one again. No limit where it is 0."""
        if not limit:
            return 0.0
        now = time.monotonic()
        with self._lock:
            left, at = self._buckets.pop(key, (float(limit), now))
            left = min(float(limit), left + (now - at) * limit / WINDOW)
            wait = 0.0 if left >= 1 else (1 - left) * WINDOW / limit
            self._buckets[key] = (left if wait else left - 1, now)
            while len(self._buckets) > MOST_KEPT:
                self._buckets.popitem(last=False)
        return wait

    def clear(self) -> None:
        with self._lock:
            self._buckets.clear()


pace = Pace()
