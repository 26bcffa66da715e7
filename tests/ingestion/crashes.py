"""Kills a part of a scrape at a random moment, many times, and looks at what is left.

    python -m tests.ingestion.crashes [--runs 50] [--seed 1]

Each run is a real scrape of the demo site by a real cluster, of which a worker, the whole cluster, Chromium, its
driver or the reader is killed with SIGKILL. A cluster that has ended with it is started again, as a service manager would.
The run must complete by itself, the tables must equal those of an undisturbed run, and no process may be left 10
seconds after the cluster has ended. test_crashes.py is the short form.
"""

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.installation import Installation, end_group, wait_until

BRAND = "Lumenhall"
RATE = 20  # requests a second: slow enough that a run lasts for some seconds
COMPLETE_SECONDS = 180
CLEAN_SECONDS = 10
LATEST = 0.75  # of the URLs; later the run may be over before its victim is found
TRIES = 3  # to meet a victim, each at half the time of the one before
VICTIMS = ("worker", "idle worker", "cluster", "chromium", "driver", "reader")

# What must be equal, without keys and times. A URL's fate may differ in how often it was tried.
TABLES = {
    "frontier": "select url, kind, state from ingestion_frontierurl",
    "documents": "select url, title, kind, state, language, content_hash, page_count, mime_type from catalog_document",
    "pages": "select d.url, p.number, p.language, p.text from catalog_documentpage p"
    " join catalog_document d on d.id = p.document_id",
    "products": "select page_url, name, slug, model_key, sku, description, price, lifecycle from catalog_product",
    "families": "select name, slug from catalog_productfamily",
    "specifications": "select p.page_url, s.section, s.label, s.value, s.\"order\" from catalog_specification s"
    " join catalog_product p on p.id = s.product_id",
    "links": "select p.page_url, d.url, l.title from catalog_productdocument l"
    " join catalog_product p on p.id = l.product_id join catalog_document d on d.id = l.document_id",
    "pictures": "select p.page_url, m.url, m.alt, m.file, m.width, m.height from catalog_media m"
    " join catalog_product p on p.id = m.product_id",
}  # fmt: skip


@dataclass(frozen=True)
class Crash:
    """What one run showed; `differs` are rows that should not be there (+) or are missing (-)."""

    victim: str
    after: float
    killed: bool
    seconds: float
    differs: tuple[str, ...]
    left: tuple[str, ...]

    @property
    def is_well(self) -> bool:
        return not self.differs and not self.left


def tables(installation: Installation) -> dict[str, list[Any]]:
    return {name: sorted(installation.rows(question), key=repr) for name, question in TABLES.items()}


def scalar(installation: Installation, question: str) -> Any:
    found = installation.rows(question)
    return found[0][0] if found else None


