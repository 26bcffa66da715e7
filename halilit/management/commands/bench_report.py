"""Runs the benchmarks, or some of them, and writes all results that are there into one report (docs/benchmarks.md).

What breaks off costs the others nothing, and leaves in the report what it had measured until then. Each result is kept
as JSON in the data folder, so that it can be done in pieces; asked again, a benchmark adds a round, and the report
shows the median of its rounds, with the least and the most.
"""

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from halilit.bench.report import machine, markdown

from .bench import NAMES, measure_apart

# What fits into ten minutes together on two quiet cores; with their limits it is twenty minutes whatever happens.
# `bench` itself takes longer by default.
QUICK: dict[str, dict[str, Any]] = {
    "bare": {"chunks": 20_000, "seconds": 8.0, "limit": 150},
    "web": {"products": 2000, "seconds": 12.0, "during_scrape": True, "limit": 270},
    "search": {"chunks": 20_000, "seconds": 8.0, "limit": 150},
    "ask": {"chunks": 20_000, "seconds": 8.0, "streams": 200, "limit": 300},
    "crawl": {"limit": 240},
    "ingest": {"chunks": 5000, "seconds": 8.0, "limit": 90},
}
# To see in a few minutes that all of them run.
TINY = {"chunks": 200, "products": 60, "seconds": 0.5, "streams": 5}
USUAL = {
    "products": 2000,
    "chunks": 20_000,
    "seconds": 15.0,
    "streams": 500,
    "during_scrape": False,
    "root": "",
    "documents": 1600,
    "database": "",
}


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(NAMES)}; default: all")
        parser.add_argument("--fresh", action="store_true", help="forget earlier rounds first")
        parser.add_argument("--tiny", action="store_true", help="sizes that say nothing, to see that all of them run")
        parser.add_argument("--out", type=Path, default=settings.BASE_DIR / "docs" / "benchmarks.md")

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = set(options["names"]) - set(NAMES)
        if wrong:
            raise CommandError(f"There is no benchmark {', '.join(sorted(wrong))}. There are {', '.join(NAMES)}.")
        folder = settings.DATA_DIR / "benchmarks"
        folder.mkdir(parents=True, exist_ok=True)
        broken = []
        for name in options["names"] or QUICK:
            self.stdout.write(f"{name} ...")
            try:
                took, whole = self.measure(name, folder, fresh=options["fresh"], tiny=options["tiny"])
            except CommandError as problem:
                self.stderr.write(f"{name}: {problem}")
                broken.append(name)
                continue
            self.stdout.write(f"{name}: {took:.0f} s{'' if whole else ', broken off'}")
            broken += [] if whole else [name]
            # After each, so that what was measured is there whatever happens to the next.
            options["out"].write_text(markdown(rounds(folder)), encoding="utf-8")
        self.stdout.write(f"{options['out']} is written.")
        if broken:
            raise CommandError(f"Not measured to their end: {', '.join(broken)}. See above.")

    def measure(self, name: str, folder: Path, *, fresh: bool, tiny: bool) -> tuple[float, bool]:
        """How many seconds it took, and whether it came to its end."""
        began = time.monotonic()
        if fresh:
            for old in folder.glob(f"{name}-*.json"):
                old.unlink()
        report = measure_apart(USUAL | QUICK[name] | (TINY if tiny else {}) | {"name": name})
        took = time.monotonic() - began
        about = {"at": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC", "took": round(took), "machine": machine()}
        file = folder / f"{name}-{time.time_ns()}.json"
        file.write_text(json.dumps(report.as_dict() | about), encoding="utf-8")
        return took, not any("why" in row for row in report.rows)


def rounds(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """The kept results of each benchmark and of `make load`, oldest round first."""
    kept = {
        name: [json.loads(file.read_text("utf-8")) for file in sorted(folder.glob(f"{name}-*.json"))]
        for name in (*QUICK, "load")
    }
    return {name: found for name, found in kept.items() if found}
