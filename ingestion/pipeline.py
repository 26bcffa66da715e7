"""Drives one run, slice by slice: claims URLs, lets the crew fetch them, stores what came, reports.

A slice is idempotent: whatever moment it is killed in, the next one goes on from the frontier's rows.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from catalog.models import RenderMode
from catalog.signals import moment_to_spare, storing_much

from . import again, frontier, losses, plans, progress, spoken
from .addresses import origin_of, server_of
from .crew import Crew, Job, Outcome, make_crew
from .errors import HostRests
from .frontier import RANKS, Found, Known
from .hosts import SOON, Hosts
from .intake import discard, take_in
from .interrupts import Interrupts
from .models import MAX_URL_ATTEMPTS, FrontierUrl, IngestionRun, UrlKind, UrlState
from .reasons import why
from .run_models import Rest
from .site import Site, scope_of
from .unread_sitemaps import UnreadSitemaps, keep, named_pages

logger = logging.getLogger(__name__)
BEAT_SECONDS = 1.0
QUIET_LOOK = 10.0
LOOK_SECONDS = 0.3  # between two looks at whether the run was paused or cancelled, or this process told to stop
GATHER_SECONDS = 0.04  # that what has come waits for more, for a transaction costs as much as a page
A_TURN = 0.001  # for what is being fetched, between two transactions
IDLE_SECONDS = 0.1  # of waiting for the site, then there is time for something else
Watcher = Callable[[dict[str, int], str], None]


@dataclass
class Slice:
    """One worker's turn at a run. `seconds` bounds how long it claims new URLs; None: until the run is over."""

    run: IngestionRun
    lease: str
    seconds: float | None
    watch: Watcher | None = None
    interrupts: Interrupts = field(default_factory=Interrupts)

    def __post_init__(self) -> None:
        self.site = Site(scope_of(self.run), Known(self.run))
        self.sitemaps = UnreadSitemaps(self.run, self.lease, self.site)
        self.end: float | None = None
        self.claimed = self.suspects = False
        self.pages_left = 0
        self.beaten = self.looked = self.nothing_until = 0.0
        self.current = ""
        self.arrived: deque[Outcome] = deque()
        self.quiet = (0.0, 0.0)  # when to look again, and the seconds that were left
        self.lost = False
        self.rest: tuple[float, str, str] | None = None  # seconds, why, and for which host

    def work(self) -> bool:
        """Returns whether there is more to do. Raises StopRun where the run cannot go on."""
        folder = settings.DATA_DIR / "tmp"
        folder.mkdir(parents=True, exist_ok=True)
        with asyncio.Runner() as runner:
            # Not Runner.run: it puts a handler for Ctrl-C in place and away again, thousands of times.
            loop = runner.get_loop()
            crew = loop.run_until_complete(self._crew(folder))
            self.hosts = Hosts(self.run, self.lease, crew)
            try:
                with storing_much():
                    self.suspects = losses.recover(self.run)
                    crew.rendering.learn(frontier.rendered_pages(self.run))
                    while not self.run.urls.exists():
                        if not self._reaches_start(loop, crew):
                            return self.rest is not None
                        if self._discover(loop, crew):
                            break
                    return self._drive(loop, crew)
            finally:
                self.sitemaps.close(loop)
                loop.run_until_complete(crew.close())
                for outcome in self.arrived:
                    discard(outcome)
                self.hosts.give_all()

    async def _crew(self, folder: Path) -> Crew:
        crew = make_crew(
            rate=self.run.requests_per_second,
            user_agent=settings.USER_AGENT,
            allow_private=settings.ALLOW_PRIVATE_HOSTS,
            chromium=settings.CHROMIUM,
            folder=folder,
            brand=self.run.brand.name,
        )
        await crew.begin(browser=self.run.brand.render_mode == RenderMode.BROWSER)
        return crew

    def _reaches_start(self, loop: asyncio.AbstractEventLoop, crew: Crew) -> bool:
        """Wait until the site itself may be asked: its sitemaps are read once. False: to rest, or to stop."""
        while not self._beat("discover"):
            quiet = self._quiet()
            opening = (quiet, Rest.QUIET, "") if quiet else self.hosts.opens_in(server_of(self.run.start_url))
            if not quiet and opening[0] <= SOON:
                return True
            if self.seconds is not None:
                self.rest = opening
                return False
            loop.run_until_complete(crew.wait(LOOK_SECONDS))
        return False

    def _discover(self, loop: asyncio.AbstractEventLoop, crew: Crew) -> bool:
        """The start, what earlier runs know, and what the sitemaps name. False: not known yet, its host rests."""
        self._beat("discover", force=True)
        start = self.run.start_url
        spoken.inherit(self.run)
        self.site.scope = scope_of(self.run)
        if self.run.only:
            self._begin([Found(url) for url in self.run.only])
            return True
        reading = loop.run_until_complete(crew.look_for_pages(origin_of(start), self.site.scope.owns))
        while not loop.run_until_complete(crew.has_ended(reading, LOOK_SECONDS)):
            self.hosts.serve()
            if self._beat("discover"):
                reading.cancel()
                return False
        try:
            self.sitemaps.reading = reading.result()
        except HostRests:
            return False
        named = named_pages(self.sitemaps.reading, start, self.site.scope)
        self._begin([Found(start, rank=RANKS["start"], found_on=""), *named])
        return True

    def _begin(self, found: list[Found]) -> None:
        with transaction.atomic():
            again.begin(self.run, self.site.scope)
            frontier.add(self.run, found, self.site.known)
            keep(self.run, self.sitemaps.reading)

    def _drive(self, loop: asyncio.AbstractEventLoop, crew: Crew) -> bool:
        self.end = None if self.seconds is None else time.monotonic() + self.seconds
        while not self.lost:
            if self._beat("fetch"):
                return False
            self.hosts.serve()
            # Turn by turn where the site is to be asked slowly, for whoever comes second may get no turn in this slice.
            if self.sitemaps.left and len(self.sitemaps.reading.seen) <= self._pages_done():
                self._read_on(loop, crew)
            self._claim(loop, crew)
            self._read_on(loop, crew)
            if (
                not (crew.tasks or self.sitemaps.task)
                and not self.arrived
                and (self._time_is_up() or not self._has_more() or self._shall_rest())
            ):
                break
            began = time.monotonic()
            self.arrived += loop.run_until_complete(
                crew.wait(A_TURN if self.arrived else LOOK_SECONDS, gather=GATHER_SECONDS)
            )
            if time.monotonic() - began > IDLE_SECONDS:
                spare_a_moment()
            if self.arrived and not self.interrupts.asked:  # or browser and reader may have been told to end too
                self.current, self.nothing_until = self.arrived[-1].job.url, 0.0
                take_in(self.run, self.lease, self.arrived, self.site)
        while not self.lost and spare_a_moment() and not self._time_is_up():
            if self._beat("index"):
                return False
        if self.lost:
            return False
        self._beat("fetch", force=True)
        return self._waiting() or self.sitemaps.left

    def _read_on(self, loop: asyncio.AbstractEventLoop, crew: Crew) -> None:
        free = not self._quiet() and not self._time_is_up()
        self.claimed |= self.sitemaps.go_on(loop, crew, begin=free)

    def _claim(self, loop: asyncio.AbstractEventLoop, crew: Crew) -> None:
        """Take several URLs at a time: those that wait for their turn at the host cost nothing meanwhile."""
        if self._quiet() or crew.free < crew.size // 2 or self._time_is_up() or time.monotonic() < self.nothing_until:
            return
        if self.suspects and (crew.tasks or self.arrived):
            return
        if self.pages_left < crew.size:
            self.pages_left = self.run.max_pages - self._pages_done()
        if self.pages_left <= 0:
            frontier.skip_rest(self.run, why("page_limit", pages=self.run.max_pages))
            return
        rows = frontier.claim(
            self.run,
            self.lease,
            min(crew.free, self.pages_left),
            start_first=spoken.is_open(self.run, self.site.scope),
            without=self.hosts.closed(),
            room=self.hosts.room,
            alone=self.suspects,
        )
        if not rows:
            self.nothing_until = 0.0 if self.suspects else time.monotonic() + LOOK_SECONDS
            self.suspects = False
            return
        self.pages_left -= sum(row.kind == UrlKind.PAGE for row in rows)
        self.claimed = True
        loop.run_until_complete(crew.start([self._job(row) for row in rows]))

    def _other_languages(self) -> bool:
        """Whether there is more to read after all, in the site's own language."""
        scope = spoken.fall_back(self.run, self.site.scope)
        self.site.scope = scope or self.site.scope
        return scope is not None

    def _has_more(self) -> bool:
        if self._waiting() or self.sitemaps.left:
            return True
        return self._other_languages() or spoken.few_in_others(self.run, self.site.scope)

    def _shall_rest(self) -> bool:
        """Whether nothing can be asked for some seconds: then the worker is of more use to others."""
        if self.seconds is None:
            return False
        quiet = self._quiet()
        next_ones = filter(None, (self.hosts.soonest(), self.sitemaps.opening(self.hosts)))
        opening = (quiet, Rest.QUIET, "") if quiet else min(next_ones, default=None)
        self.rest = opening if opening and (quiet or opening[0] > SOON) else None
        return self.rest is not None

    def _quiet(self) -> float:
        """Seconds of quiet hours that are left, looked up anew every few seconds; 0 outside them."""
        now = time.monotonic()
        if now >= self.quiet[0]:
            left = plans.quiet_for(self.run, timezone.now())
            self.quiet = (now + min(QUIET_LOOK, left or QUIET_LOOK), left)
        return self.quiet[1]

    def _pages_done(self) -> int:
        return self.run.urls.filter(kind=UrlKind.PAGE, state__in=PAGES_DONE).count()

    def _job(self, row: FrontierUrl) -> Job:
        conditional = not self.run.force
        return Job(
            row=row.pk,
            url=row.url,
            kind=row.kind,
            etag=row.etag if conditional else "",
            last_modified=row.last_modified if conditional else "",
            content_hash=row.content_hash if conditional else "",
            render=self.run.brand.render_mode,
            check=self.site.scope.objection if row.kind == UrlKind.PAGE and row.code != "few_in_others" else None,
            patient=self.site.scope.owns(row.url),
            last_try=row.attempts >= MAX_URL_ATTEMPTS,
        )

    def _waiting(self) -> bool:
        return self.run.urls.filter(state__in=[UrlState.QUEUED, UrlState.FETCHING]).exists()

    def _time_is_up(self) -> bool:
        # However short a slice is, it does something, or a run of short slices would never end.
        return self.claimed and self.end is not None and time.monotonic() >= self.end

    def _beat(self, step: str, *, force: bool = False) -> bool:
        """Heartbeat and progress, once a second. True: stop, the run is paused or over, or this process shall end."""
        now = time.monotonic()
        if now - self.looked >= LOOK_SECONDS:
            self.looked, self.lost = now, not self.run.is_held(self.lease)
        if self.lost or self.interrupts.asked:
            return True
        if not force and now - self.beaten < BEAT_SECONDS:
            return False
        self.beaten = now
        self.lost = not self.run.beat(self.lease)
        if self.lost:
            return True
        self.hosts.beat()
        counted = progress.report(self.run, step=step, document=self.current)
        if self.watch:
            self.watch(counted, self.current)
        return False


def spare_a_moment() -> bool:
    """Let others do what they have put off; returns whether any of them has more to do."""
    return any(more is True for _, more in moment_to_spare.send_robust(sender=Slice))


PAGES_DONE = [UrlState.STORED, UrlState.UNCHANGED, UrlState.DUPLICATE, UrlState.FAILED, UrlState.FETCHING]
