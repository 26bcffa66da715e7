"""The hosts that a slice visits: taken for it alone, given up when others want them, their pace kept from run to run.

The limiter, in the loop, knows no database; what it asks for is done here while the loop rests.
"""

import time
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Min, Q
from django.utils import timezone

from .addresses import server_of
from .crew import Crew
from .limiter import MOST_AT_ONCE, Pace
from .models import Host, IngestionRun, UrlState
from .robots import RobotsAnswer
from .run_models import HEARTBEAT_TIMEOUT, Rest

HOLD_SECONDS = 5.0  # that a host is kept while others want it
IDLE_SECONDS = 3.0  # without a request, then it is given back
ASK_AGAIN = 1.0  # seconds after a host was found taken
WANTED_FOR = 30.0  # seconds that a wish counts
SOON = 3.0  # seconds: who rests longer is not waited for
BUSY_REST = 5.0  # seconds of rest while all that is left is at hosts that others visit
REMEMBERED = 3600.0  # seconds that a learnt pace counts


class Hosts:
    """`held` are the slice's hosts and since when, `leaving` those that it gives up as soon as nothing is in flight."""

    def __init__(self, run: IngestionRun, lease: str, crew: Crew) -> None:
        self.run, self.lease, self.crew = run, lease, crew
        self.limiter = crew.fetcher.limiter
        self.robots = crew.fetcher.robots
        self.robots.since = run.started_at.timestamp() if run.started_at else 0.0
        self.held: dict[str, float] = {}
        self.leaving: set[str] = set()
        self.taken: dict[str, float] = {}  # by others, and when to ask again

    def take(self, name: str) -> bool:
        """Hold a host, if nobody else does or is first in line; else leave word that it is wanted."""
        if name in self.held:
            return name not in self.leaving
        if self.taken.get(name, 0.0) > time.monotonic():
            return False
        now = timezone.now()
        Host.objects.bulk_create([Host(name=name)], ignore_conflicts=True)
        free = Q(held_until=None) | Q(held_until__lt=now)
        turn = Q(wanted_by=None) | Q(wanted_by=self.run) | Q(wanted_at__lt=now - timedelta(seconds=WANTED_FOR))
        won = Host.objects.filter(free & turn, name=name).update(
            run=self.run, lease=self.lease, held_until=until(now), wanted_by=None, wanted_at=None
        )
        if won:
            self._hold(name)
        else:
            Host.objects.filter(turn, name=name).update(wanted_by=self.run, wanted_at=now)
            self.taken[name] = time.monotonic() + ASK_AGAIN
        return bool(won)

    def _hold(self, name: str) -> None:
        host = Host.objects.get(name=name)
        pace = self.limiter.pace(name)
        if pace.used_at == 0.0:
            learn(pace, host)
        pace.next_at = max(pace.next_at, at_moment(host.ready_at))
        pace.asked_for_rest = pace.asked_for_rest or (host.asked_for_rest and pace.wait > 0)
        pace.used_at = time.monotonic()
        for origin, answer in host.robots.items():
            self.robots.known.setdefault(origin, RobotsAnswer(**answer))
        self.held[name] = time.monotonic()
        self.limiter.admit(name)

    def room(self, name: str) -> int:
        """How many URLs of a host may be claimed now."""
        return self.crew.room_at(name) if self.take(name) else 0

    def closed(self) -> set[str]:
        """Hosts of which nothing can be claimed now: others visit them, they rest, or enough is in flight."""
        now = time.monotonic()
        shut = {name for name, again in self.taken.items() if again > now} | self.leaving
        return shut | {
            name for name, pace in self.limiter.paces.items() if pace.wait > SOON or self.crew.room_at(name) <= 0
        }

    def opens_in(self, name: str) -> tuple[float, str, str]:
        """Seconds until a host may be asked, why not now, and its name; the host is taken where that is possible."""
        self.take(name)
        return self._opening(name, None)

    def serve(self) -> None:
        """Admit requests that wait for a host that their redirect, robots.txt or sitemap led to."""
        for name in list(self.limiter.asked):
            self.take(name)

    def beat(self) -> None:
        """Keep the leases; give up what others want or nobody uses; keep what a host has asked for."""
        if not self.held:
            return
        now = timezone.now()
        Host.objects.filter(lease=self.lease).update(held_until=until(now))
        fresh = now - timedelta(seconds=WANTED_FOR)
        wanted = Host.objects.filter(lease=self.lease, wanted_at__gt=fresh).exclude(wanted_by=None)
        for name in wanted.values_list("name", flat=True):
            if name in self.held and time.monotonic() - self.held[name] >= HOLD_SECONDS:
                self.leaving.add(name)
                self.limiter.pace(name).admitted = False
        for name in list(self.held):
            pace = self.limiter.pace(name)
            if pace.changed:
                self._keep(name)
            if pace.is_idle and (name in self.leaving or time.monotonic() - pace.used_at > IDLE_SECONDS):
                self._give(name)

    def _give(self, name: str) -> None:
        if name in self.leaving:
            # Others first: who waits asks once a second.
            self.taken[name] = time.monotonic() + 2 * ASK_AGAIN
            self.leaving.discard(name)
        self.limiter.pace(name).admitted = False
        del self.held[name]
        self._keep(name, lease="", held_until=None)

    def give_all(self) -> None:
        """At the end of the slice, when nothing is in flight any more."""
        for name in list(self.held):
            self._give(name)

    def _keep(self, name: str, **values: Any) -> None:
        """Write what was learnt of a host."""
        pace = self.limiter.pace(name)
        pace.changed = False
        known = self.robots.known.items()
        Host.objects.filter(name=name, lease=self.lease).update(
            ready_at=timezone.now() + timedelta(seconds=max(0.0, pace.wait)),
            asked_for_rest=pace.asked_for_rest and pace.wait > 0,
            crawl_delay=pace.crawl_delay,
            interval=pace.interval,
            at_once=pace.at_once,
            latency=pace.latency,
            robots={origin: asdict(answer) for origin, answer in known if server_of(origin) == name},
            updated_at=timezone.now(),
            **values,
        )

    def soonest(self) -> tuple[float, str, str] | None:
        """Seconds until something of the run can be asked for, why not now, and of which host. None: nothing waits."""
        waiting = self.run.urls.filter(state=UrlState.QUEUED).order_by()
        ready = set(waiting.filter(not_before=None).values_list("host", flat=True).distinct())
        later = dict(waiting.exclude(not_before=None).values_list("host").annotate(at=Min("not_before")))
        names = ready | later.keys()
        return min((self._opening(name, None if name in ready else later[name]) for name in names), default=None)

    def _opening(self, name: str, not_before: datetime | None) -> tuple[float, str, str]:
        pace = self.limiter.paces.get(name)
        retry = max(0.0, (not_before - timezone.now()).total_seconds()) if not_before else 0.0
        rest = max(0.0, pace.wait) if pace else 0.0
        if retry > rest + 1 and retry > SOON:
            return retry, Rest.RETRY, name
        if rest > SOON and pace:
            return rest, Rest.ASKED if pace.asked_for_rest else Rest.SLOWLY, name
        busy = self.taken.get(name, 0.0) > time.monotonic() or name in self.leaving
        return (BUSY_REST, Rest.BUSY, name) if busy else (max(rest, retry), "", name)


def learn(pace: Pace, host: Host) -> None:
    """What earlier slices learnt of the host; its crawl delay is told again by robots.txt."""
    pace.crawl_delay = host.crawl_delay
    if pace.least and host.updated_at > timezone.now() - timedelta(seconds=REMEMBERED):
        pace.interval = max(pace.least, host.interval)
        pace.at_once = max(1, min(MOST_AT_ONCE, host.at_once))
        pace.latency = host.latency


def until(now: datetime) -> datetime:
    return now + timedelta(seconds=HEARTBEAT_TIMEOUT)


def at_moment(when: datetime | None) -> float:
    """A time of the clock as one of time.monotonic()."""
    return time.monotonic() + (when - timezone.now()).total_seconds() if when else 0.0