def processes_of(installation: Installation) -> dict[int, str]:
    """Living processes that work for this installation: they carry its folder in their environment or arguments, or
    descend from one that does (the readers are given no environment)."""
    mark = str(installation.folder).encode()
    lines: dict[int, tuple[int, bytes, bool]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words, environment = (folder / "cmdline").read_bytes(), (folder / "environ").read_bytes()
            fields = (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] not in "ZX":
            lines[int(folder.name)] = (int(fields[1]), words, mark in environment or mark in words)
    found = {pid for pid, (_, _, ours) in lines.items() if ours}
    while more := {pid for pid, (parent, _, _) in lines.items() if parent in found} - found:
        found |= more
    return {pid: lines[pid][1].replace(b"\0", b" ").decode(errors="replace") for pid in found}


def victims(installation: Installation, victim: str) -> list[int]:
    """Processes that this name stands for at this moment."""
    working = scalar(installation, "select worker_pid from ingestion_ingestionrun where lease <> ''")
    ours = processes_of(installation)
    if victim == "worker":
        return [working] if working in ours else []
    words = {
        "cluster": "qcluster", "idle worker": "qcluster", "chromium": "--headless", "driver": "run-driver",
        "reader": "reader_worker",
    }[victim]  # fmt: skip
    found = sorted(pid for pid, command in ours.items() if words in command)
    return [pid for pid in found if pid != working][1:] if victim == "idle worker" else found


def strike(installation: Installation, cluster: subprocess.Popen[bytes], victim: str, dice: random.Random) -> bool:
    """Kill the victim, if it can be found within some seconds and the run has not ended before."""
    end = time.monotonic() + 5
    while time.monotonic() < end and state(installation) in ("queued", "running"):
        if victim == "cluster":
            os.killpg(cluster.pid, signal.SIGKILL)
            return True
        if found := victims(installation, victim):
            with contextlib.suppress(ProcessLookupError):
                os.kill(dice.choice(found), signal.SIGKILL)
                return True
        time.sleep(0.02)
    return False


def processed(installation: Installation) -> int:
    return int(scalar(installation, "select count(*) from ingestion_frontierurl where visited_at is not null") or 0)


def state(installation: Installation) -> str:
    return str(scalar(installation, "select state from ingestion_ingestionrun order by id desc limit 1"))


@contextlib.contextmanager
def demo_site(folder: Path) -> Iterator[str]:
    """One site for all runs, so that their addresses are the same."""
    installation = Installation(folder)
    folder.mkdir(parents=True, exist_ok=True)
    ready = folder / "ready.json"
    process = installation.start(
        sys.executable, "manage.py", "demo_site", "--port", "0", "--delay", "0.02", "--ready-file", str(ready)
    )
    try:
        wait_until(ready.exists, 60, "the demo site is ready")
        yield str(next(iter(json.loads(ready.read_text()).values())))
    finally:
        end_group(process)


def prepared(folder: Path, url: str) -> Installation:
    """A migrated installation that knows the brand, to be copied for each run."""
    installation = Installation.migrated(folder)
    installation.manage(
        "shell", "-v0", "-c",
        "from catalog.models import Brand;"
        f"Brand.objects.create(name={BRAND!r}, slug='lumenhall', website={url!r}, requests_per_second={RATE})",
    )  # fmt: skip
    return installation


def undisturbed(template: Installation, folder: Path) -> dict[str, list[Any]]:
    installation = template.copied(folder)
    installation.manage("scrape", BRAND, "--inline", "--rate", "0")
    return tables(installation)


def crash(
    template: Installation, folder: Path, expected: dict[str, list[Any]], *, victim: str, after: float,
    dice: random.Random,
) -> Crash:  # fmt: skip
    """One scrape with one kill, `after` so many seconds of work."""
    installation = template.copied(folder)
    with contextlib.ExitStack() as stack:
        cluster = stack.enter_context(installation.cluster("scrape"))
        installation.manage("scrape", BRAND)
        wait_until(lambda: state(installation) == "running", 60, "a worker has taken the run")
        moment = time.monotonic() + after
        while time.monotonic() < moment and processed(installation) < LATEST * len(expected["frontier"]):
            time.sleep(0.05)
        began = time.monotonic()
        killed = strike(installation, cluster, victim, dice)

        def completes() -> bool:
            nonlocal cluster
            if cluster.poll() is not None:  # with it, or because it lost what it cannot do without
                cluster = stack.enter_context(installation.cluster("scrape"))
            return state(installation) == "completed"

        wait_until(completes, COMPLETE_SECONDS, f"the run completes ({victim})")
        seconds = time.monotonic() - began
    with contextlib.suppress(AssertionError):
        wait_until(lambda: not processes_of(installation), CLEAN_SECONDS, "everything has ended")
    left = tuple(command[:120] for command in processes_of(installation).values())
    found = tables(installation)
    differs = tuple(
        f"{name}: {sign} {row!r}"[:300]
        for name in TABLES
        for sign, rows, others in (("+", found[name], expected[name]), ("-", expected[name], found[name]))
        for row in rows
        if row not in others
    )
    return Crash(victim, after, killed, seconds, differs, left)


def met(
    template: Installation, folder: Path, expected: dict[str, list[Any]], *, victim: str, after: float,
    dice: random.Random,
) -> Crash:  # fmt: skip
    """The same, again where the victim was not met: a run without a kill shows nothing."""
    for number in range(TRIES):
        seen = crash(template, folder, expected, victim=victim, after=round(after / 2**number, 2), dice=dice)
        shutil.rmtree(folder)
        if seen.killed or not seen.is_well:
            break
    return seen


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def report(number: int, seen: Crash) -> None:
    fate = "killed" if seen.killed else "not met"
    say(f"{number:3} {seen.victim:12} after {seen.after:4} s: {fate}, complete {seen.seconds:.1f} s later")
    for line in (*seen.differs[:6], *(f"left: {command}" for command in seen.left)):
        say(f"      {line}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1, help="of the victims and moments")
    options = parser.parse_args()
    dice, bad, killed = random.Random(options.seed), 0, 0
    with tempfile.TemporaryDirectory(prefix="crashes-") as name, demo_site(Path(name) / "site") as url:
        template = prepared(Path(name) / "template", url)
        expected = undisturbed(template, Path(name) / "undisturbed")
        say(str({table: len(rows) for table, rows in expected.items()}))
        for number in range(1, options.runs + 1):
            victim, after = VICTIMS[number % len(VICTIMS)], round(dice.uniform(0, 6), 2)
            try:
                seen = met(template, Path(name) / f"run-{number}", expected, victim=victim, after=after, dice=dice)
            except AssertionError as problem:
                say(f"{number:3} {victim:12} after {after:4} s: {problem}")
                bad += 1
                continue
            killed += seen.killed
            bad += not seen.is_well
            report(number, seen)
    say(f"{options.runs} runs, {killed} kills, {bad} bad")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
