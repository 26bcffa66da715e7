"""What a scrape would fetch, found out without storing anything: robots.txt, sitemaps and the start page are read.

It is done by a worker of the scrape cluster, bounded in time, with the manners of a run: the host is taken for itself
alone, at the pace that is kept of it. What was found stands in the shared cache for a while, for the page that asked.
"""

import asyncio
import time
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from catalog.models import Brand

from .addresses import host_of, origin_of, same_page_key, server_of
from .again import ENDLESS
from .crew import Crew, Job, Outcome, make_crew
from .discovery import Reading
from .errors import HostRests, IngestionError
from .extract.records import Extraction
from .frontier import RANKS, Found, Known
from .hosts import WANTED_FOR, Hosts, until
from .leads import document_links, page_links
from .models import FrontierUrl, Host, IngestionRun, UrlKind
from .reasons import Reason, kept, reason_of, why
from .scope import Scope
from .services import usable_address
from .site import Site, scope_of
from .unread_sitemaps import named_pages

SECONDS = 45.0  # for everything
BEAT = 1.0
TURN = 0.3
SHOWN = 50  # addresses
MOST_KNOWN = 2_000  # of what earlier runs know
MOST_HOSTS = 12


@dataclass(frozen=True)
class Verdict:
    """One address: whether it would be fetched, and if not, why. `known`: an earlier run has met it."""

    url: str
    kind: str
    fetched: bool
    known: bool
    found_on: str
    code: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    reason: str = ""


@dataclass
class Findings:
    """What a dry run found. `counts` of all addresses: fetched, left_out; `why_not`: reasons with their numbers."""

    start: str
    sitemap_pages: int = 0
    links: int = 0
    known: int = 0
    crawl_delay: float = 0.0
    complete: bool = True  # False: time was up before all was read
    problem: dict[str, Any] | None = None  # the start page's
    verdicts: list[Verdict] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    why_not: list[tuple[str, dict[str, Any], str, int]] = field(default_factory=list)
    others: list[tuple[str, int]] = field(default_factory=list)  # hosts that are left alone, and links to them


class Guest(Hosts):
    """The hosts of a dry run: taken like those of a slice, but nobody is put off for it for long."""

    def take(self, name: str) -> bool:
        if name in self.held:
            return name not in self.leaving
        now = timezone.now()
        Host.objects.bulk_create([Host(name=name)], ignore_conflicts=True)
        free = Q(held_until=None) | Q(held_until__lt=now)
        turn = Q(wanted_by=None) | Q(wanted_at__lt=now - timedelta(seconds=WANTED_FOR))
        won = Host.objects.filter(free & turn, name=name).update(run=None, lease=self.lease, held_until=until(now))
        if won:
            self._hold(name)
        return bool(won)


def look(brand: Brand) -> Findings:
    """Read what tells a run its way. Raises RunRefused where no run could begin."""
    run = IngestionRun(
        brand=brand, start_url=usable_address(brand, ""), max_pages=brand.max_pages,
        requests_per_second=brand.requests_per_second,
    )  # fmt: skip
    scope = scope_of(run)
    findings = Findings(run.start_url)
    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        crew = loop.run_until_complete(_crew(run))
        hosts = Guest(run, uuid.uuid4().hex, crew)
        try:
            reading, outcome = _read(loop, crew, hosts, scope, findings)
            found = list(_found(run, scope, reading, outcome, findings))
            _judge(loop, crew, run, scope, found, findings)
        finally:
            loop.run_until_complete(crew.close())
            hosts.give_all()
    return findings


async def _crew(run: IngestionRun) -> Crew:
    folder = settings.DATA_DIR / "tmp"
    folder.mkdir(parents=True, exist_ok=True)
    crew = make_crew(
        rate=run.requests_per_second, user_agent=settings.USER_AGENT, allow_private=settings.ALLOW_PRIVATE_HOSTS,
        chromium=settings.CHROMIUM, folder=folder, brand=run.brand.name,
    )  # fmt: skip
    await crew.reader.begin()
    return crew


def _read(
    loop: asyncio.AbstractEventLoop, crew: Crew, hosts: Guest, scope: Scope, findings: Findings
) -> tuple[Reading, Outcome | None]:
    """The sitemaps' pages and the start page, as far as time allows; the host is held meanwhile."""
    end, beaten = time.monotonic() + SECONDS, 0.0
    start = findings.start
    hosts.take(server_of(start))
    reading = loop.run_until_complete(crew.look_for_pages(origin_of(start), scope.owns))
    job = Job(0, start, UrlKind.PAGE, check=scope.objection, patient=True, render=hosts.run.brand.render_mode)
    loop.run_until_complete(crew.start([job]))
    outcome: Outcome | None = None
    while time.monotonic() < end and (outcome is None or not reading.done()):
        hosts.serve()
        if time.monotonic() - beaten > BEAT:
            beaten = time.monotonic()
            hosts.beat()
        done = loop.run_until_complete(crew.wait(TURN))
        outcome = done[-1] if done else outcome
    return _named(reading, findings), outcome


