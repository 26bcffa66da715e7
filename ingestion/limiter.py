"""Politeness: how often and how many at once one host is asked."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from .errors import HostRests
from .reasons import why

MOST_AT_ONCE = 4
PATIENCE = 12.0  # seconds that a request waits for its turn; what takes longer is put back and costs no slice
LONG_PATIENCE = 130.0  # for what cannot be put back: the next hop of a redirect, the browser after HTTP
ADMISSION_SECONDS = 10.0  # for a host that another run visits
LONGEST_INTERVAL = 30.0  # seconds, of what is learnt; a crawl delay may be longer
CALM = 10  # good answers in a row before one more request at once is tried
SLOW = 1.0  # seconds until an answer; below that no host counts as overloaded
LONGER = 3.0  # times its best: then it is


@dataclass
class Pace:
    """How one host is asked. It starts at what is allowed (`least` seconds apart) and learns what the host bears.

    An answer that takes long spreads the requests out, as one at a time would take; 429, 503 and silence double the
    distance and halve how many run at once; good answers take it back step by step. Without a limit (`least` 0: a site
    of one's own) nothing is learnt, but a Retry-After and a crawl delay hold there too.
    """

    least: float
    interval: float = 0.0
    crawl_delay: float = 0.0
    at_once: int = MOST_AT_ONCE
    latency: float = 0.0  # seconds until the answer begins, smoothed
    best: float = 0.0
    next_at: float = 0.0  # time.monotonic()
    begun_at: float = 0.0
    used_at: float = 0.0
    asked_for_rest: bool = False
    admitted: bool = True
    inside: int = 0
    calm: int = 0
    strained_at: float = 0.0
    changed: bool = False  # by a Retry-After: to be kept at once
    order: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: deque["asyncio.Future[None]"] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self.interval = max(self.least, self.interval)

    @property
    def step(self) -> float:
        return max(self.interval, self.crawl_delay)

    @property
    def wait(self) -> float:
        """Seconds until the next request may begin; below 0 it might have begun already."""
        return self.next_at - time.monotonic()

    @property
    def is_idle(self) -> bool:
        return not self.inside and not self.waiting

    def begin(self) -> None:
        """A request begins now."""
        self.begun_at = time.monotonic()
        self.next_at = self.begun_at + self.step
        self.asked_for_rest = False

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        while self.inside >= self.at_once:
            mine = asyncio.get_running_loop().create_future()
            self.waiting.append(mine)
            try:
                await mine
            except BaseException:
                if mine in self.waiting:
                    self.waiting.remove(mine)
                else:
                    self._wake()
                raise
        self.inside += 1
        try:
            yield
        finally:
            self.inside -= 1
            self.used_at = time.monotonic()
            self._wake()

    def _wake(self) -> None:
        while self.waiting and self.inside < self.at_once:
            mine = self.waiting.popleft()
            if not mine.done():
                mine.set_result(None)
                return

    def answered(self, seconds: float) -> None:
        if self.crawl_delay:  # as the host counts it, which may have seen the request later than it was sent
            self.next_at = max(self.next_at, time.monotonic() + self.crawl_delay)
        self.latency = 0.8 * self.latency + 0.2 * seconds if self.latency else seconds
        self.best = min(self.best or seconds, seconds)
        if not self.least:
            return
        target = max(self.least, min(self.latency / MOST_AT_ONCE, LONGEST_INTERVAL))
        self.interval = max(target, self.interval * 0.9) if self.interval > target else target
        self.calm += 1
        if self.calm < CALM:
            return
        self.calm = 0
        if self.latency > max(SLOW, LONGER * self.best):
            self.at_once = max(1, self.at_once - 1)
        else:
            self.at_once = min(MOST_AT_ONCE, self.at_once + 1)
            self._wake()

    def strained(self) -> None:
        # Once for all requests that were under way together.
        if time.monotonic() - self.strained_at < SLOW:
            return
        self.calm, self.strained_at = 0, time.monotonic()
        if self.least:
            self.at_once = max(1, self.at_once // 2)
            self.interval = min(max(2 * self.interval, self.least), max(LONGEST_INTERVAL, self.least))

    def rest(self, seconds: float) -> None:
        """Begin no request for so long: the host has asked for it."""
        self.next_at = max(self.next_at, time.monotonic() + seconds)
        self.asked_for_rest = self.changed = True


class HostLimiter:
    """Lets requests to one host begin at its pace. `rate` is in requests a second, 0 for no limit.

    With `gated` a host is asked only once it was admitted: `asked` holds the names of those that requests wait for.
    """

    def __init__(self, rate: float, *, gated: bool = False) -> None:
        self.least = 1 / rate if rate > 0 else 0.0
        self.gated = gated
        self.paces: dict[str, Pace] = {}
        self.asked: dict[str, asyncio.Event] = {}

    def pace(self, host: str) -> Pace:
        if host not in self.paces:
            self.paces[host] = Pace(self.least, admitted=not self.gated)
        return self.paces[host]

    def set_crawl_delay(self, host: str, seconds: float) -> None:
        pace = self.pace(host)
        if seconds == pace.crawl_delay:
            return
        pace.crawl_delay = seconds
        if pace.begun_at:  # it counts from robots.txt itself, too
            pace.next_at = max(pace.next_at, pace.begun_at + pace.step, pace.used_at + pace.step)

    def pause(self, host: str, seconds: float) -> None:
        """Begin no request on this host for so long (a Retry-After)."""
        self.pace(host).strained()
        self.pace(host).rest(seconds)

    def admit(self, host: str) -> None:
        self.pace(host).admitted = True
        if event := self.asked.pop(host, None):
            event.set()

    @asynccontextmanager
    async def turn(self, host: str, patience: float = PATIENCE) -> AsyncIterator[Pace]:
        """Wait for a turn on this host, and hold it while the request runs.

        Raises HostRests, where that would take longer than `patience` seconds.
        """
        pace = self.pace(host)
        while not pace.admitted:
            await self._admission(host, max(patience, ADMISSION_SECONDS))
        async with pace.slot():
            if pace.wait > 0 or pace.order.locked():
                async with pace.order:  # first come, first served
                    await self._moment(host, pace, patience)
            else:
                pace.begin()
            yield pace

    async def _moment(self, host: str, pace: Pace, patience: float) -> None:
        # Looked at again after each sleep: the host may have asked for rest meanwhile, or another request begun.
        while (wait := pace.wait) > 0:
            if wait > patience:
                raise HostRests(why("host_rests", host=host), retry_after=wait, counts=patience > PATIENCE)
            await asyncio.sleep(wait)
        pace.begin()

    async def _admission(self, host: str, patience: float) -> None:
        try:
            async with asyncio.timeout(patience):
                await self.asked.setdefault(host, asyncio.Event()).wait()
        except TimeoutError as problem:
            raise HostRests(why("host_busy", host=host), retry_after=1.0) from problem
