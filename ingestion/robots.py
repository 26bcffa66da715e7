"""robots.txt (RFC 9309): what may be visited, how slowly, and which sitemaps there are."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from protego import Protego

from .addresses import host_of, origin_of
from .errors import ConnectionFailed
from .reasons import why

# Our name as robots.txt would address it.
AGENT = "HalilitSupportCentre"
MAX_CRAWL_DELAY = 60.0  # seconds


@dataclass(frozen=True)
class RobotsAnswer:
    """What came of asking for robots.txt: its text, or the status instead."""

    status: int
    text: str = ""


class Robots:
    """Rules of all hosts of a run, each read once. `read` fetches one robots.txt."""

    def __init__(self, read: Callable[[str], Awaitable[RobotsAnswer]]) -> None:
        self.read = read
        self.rules: dict[str, Protego] = {}

    async def of(self, url: str) -> Protego:
        """Raises ConnectionFailed where a host does not tell its rules; it is asked again for the next URL."""
        origin = origin_of(url)
        if origin not in self.rules:
            answer = await self.read(f"{origin}/robots.txt")
            # 4xx: there are no rules. 5xx or no answer: everything is forbidden until it can be read (RFC 9309, 2.3.1);
            # a host that asks for rest (429) has not said that there are none.
            if answer.status >= 500 or answer.status == 429:
                raise ConnectionFailed(why("robots_unread", host=host_of(url)))
            self.rules[origin] = Protego.parse(answer.text if answer.status < 400 else "")
        return self.rules[origin]

    async def allows(self, url: str) -> bool:
        return bool((await self.of(url)).can_fetch(url, AGENT))

    async def crawl_delay(self, url: str) -> float:
        """Seconds, 0 where none is asked for."""
        return min(float((await self.of(url)).crawl_delay(AGENT) or 0), MAX_CRAWL_DELAY)

    async def sitemaps(self, url: str) -> list[str]:
        return list((await self.of(url)).sitemaps)
