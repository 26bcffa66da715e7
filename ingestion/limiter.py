"""Politeness: how often and how many at once one host is asked."""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class HostLimiter:
    """Lets at most `concurrency` requests run on one host, and begins them `1 / rate` seconds apart.

    `rate` is in requests a second, 0 for no limit; a host's own crawl delay (seconds) makes it slower, never faster.
    """

    def __init__(self, rate: float, concurrency: int = 4) -> None:
        self.interval = 1 / rate if rate > 0 else 0.0
        self.delays: dict[str, float] = {}
        self._next: dict[str, float] = defaultdict(float)
        self._slots: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(concurrency))

    def set_crawl_delay(self, host: str, seconds: float) -> None:
        self.delays[host] = seconds

    def slowest(self) -> float:
        """Seconds between two requests at the host that is asked least often."""
        return max(self.interval, *self.delays.values(), 0.0)

    def pause(self, host: str, seconds: float) -> None:
        """Begin no request on this host for so long (a Retry-After)."""
        self._next[host] = max(self._next[host], time.monotonic() + seconds)

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for a turn on this host, and hold it while the request runs."""
        async with self._slots[host]:
            # Looked at again after each sleep: the host may have asked for rest meanwhile, or another request begun.
            while (wait := self._next[host] - time.monotonic()) > 0:
                await asyncio.sleep(wait)
            self._next[host] = time.monotonic() + max(self.interval, self.delays.get(host, 0.0))
            yield