def _named(task: "asyncio.Task[Reading]", findings: Findings) -> Reading:
    if not task.done():
        task.cancel()
        findings.complete = False
        return Reading()
    try:
        reading = task.result()
    except HostRests as problem:
        findings.problem = stored(problem)
        return Reading()
    findings.sitemap_pages = len(reading.pages)
    findings.complete &= not reading.left
    return reading


def _found(
    run: IngestionRun, scope: Scope, reading: Reading, outcome: Outcome | None, findings: Findings
) -> Iterable[Found]:
    """All addresses that a run would begin with, or meet on its first page."""
    yield Found(run.start_url, rank=RANKS["start"])
    for row in (
        FrontierUrl.objects.filter(brand=run.brand).exclude(code__in=ENDLESS).order_by("rank", "pk")[:MOST_KNOWN]
    ):
        findings.known += 1
        gone = row.kind == UrlKind.PAGE and not scope.owns(row.url)
        objection = scope.objection(row.url) if row.kind == UrlKind.PAGE and not gone else None
        if not gone:
            yield Found(row.url, row.kind, found_on="known", rank=row.rank, skip_reason=objection or "")
    yield from named_pages(reading, run.start_url, scope)
    yield from _linked(run, scope, outcome, findings)


def _linked(run: IngestionRun, scope: Scope, outcome: Outcome | None, findings: Findings) -> Iterable[Found]:
    """What the start page leads to; why it could not be read, where it could not."""
    if outcome is None:
        findings.complete = False
        findings.problem = findings.problem or kept(why("host_busy", host=host_of(run.start_url)))
        return
    if outcome.error is not None:
        findings.problem = stored(outcome.error)
        return
    page = outcome.read
    if not isinstance(page, Extraction) or outcome.response is None:
        return
    url = outcome.response.final_url
    findings.links = len(page.links)
    away = Counter(host_of(link.url) for link in page.links if not scope.owns(link.url))
    findings.others = away.most_common(MOST_HOSTS)
    row = FrontierUrl(brand=run.brand, url=url, depth=0)
    yield from page_links(run, row, page, Site(scope, Known(run)), url)
    yield from document_links(row, page, url)


def _judge(
    loop: asyncio.AbstractEventLoop, crew: Crew, run: IngestionRun, scope: Scope, found: list[Found], told: Findings
) -> None:
    """The verdict for each, in the order of a run: each address once, as it was first heard of."""
    once: dict[str, Found] = {}
    for item in found:
        once.setdefault(same_page_key(item.url), item)
    ordered = sorted(once.values(), key=lambda item: item.rank)
    counts: Counter[str] = Counter()
    why_not: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], Reason] = {}
    pages = 0
    for item in ordered:
        reason = _objection(crew, loop, item)
        pages += item.kind == UrlKind.PAGE and reason is None
        if reason is None and item.kind == UrlKind.PAGE and pages > run.max_pages:
            reason = why("page_limit", pages=run.max_pages)
        counts["left_out" if reason else "fetched"] += 1
        if reason:
            why_not[reason.code, str(reason)] += 1
            examples.setdefault((reason.code, str(reason)), reason)
        if len(told.verdicts) < SHOWN:
            told.verdicts.append(_verdict(item, reason))
    told.counts = dict(counts)
    told.why_not = [(code, examples[code, text].stored, text, n) for (code, text), n in why_not.most_common(8)]
    delays = (
        [loop.run_until_complete(crew.fetcher.robots.crawl_delay(run.start_url))] if _robots_known(crew, run) else []
    )
    told.crawl_delay = max(delays, default=0.0)


def _robots_known(crew: Crew, run: IngestionRun) -> bool:
    return origin_of(run.start_url) in crew.fetcher.robots.known


def _objection(crew: Crew, loop: asyncio.AbstractEventLoop, item: Found) -> Reason | None:
    """Why an address would not be fetched. Another host's robots.txt is not asked for here."""
    if item.skip_reason:
        return reason_of(item.skip_reason)
    robots = crew.fetcher.robots
    if origin_of(item.url) in robots.known and not loop.run_until_complete(robots.allows(item.url)):
        return why("robots")
    return None


def _verdict(item: Found, reason: Reason | None) -> Verdict:
    said: dict[str, Any] = {"code": reason.code, "details": reason.stored, "reason": str(reason)} if reason else {}
    known = item.found_on == "known"
    return Verdict(item.url, item.kind, reason is None, known, "" if known else item.found_on, **said)


def stored(problem: IngestionError) -> dict[str, Any]:
    reason = reason_of(problem.reason)
    return {"code": reason.code, "details": reason.stored, "text": str(reason)}
