"""Kills a part of a scrape at a random moment, many times, and looks at what is left.

    python -m tests.ingestion.crashes [--runs 50] [--seed 1]

Each run is a real scrape of the demo site by a real cluster, of which a worker, the whole cluster, Chromium, its
driver or the reader is killed with SIGKILL. A cluster that has ended with it is started again, as a service manager would.
The run must complete by itself, the tables must equal those of an undisturbed run, and no process may be left 10
seconds after the cluster has ended. test_crashes.py is the short form.
"""

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

from . import disturbed
from .disturbed import compared, prepare, say, scalar, state, tables

RATE = 20  # requests a second: slow enough that a run lasts for some seconds
COMPLETE_SECONDS = 180
CLEAN_SECONDS = 10
LATEST = 0.75  # of the URLs; later the run may be over before its victim is found
SOUGHT_SECONDS = 30  # for a victim, as long as the run is at work: the browser opens late where few pages need it
TRIES = 3  # to meet a victim, each at half the time of the one before
VICTIMS = ("worker", "idle worker", "cluster", "chromium", "driver", "reader")
RENDERS = ("auto", "browser")  # one page of the site needs the browser, or every page is read in it
Ground = tuple[Installation, dict[str, list[Any]]]


@dataclass(frozen=True)
class Crash:
    """What one run showed; `differs` are rows that should not be there (+) or are missing (-)."""

    victim: str
    after: float
    killed: bool
    seconds: float
    differs: tuple[str, ...]
    left: tuple[str, ...]
    fates: tuple[str, ...]

    @property
    def is_well(self) -> bool:
        return not self.differs and not self.left


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
    """Kill the victim, if it can be found in time and before the run has ended."""
    end = time.monotonic() + SOUGHT_SECONDS
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


def prepared(folder: Path, url: str, *, render: str = "auto") -> Installation:
    """A migrated installation whose scrape is queued, to be copied for each run."""
    installation = Installation.migrated(folder)
    prepare(installation, url, rate=RATE, render=render)
    return installation


def undisturbed(template: Installation, folder: Path, patience: float = 1) -> dict[str, list[Any]]:
    installation = template.copied(folder)
    with installation.cluster("scrape"):
        wait_until(
            lambda: state(installation) == "completed", COMPLETE_SECONDS * patience, "the undisturbed run completes"
        )
    return tables(installation)


def crash(
    template: Installation, folder: Path, expected: dict[str, list[Any]], *, victim: str, after: float,
    dice: random.Random, patience: float = 1,
) -> Crash:  # fmt: skip
    """One scrape with one kill, `after` so many seconds of work."""
    installation = template.copied(folder)
    with contextlib.ExitStack() as stack:
        cluster = stack.enter_context(installation.cluster("scrape"))
        wait_until(lambda: state(installation) == "running", 60 * patience, "a worker has taken the run")
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

        wait_until(completes, COMPLETE_SECONDS * patience, f"the run completes ({victim} after {after} s)")
        seconds = time.monotonic() - began
    with contextlib.suppress(AssertionError):
        wait_until(lambda: not processes_of(installation), CLEAN_SECONDS, "everything has ended")
    left = tuple(command[:120] for command in processes_of(installation).values())
    differs = compared(tables(installation), expected)
    return Crash(victim, after, killed, seconds, differs, left, disturbed.fates(installation))


def met(ground: Ground, folder: Path, *, victim: str, after: float, dice: random.Random, patience: float) -> Crash:
    """The same, again where the victim was not met: a run without a kill shows nothing."""
    template, expected = ground
    for number in range(TRIES):
        sooner = round(after / 2**number, 2)
        own = folder / f"{number}"
        seen = crash(template, own, expected, victim=victim, after=sooner, dice=dice, patience=patience)
        shutil.rmtree(own)
        if seen.killed or not seen.is_well:
            break
    return seen


def told(seen: Crash) -> str:
    fate = "killed" if seen.killed else "not met"
    left = "".join(f"\n      left: {command}" for command in seen.left)
    return f"{seen.victim:12} after {seen.after:4} s: {fate}, complete {seen.seconds:.1f} s later{left}"


def grounds(folder: Path, url: str, patience: float) -> Iterator[Ground]:
    """For each way of reading pages an installation to copy, and the tables of an undisturbed run."""
    for render in RENDERS:
        template = prepared(folder / render, url, render=render)
        expected = undisturbed(template, folder / f"undisturbed-{render}", patience)
        say(f"{render}: " + ", ".join(f"{name} {len(rows)}" for name, rows in expected.items()))
        yield template, expected


def main() -> int:
    asked = disturbed.options(__doc__, runs=50)
    dice = random.Random(asked.seed)
    with tempfile.TemporaryDirectory(prefix="crashes-") as name, demo_site(Path(name) / "site") as url:
        plain, rendered = grounds(Path(name), url, asked.patience)

        def disturb(number: int) -> Crash:
            victim, after = VICTIMS[number % len(VICTIMS)], round(dice.uniform(0, 6), 2)
            ground = rendered if victim in ("chromium", "driver") or number // len(VICTIMS) % 2 else plain
            folder = Path(name) / f"run-{number}"
            return met(ground, folder, victim=victim, after=after, dice=dice, patience=asked.patience)

        seen, bad = disturbed.repeated(asked.runs, disturb, told)
    say(f"{asked.runs} runs, {sum(one.killed for one in seen)} kills, {bad} bad")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
