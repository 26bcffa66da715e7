"""The sitemaps that time did not reach before a site's pages: read beside these, one by one, in whichever slice.

Under a crawl delay of ten seconds a site's first sitemaps alone take minutes. What is still to be read stands in the
run's row, so it outlives the slice and its worker.
"""

import asyncio
import time
from collections.abc import Iterable
from copy import deepcopy

from django.conf import settings
from django.db import transaction

from . import frontier
from .addresses import normalise_url, origin_of, page_number, same_page_key, server_of
from .crew import Crew
from .discovery import Reading
from .errors import GiveUpUrl, HostRests, IngestionError
from .fates import Stage, columns
from .frontier import FROM_SITEMAP, RANKS, Found
from .hosts import Hosts
from .models import IngestionRun, IngestLog, Outcome
from .run_models import Rest
from .scope import Scope
from .site import Site


class UnreadSitemaps:
    """Those of one run, for one slice. `again` is when the next may be asked for (time.monotonic())."""

    def __init__(self, run: IngestionRun, lease: str, site: Site) -> None:
        self.run, self.lease, self.site = run, lease, site
        self.reading = Reading(**deepcopy(run.sitemaps))
        self.task: asyncio.Task[None] | None = None
        self.again = 0.0

    @property
    def left(self) -> bool:
        return self.reading.left and self.site.known.room > 0

    def go_on(self, loop: asyncio.AbstractEventLoop, crew: Crew, *, begin: bool) -> bool:
        """Take in what the last one named, and `begin` with the next. True: one has begun."""
        if self.task is not None and self.task.done():
            self._end(self.task)
        if self.task is not None or not begin or not self.left or time.monotonic() < self.again:
            return False
        if not self._may_begin():
            return False
        start, owns = origin_of(self.run.start_url), self.site.scope.owns
        self.task = loop.run_until_complete(crew.read_on(self.reading, start, owns))
        return True

    def _may_begin(self) -> bool:
        """Written down before it is asked for, so that one which brings its worker down is known by that."""
        with transaction.atomic():
            if not self.run.beat(self.lease):
                return False
            begins = self.reading.begin()
            keep(self.run, self.reading)
        return begins

    def _end(self, task: "asyncio.Task[None]") -> None:
        self.task, self.reading.begun = None, {}
        try:
            task.result()
            if not self.reading.waiting:  # those that are left have just failed
                self.again = time.monotonic() + settings.RETRY_SECONDS[0]
        except HostRests as problem:
            self.again = time.monotonic() + max(1.0, problem.retry_after)
        with transaction.atomic():
            if self.run.beat(self.lease):
                frontier.add(self.run, named_pages(self.reading, self.run.start_url, self.site.scope), self.site.known)
                keep(self.run, self.reading)

    def opening(self, hosts: Hosts) -> tuple[float, str, str] | None:
        """Seconds until the next may be asked for, why not now, and of which host. None: there is none."""
        if not self.left:
            return None
        host = server_of(normalise_url((self.reading.waiting or self.reading.later)[0], self.run.start_url) or "")
        pause = self.again - time.monotonic()
        return max(hosts.opens_in(host), (pause, Rest.RETRY, host), key=lambda opening: opening[0])

    def close(self, loop: asyncio.AbstractEventLoop) -> None:
        """What was being read stays in line."""
        if self.task is not None:
            self.task.cancel()
            loop.run_until_complete(asyncio.wait({self.task}))
            self.task = None


def keep(run: IngestionRun, reading: Reading) -> None:
    """Write down what is still to be read, and why something of it could not be."""
    if reading.kept != run.sitemaps:
        run.sitemaps = reading.kept
        IngestionRun.objects.filter(pk=run.pk).update(sitemaps=run.sitemaps)
    IngestLog.objects.bulk_create(log_entry(run, url, problem) for url, problem in reading.problems)
    reading.problems = []


def log_entry(run: IngestionRun, url: str, problem: IngestionError) -> IngestLog:
    outcome = Outcome.SKIPPED if isinstance(problem, GiveUpUrl) and problem.skipped else Outcome.FAILED
    about = columns(problem.reason, stage=Stage.DISCOVER)
    return IngestLog(brand=run.brand, run=run, url=url[:1000], outcome=outcome, http_status=problem.status, **about)


def named_pages(reading: Reading, start: str, scope: Scope) -> Iterable[Found]:
    """Those that its sitemaps named since this was asked last; what belongs to others is left out."""
    for page, language in reading.take().items():
        url = normalise_url(page, start)
        if url is None or not scope.owns(url) or same_page_key(url) == same_page_key(start):
            continue
        objection = scope.objection(url, language=language) or ""
        yield Found(url, found_on=FROM_SITEMAP, depth=1, rank=rank_of(url), skip_reason=objection)


def rank_of(url: str) -> int:
    return RANKS["listing"] if page_number(url) is not None else RANKS["page"]
