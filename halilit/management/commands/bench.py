"""Measures one part in an installation of its own, which is deleted afterwards; `bare`: beside the least possible."""

import json
import subprocess
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from halilit.bench.figures import SO_FAR, Report, table
from halilit.bench.installation import database, environment, manage, process

NAMES = ("web", "search", "ask", "crawl", "ingest", "bare", "growth")
LIMIT = 7200  # seconds


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=NAMES)
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout instead of a table")
        parser.add_argument("--products", type=int, default=2000, help="generated products (web; default 2000)")
        parser.add_argument("--chunks", type=int, default=20_000, help="generated passages (search, ask, ingest, bare)")
        parser.add_argument("--documents", type=int, default=1600, help="growth: generated documents (default 1600)")
        parser.add_argument("--database", default="", help="URL of a PostgreSQL server: a database of its own there")
        parser.add_argument("--seconds", type=float, default=15, help="for each measurement (default 15)")
        parser.add_argument("--streams", type=int, default=500, help="ask: streams open at once (default 500, 0: none)")
        parser.add_argument("--during-scrape", action="store_true", help="web: also while a scrape runs")
        parser.add_argument(
            "--root", default="", help="crawl, ingest: folder of a replayed site (default: the demo site)"
        )
        parser.add_argument("--limit", type=float, default=LIMIT, help="seconds after which it is broken off")
        parser.add_argument("--here", action="store_true", help="work on this installation: it gets generated content")

    def handle(self, *args: Any, **options: Any) -> None:
        if min(options["products"], options["chunks"], options["documents"]) < 1 or not 0 < options["seconds"] <= 600:
            raise CommandError("--products, --chunks and --documents must be 1 or more, --seconds between 0 and 600.")
        if options["root"] and not Path(options["root"]).is_dir():
            raise CommandError(f"There is no folder {options['root']}.")
        report = measure(options) if options["here"] else measure_apart(options)
        self.stdout.write(json.dumps(report.as_dict(), indent=2) if options["json"] else table(report))


def measure(options: dict[str, Any]) -> Report:
    report: Report = import_module(f"halilit.bench.{options['name']}").run(options)
    report.keep()
    return report


def measure_apart(options: dict[str, Any]) -> Report:
    """The same command again as a process whose data folder is new. Where it does not come to its end, the report holds
    what it had measured until then."""
    with tempfile.TemporaryDirectory(prefix="halilit-bench-") as folder, database(options["database"]) as url:
        so_far = Path(folder) / "report.json"
        env = environment(Path(folder), url) | {SO_FAR: str(so_far)}
        for words in (["migrate", "--verbosity", "0"], ["collectstatic", "--no-input", "--verbosity", "0"]):
            if problem := run_process(manage(*words), env):
                raise CommandError(f"The benchmark's installation could not be made: {problem}.")
        words = ["bench", options["name"], "--json", "--here"]
        for option in ("products", "chunks", "documents", "seconds", "streams", "root"):
            words += [f"--{option}", str(options[option])]
        words += ["--during-scrape"] if options["during_scrape"] else []
        problem = run_process(manage(*words), env, options["limit"])
        if not so_far.exists():
            raise CommandError(f"The benchmark could not be finished: {problem or 'nothing was measured'}.")
        result = json.loads(so_far.read_text(encoding="utf-8"))
    if problem:
        result["rows"].append({"what": "broken off", "why": problem})
    return Report(result["benchmark"], result["facts"], result["rows"], file=None)


def run_process(words: list[str], env: dict[str, str], limit: float = LIMIT) -> str:
    """Why it failed; "" if it did not. What it says goes to the terminal as it comes. It ends with all that it
    started."""
    with process(*words, log=None, env=env) as started:
        try:
            code = started.wait(limit)
        except subprocess.TimeoutExpired:
            return f"it took more than {limit:.0f} s"
    return f"it ended with {code}, see above" if code else ""
