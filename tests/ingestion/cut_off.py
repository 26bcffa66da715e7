"""Cuts a worker's host off the network in the middle of a scrape, many times, and looks at what is left.

    POSTGRESQL_NETWORK=10.213.213.0/24 .ci/with-postgresql .venv/bin/python -m tests.ingestion.cut_off

Two hosts with data folders of their own share one PostgreSQL database and one bucket. Each is a network namespace, and
its cable is pulled: whatever is sent is lost, and neither end is told. The site is still reached by the host that was
cut off, so it goes on for as long as it thinks that the run is its own. Another host takes over when the lease is out;
then the first one is back. The run must complete with the tables of an undisturbed one, both hosts must work
afterwards, and the site must not be asked by both at a time. Needs root. test_cut_off.py is the short form.
"""

import contextlib
import itertools
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import buckets, databases, hosts
from tests.installation import Installation, end_group, wait_until

from . import disturbed
from .disturbed import compared, prepare, say, scalar, state, tables

PORT = 18765  # of the site, in each namespace its own
URL = f"http://127.0.0.1:{PORT}"
RATE = 12  # requests a second: slow enough that a run lasts for some seconds
COMPLETE_SECONDS = 240
LONG = 20.0  # seconds: longer than a lease
PAUSE = 3.0  # seconds without a request between two slices


@dataclass(frozen=True)
class CutOff:
    """What one run showed; `hosts` worked at it, `amid` counts requests that came while the other asked."""

    after: float
    away: float
    seconds: float
    hosts: tuple[str, ...]
    amid: int
    differs: tuple[str, ...]
    fates: tuple[str, ...]

    @property
    def is_well(self) -> bool:
        return not self.differs and not self.amid


class Machine(Installation):
    """A host's installation: its folder is its own, the database and the stored files are everybody's."""

    host: hosts.Host
    shared: Installation

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | {"DATABASE_URL": _from_afar(databases.url(self.shared.folder))}

    def start(self, *words: str, **environment: str) -> Any:
        return super().start(*self.host.words, *words, **environment)


def machine(host: hosts.Host, shared: Installation, folder: Path, bucket: str) -> Machine:
    folder.mkdir(parents=True, exist_ok=True)
    made = Machine(folder, extra=buckets.variables(bucket) | {"HALILIT_RUN_SLICE_SECONDS": "60"})
    made.host, made.shared = host, shared
    return made


def _from_afar(url: str) -> str:
    return url.replace("@127.0.0.1:", f"@{hosts.MIDDLE}:")


@contextlib.contextmanager
def working(one: Machine, log: Path) -> Iterator[None]:
    """A scrape cluster and a view of the site on that host."""
    words = ("demo_site", "--port", str(PORT), "--delay", "0.02", "--log", str(log))
    with contextlib.ExitStack() as stack:
        site = one.start(sys.executable, "manage.py", *words)
        stack.callback(end_group, site)
        stack.enter_context(one.cluster("scrape"))
        yield


def prepared(folder: Path, bucket: str) -> Installation:
    """A database with a scrape in its queue, to be copied for each run."""
    shared = Installation.migrated(folder, **buckets.variables(bucket))
    prepare(shared, f"{URL}/", rate=RATE)
    return shared


def undisturbed(template: Installation, folder: Path, host: hosts.Host, bucket: str) -> dict[str, list[Any]]:
    shared = template.copied(folder / "shared")
    with working(machine(host, shared, folder / host.name, bucket), folder / "site.jsonl"):
        wait_until(lambda: state(shared) == "completed", COMPLETE_SECONDS, "the undisturbed run completes")
    return tables(shared)


def cut_off(
    template: Installation, folder: Path, both: list[hosts.Host], bucket: str, expected: dict[str, list[Any]], *,
    after: float, away: float, patience: float = 1,
) -> CutOff:  # fmt: skip
    """One scrape, whose host is away for so many seconds, `after` so many of work."""
    shared = template.copied(folder / "shared")
    first, second = (machine(host, shared, folder / host.name, bucket) for host in both)
    logs = [folder / f"{host.name}.jsonl" for host in both]
    seen: set[str] = set()

    def has_completed() -> bool:
        seen.add(str(scalar(shared, "select worker_host from ingestion_ingestionrun order by id desc limit 1")))
        return state(shared) == "completed"

    with working(first, logs[0]), contextlib.ExitStack() as stack:
        wait_until(lambda: state(shared) == "running", 60 * patience, "the first host has taken the run")
        stack.enter_context(working(second, logs[1]))
        time.sleep(after)
        began = time.monotonic()
        first.host.cut_off()
        stack.callback(first.host.connect)
        if away >= LONG:
            with contextlib.suppress(AssertionError):
                wait_until(has_completed, away, "over before the first host is back")
        else:
            time.sleep(away)
        first.host.connect()
        wait_until(has_completed, COMPLETE_SECONDS * patience, f"the run completes (away {away} s after {after} s)")
        seconds = time.monotonic() - began
        found = tables(shared)
        time.sleep(3)  # whatever the first host still has in hand comes too late
        differs = compared(found, expected) + compared(tables(shared), found)
    return CutOff(after, away, seconds, tuple(sorted(seen)), amid(logs), differs, disturbed.fates(shared))


def amid(logs: list[Path]) -> int:
    """How many requests of one host came while the other was asking too: between two of its, no pause of a slice apart.

    One host after the other is as it should be, also when the first one takes the run back for a later slice.
    """
    one, other = (
        sorted(json.loads(line)["time"] for line in log.read_text().splitlines()) if log.exists() else []
        for log in logs
    )
    return between(one, other) + between(other, one)


def between(asked: list[float], others: list[float]) -> int:
    """How many of the first are between two of the others that belong to one slice."""
    spans = [(a, b) for a, b in itertools.pairwise(others) if b - a < PAUSE]
    return sum(a < time < b for time in asked for a, b in spans)


@contextlib.contextmanager
def ground(folder: Path) -> Iterator[tuple[list[hosts.Host], str, Installation, dict[str, list[Any]]]]:
    """Hosts, a bucket, a database to copy, and the tables of an undisturbed run."""
    with hosts.network("halilit-a", "halilit-b") as both, buckets.bucket(folder / "bucket", hosts.MIDDLE) as url:
        template = prepared(folder / "template", url)
        yield both, url, template, undisturbed(template, folder / "undisturbed", both[0], url)


def told(seen: CutOff) -> str:
    who = " and ".join(seen.hosts)
    return (
        f"cut off after {seen.after:4} s for {seen.away:4} s: complete {seen.seconds:.1f} s later, "
        f"by {who}, {seen.amid} requests amid the other's"
    )


def main() -> int:
    asked = disturbed.options(__doc__, runs=20)
    if not (databases.SERVER and hosts.can_be_made()):
        say("This needs root, and a PostgreSQL server: call it as its first lines say.")
        return 2
    dice = random.Random(asked.seed)
    with tempfile.TemporaryDirectory(prefix="cut-off-") as name, ground(Path(name)) as (both, url, template, expected):
        say(", ".join(f"{table} {len(rows)}" for table, rows in expected.items()))

        def disturb(number: int) -> CutOff:
            after = round(dice.uniform(0, 6), 2)
            away = round(dice.uniform(3, 8) if number % 4 == 0 else dice.uniform(LONG, 30), 1)
            folder = Path(name) / f"run-{number}"
            return cut_off(template, folder, both, url, expected, after=after, away=away, patience=asked.patience)

        _, bad = disturbed.repeated(asked.runs, disturb, told)
    say(f"{asked.runs} runs, {bad} bad")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
