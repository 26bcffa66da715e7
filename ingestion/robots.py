"""robots.txt (RFC 9309): what may be visited, how slowly, and which sitemaps there are."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from protego import Protego

from .addresses import host_of, origin_of
from .errors import ConnectionFailed
from .reasons import why

# Our name as robots.txt would address it.
AGENT = "HalilitSupportCentre"
DAY = 86_400.0  # seconds: so long may what was read be relied upon (RFC 9309, 2.4)


@dataclass(frozen=True)
class RobotsAnswer:
    """What came of asking for robots.txt: its text, or the status instead; what is needed to ask for changes only."""

    status: int
    text: str = ""
    etag: str = ""
    last_modified: str = ""
    read_at: float = field(default_factory=time.time)  # seconds since 1970

    def read_again(self) -> "RobotsAnswer":
        """The same, confirmed just now."""
        return replace(self, read_at=time.time())


class Robots:
    """Rules of all hosts of a run. `read` fetches one robots.txt, with what is known of it.

    `known` may be filled with answers of an earlier slice: they count for a day, if they are not from before `since`
    (the begin of the run), else they are asked for again by their validators.
    """

    def __init__(self, read: Callable[[str, RobotsAnswer | None], Awaitable[RobotsAnswer]]) -> None:
        self.read = read
        self.rules: dict[str, Protego] = {}
        self.known: dict[str, RobotsAnswer] = {}
        self.since = 0.0
        self._reading: dict[str, asyncio.Lock] = {}

    async def of(self, url: str) -> Protego:
        """Raises ConnectionFailed where a host does not tell its rules; it is asked again for the next URL."""
        origin = origin_of(url)
        if not self._is_fresh(origin):
            async with self._reading.setdefault(origin, asyncio.Lock()):
                await self._refresh(origin)
        if origin not in self.rules:
            answer = self.known[origin]
            self.rules[origin] = Protego.parse(answer.text if answer.status < 400 else "")
        return self.rules[origin]

    def _is_fresh(self, origin: str) -> bool:
        answer = self.known.get(origin)
        return answer is not None and answer.read_at >= max(self.since, time.time() - DAY)

    async def _refresh(self, origin: str) -> None:
        if not self._is_fresh(origin):  # another request may have read it meanwhile
            answer = await self.read(f"{origin}/robots.txt", self.known.get(origin))
            # 4xx: there are no rules. 5xx or no answer: everything is forbidden until it can be read (RFC 9309, 2.3.1);
            # a host that asks for rest (429) has not said that there are none.
            if answer.status >= 500 or answer.status == 429:
                raise ConnectionFailed(why("robots_unread", host=host_of(origin)))
            self.known[origin] = answer
            self.rules.pop(origin, None)

    async def allows(self, url: str) -> bool:
        return bool((await self.of(url)).can_fetch(url, AGENT))

    async def crawl_delay(self, url: str) -> float:
        """Seconds, 0 where none is asked for."""
        return max(0.0, float((await self.of(url)).crawl_delay(AGENT) or 0))

    async def sitemaps(self, url: str) -> list[str]:
        return list((await self.of(url)).sitemaps)
