"""All benchmarks as one page: the machine, the versions, and a table for each, its rounds put together."""

import os
import platform
import sqlite3
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

Result = dict[str, Any]
PACKAGES = ("django", "django-q2", "playwright", "selectolax", "pypdfium2", "uvicorn", "httpx")
HEAD = """# Benchmarks

Written by `make bench`; do not edit. Each row comes from real processes in an installation of its own. `p50` is the
median; `p99` and `max` show the spread. What was run several times shows the median of its rounds, with the least and
the most in brackets. How far it is to the limit stands beside it: bare Playwright (`crawl`), plain SQLite FTS5, and the
product page rendered by Django alone (`bare`).
"""
ABOUT = {
    "bare": "the least that it could cost: Django without our middleware, FTS5 without our ranking",
    "web": "pages through uvicorn, idle and while three brands are scraped at a lower priority",
    "load": "visitors by locust (70 % pages, 25 % searches, 5 % questions; 3 to 8 s between two) during scrapes",
    "search": "search and retrieval, in process and through uvicorn",
    "ask": "answers, in process and through the API, with many streams open",
    "crawl": "a scrape of the demo site, again unchanged, by force, and in the browser beside Playwright alone",
    "ingest": "extraction, PDFs, cutting and indexing, each alone",
}


def machine() -> Result:
    info = Path("/proc/cpuinfo")
    names = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": f"{len(os.sched_getaffinity(0))} cores of {names[0] if names else platform.machine()}",
        "memory": f"{memory / 2**30:.1f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "load before": f"{os.getloadavg()[2]:.1f} (15 minutes)",
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        **{name: version(name) for name in PACKAGES},
    }


def markdown(rounds: dict[str, list[Result]]) -> str:
    newest = max((results[-1] for results in rounds.values()), key=lambda result: result["at"])
    parts = [HEAD, *(f"- {name}: {value}" for name, value in newest["machine"].items())]
    for name, results in rounds.items():
        facts = ", ".join(f"{fact}: {value}" for fact, value in results[-1]["facts"].items())
        times = f"{len(results)} round{'s' if len(results) > 1 else ''}, {results[-1]['at']}, {results[-1]['took']} s"
        parts += [f"\n## {name}\n", f"{ABOUT[name].capitalize()} ({facts}; {times}).\n", *table(merged(results))]
    return "\n".join(parts) + "\n"


def merged(results: list[Result]) -> list[Result]:
    """The rows of the newest round, and those that only earlier ones came to; each number that differs between rounds
    as their median, least and most."""
    by_name = [{row["what"]: row for row in result["rows"]} for result in results]
    whole = {name: row for rows in by_name for name, row in rows.items() if "why" not in row}
    return [
        {column: spread([rows[name].get(column) for rows in by_name if name in rows]) for column in row}
        for name, row in (by_name[-1] | whole).items()
    ]


def spread(values: list[Any]) -> Any:
    numbers = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
    if len(numbers) < 2 or len(set(numbers)) == 1:
        return values[-1]
    return f"{median(numbers):g} ({min(numbers):g}–{max(numbers):g})"


def table(rows: list[Result]) -> list[str]:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    head = f"| {' | '.join(columns)} |"
    rule = f"|{'---|' * len(columns)}"
    return [head, rule, *(f"| {' | '.join(str(row.get(name, '')) for name in columns)} |" for row in rows)]
