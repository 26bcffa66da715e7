"""Makes the faults one after another and prints what was seen; the exit status is 1 where one did not end well."""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.ingestion import disturbed
from tests.ingestion.crashes import demo_site
from tests.installation import Installation, wait_until

from .ground import Ground, Impossible, Seen, ground, prepared
from .injected import FAULTS

BACK_WITHIN = 30.0  # seconds
COMPLETE_SECONDS = 180


@dataclass(frozen=True)
class Result:
    """`back`: seconds from the fault's end until all was well; `wrong`: what was lost, or shown as it must not be."""

    fault: str
    seen: Seen
    back: float
    complete: float
    wrong: tuple[str, ...]


def run(name: str, site: Ground, expected: dict[str, list[Any]], patience: float = 1) -> Result:
    """One fault in the middle of a scrape."""
    fault = FAULTS[name]
    site.scrape(patience)
    numbers = site.numbers()
    began = time.monotonic()
    with fault.make(site):
        seen = site.visit()
        time.sleep(max(0.0, began + fault.seconds - time.monotonic()))
    ended = time.monotonic()
    back = site.seconds_until_well(COMPLETE_SECONDS * patience)
    wait_until(lambda: disturbed.state(site.installation) == "completed", COMPLETE_SECONDS * patience, "it completes")
    complete = time.monotonic() - ended
    wrong = [f"{table} lost rows" for table, n in site.numbers().items() if n < numbers[table]]
    wrong += disturbed.compared(disturbed.tables(site.installation), expected)
    wrong += site.promised() + fault.misses(seen)
    if back > BACK_WITHIN * patience:
        wrong.append(f"back after {back:.1f} s")
    return Result(name, seen, back, complete, tuple(wrong))


def report(result: Result) -> None:
    """A line of the table, and below it what was not well."""
    pages = ", ".join(f"{what} {status or 'no answer'}" for what, status in result.seen.statuses.items())
    verdict = "well" if not result.wrong else "NOT WELL"
    disturbed.say(f"| {result.fault} | {pages} | {result.back:.1f} s | {result.complete:.1f} s | {verdict} |")
    for line in result.wrong[:8]:
        disturbed.say(f"      {line}")


def templates(
    folder: Path, url: str, patience: float
) -> Callable[[str, bool], tuple[Installation, dict[str, list[Any]]]]:
    """For a way of reading pages, and a site by its name or its number: what to copy, and what a scrape leaves."""

    @cache
    def made(render: str, named: bool) -> tuple[Installation, dict[str, list[Any]]]:
        where = url.replace("127.0.0.1", "lumenhall.test") if named else url
        template = prepared(folder / f"{render}-{named}", where, render=render)
        with ground(template, named=named) as site:
            site.scrape(patience)
            wait_until(
                lambda: disturbed.state(site.installation) == "completed", COMPLETE_SECONDS * patience, "it ends"
            )
            return template, disturbed.tables(site.installation)

    return made


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--only", default=",".join(FAULTS), help="some of: %(default)s")
    parser.add_argument("--patience", type=float, default=1, help="times the time limits, for a machine that is busy")
    asked = parser.parse_args()
    bad = 0
    disturbed.say("| fault | seen meanwhile | well again after | scrape complete after | |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="faults-") as name, demo_site(Path(name) / "site") as url:
        made = templates(Path(name), url, asked.patience)
        for fault in asked.only.split(","):
            template, expected = made(FAULTS[fault].render, FAULTS[fault].named)
            try:
                with ground(template, clock=FAULTS[fault].clock, named=FAULTS[fault].named) as site:
                    result = run(fault, site, expected, asked.patience)
            except Impossible as reason:
                disturbed.say(f"| {fault} | skipped: {reason} | | | |")
                continue
            except AssertionError as problem:
                disturbed.say(f"| {fault} | {problem} | | | NOT WELL |")
                bad += 1
                continue
            report(result)
            bad += bool(result.wrong)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
