"""Measures how an installation grows, and writes docs/scaling.md's tables and costs of all that was measured so far.

Without documents, only the tables are written anew, such as with other prices. Each size is kept as JSON in the data
folder; measured again, it replaces what it was before.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from halilit.bench.growth_table import Prices, put, section
from halilit.bench.report import machine

from .bench import measure_apart
from .bench_report import USUAL

ORDER = ("sqlite", "postgresql")


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("documents", nargs="*", type=int, help="sizes to measure, such as 1600 16000 160000")
        parser.add_argument("--database", default="", help="URL of a PostgreSQL server to measure on (default: SQLite)")
        parser.add_argument("--seconds", type=float, default=5.0, help="for each measurement (default 5)")
        parser.add_argument("--limit", type=float, default=7200, help="seconds after which a size is broken off")
        parser.add_argument("--note", default="", help="a sentence on how it was measured")
        parser.add_argument("--out", type=Path, default=settings.BASE_DIR / "docs" / "scaling.md")
        for name, default, what in (
            ("storage", 0.1, "a GB of disk for a month"),
            ("core", 0.04, "a core for an hour"),
            ("read", 0.1, "a million tokens that a model reads"),
            ("written", 0.4, "a million tokens that a model writes"),
        ):
            parser.add_argument(f"--{name}-price", type=float, default=default, help=f"{what} (default {default})")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = settings.DATA_DIR / "benchmarks"
        folder.mkdir(parents=True, exist_ok=True)
        for documents in options["documents"]:
            self.measure(documents, folder, options)
        prices = Prices(*(options[f"{name}_price"] for name in ("storage", "core", "read", "written")))
        self.write(options["out"], kept(folder), prices)

    def measure(self, documents: int, folder: Path, options: dict[str, Any]) -> None:
        own = {name: options[name] for name in ("database", "seconds", "limit")}
        report = measure_apart(USUAL | own | {"name": "growth", "documents": documents})
        about = {"at": f"{datetime.now(UTC):%Y-%m-%d}", "machine": machine(), "note": options["note"]}
        file = folder / f"growth-{report.facts['database']}-{documents}.json"
        file.write_text(json.dumps(report.as_dict() | about), encoding="utf-8")
        self.stdout.write(f"{file} is written.")

    def write(self, out: Path, results: list[dict[str, Any]], prices: Prices) -> None:
        if not results:
            raise CommandError("Nothing was measured yet. Name numbers of documents.")
        newest = max(results, key=lambda result: result["at"])
        notes = " ".join(dict.fromkeys(result["note"] for result in results if result["note"]))
        about = f"Measured on {newest['machine']['processor']}, {newest['machine']['memory']}, {newest['at']}. {notes}"
        try:
            page = put(section(results, prices, about=about.strip()), out.read_text(encoding="utf-8"))
        except (OSError, ValueError) as problem:
            raise CommandError(f"{out} cannot be written: {problem}.") from problem
        out.write_text(page, encoding="utf-8")
        self.stdout.write(f"{out} is written.")


def kept(folder: Path) -> list[dict[str, Any]]:
    found = [json.loads(file.read_text(encoding="utf-8")) for file in folder.glob("growth-*.json")]
    return sorted(found, key=lambda one: (ORDER.index(one["facts"]["database"]), one["facts"]["documents"]))
