"""Measures one part in an installation of its own, which is deleted afterwards; `bare`: beside the least possible."""

import json
import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from halilit.bench.figures import Report, table
from halilit.bench.installation import environment, manage

NAMES = ("web", "search", "ask", "crawl", "ingest", "bare")
LIMIT = 7200  # seconds


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=NAMES)
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout instead of a table")
        parser.add_argument("--products", type=int, default=2000, help="generated products (web; default 2000)")
        parser.add_argument("--chunks", type=int, default=20_000, help="generated passages (search, ask, ingest, bare)")
        parser.add_argument("--seconds", type=float, default=15, help="for each measurement (default 15)")
        parser.add_argument("--streams", type=int, default=500, help="ask: streams open at once (default 500, 0: none)")
        parser.add_argument("--during-scrape", action="store_true", help="web: also while a scrape runs")
        parser.add_argument(
            "--root", default="", help="crawl, ingest: folder of a replayed site (default: the demo site)"
        )
        parser.add_argument("--here", action="store_true", help="work on this installation: it gets generated content")

    def handle(self, *args: Any, **options: Any) -> None:
        if min(options["products"], options["chunks"]) < 1 or not 0 < options["seconds"] <= 600:
            raise CommandError("--products and --chunks must be 1 or more, --seconds between 0 and 600.")
        if options["root"] and not Path(options["root"]).is_dir():
            raise CommandError(f"There is no folder {options['root']}.")
        report = measure(options) if options["here"] else measure_apart(options)
        self.stdout.write(json.dumps(report.as_dict(), indent=2) if options["json"] else table(report))


def measure(options: dict[str, Any]) -> Report:
    report: Report = import_module(f"halilit.bench.{options['name']}").run(options)
    return report


def measure_apart(options: dict[str, Any]) -> Report:
    """The same command again as a process whose data folder is new."""
    with tempfile.TemporaryDirectory(prefix="halilit-bench-") as folder:
        env = environment(Path(folder))
        for words in (["migrate", "--verbosity", "0"], ["collectstatic", "--no-input", "--verbosity", "0"]):
            run_process(manage(*words), env)
        words = ["bench", options["name"], "--json", "--here"]
        for option in ("products", "chunks", "seconds", "streams", "root"):
            words += [f"--{option}", str(options[option])]
        words += ["--during-scrape"] if options["during_scrape"] else []
        result = json.loads(run_process(manage(*words), env))
    return Report(result["benchmark"], result["facts"], result["rows"])


def run_process(words: list[str], env: dict[str, str]) -> str:
    """Its output. Messages go to the terminal as they come."""
    done = subprocess.run(
        words, cwd=settings.BASE_DIR, env=env, stdout=subprocess.PIPE, text=True, timeout=LIMIT, check=False
    )
    if done.returncode:
        sys.stdout.write(done.stdout)
        raise CommandError("The benchmark could not be finished: see above.")
    return done.stdout
