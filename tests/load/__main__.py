"""Many visitors while brands are scraped: no error, and pages stay quick.

    python -m tests.load [--visitors 200] [--seconds 600] [--scrapes 3] [--products 2000] [--processes 2]

A filled site of its own, served by a real uvicorn; scrapes of the demo site at a lower priority, again and again;
locust for the visitors (locustfile.py). The bars: 0 errors, pages' 99th percentile 150 ms. Exit status 1 where one is
not met.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

BAR = 150  # milliseconds, of pages
WARM_UP = 20  # seconds in which the visitors arrive; not counted


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visitors", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--scrapes", type=int, default=3, help="brands scraped at once")
    parser.add_argument("--products", type=int, default=2000)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="of the web; default: one a core")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="load-") as folder:
        prepare(Path(folder))
        return measured(Path(folder), options)


def prepare(folder: Path) -> None:
    """The environment of a benchmark's installation, for this process and all that it starts."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "halilit.settings")
    os.environ["HALILIT_DATA_DIR"] = str(folder)
    os.environ.pop("DATABASE_URL", None)
    import django

    django.setup()
    from halilit.bench.installation import environment, manage

    own = environment(folder)
    # All visitors have one address here; what one may do in a minute is not what is measured.
    own |= {"HALILIT_SEARCH_A_MINUTE": "0", "HALILIT_API_A_MINUTE": "0"}
    os.environ.update(own)
    for words in (["migrate", "--verbosity", "0"], ["collectstatic", "--no-input", "--verbosity", "0"]):
        subprocess.run(manage(*words), check=True, env=own)


def measured(folder: Path, options: argparse.Namespace) -> int:
    from halilit.bench.installation import web
    from halilit.bench.web import locked, scraping

    shown = folder / "shown.json"
    shown.write_text(json.dumps(what_they_open(options.products)), encoding="utf-8")
    with ExitStack() as stack:
        base = stack.enter_context(web(WEB_CONCURRENCY=str(options.processes)))
        ended = stack.enter_context(scraping(options.scrapes)) if options.scrapes else []
        time.sleep(3)
        visit(base, shown, folder, options)
        failed = len(ended) - ended.count(0)
        say(f"scrapes: {ended.count(0)} completed, {failed} failed; database is locked: {locked()}")
    return judge(folder / "load_stats.csv", failed)


def what_they_open(products: int) -> dict[str, list[str]]:
    from halilit.bench.filling import fill
    from halilit.bench.search import queries
    from halilit.bench.web import addresses

    fill(count=products, pages=products * 2, pages_each=8)
    shown, asked = addresses(), queries()
    kinds = ("brand", "family", "product", "product", "product")
    pages = ["/", *(path for kind in kinds for path in shown[kind][:300])]
    return {"pages": pages, "words": asked, "questions": [text for text in asked if " " in text]}


def visit(base: str, shown: Path, folder: Path, options: argparse.Namespace) -> None:
    """Returns when the time is over; the figures stand in load_stats.csv."""
    words = [sys.executable, "-m", "locust", "-f", str(Path(__file__).with_name("locustfile.py")), "--headless"]
    words += ["--host", base, "--users", str(options.visitors), "--spawn-rate", str(options.visitors / WARM_UP)]
    words += [
        "--run-time",
        f"{options.seconds + WARM_UP}s",
        "--reset-stats",
        "--csv",
        str(folder / "load"),
        "--only-summary",
    ]
    done = subprocess.run(words, env=os.environ | {"HALILIT_LOAD_PATHS": str(shown)}, check=False, capture_output=True)
    if not (folder / "load_stats.csv").exists():
        raise SystemExit(f"locust could not be run:\n{done.stderr.decode()[-2000:]}")
    failures = (folder / "load_failures.csv").read_text("utf-8").splitlines()[1:]
    for line in failures[:20]:
        say(f"error: {line[:300]}")


def judge(stats: Path, failed: int) -> int:
    rows = {row["Name"]: row for row in csv.DictReader(stats.open(encoding="utf-8"))}
    for name, row in rows.items():
        figures = ", ".join(f"{column} {row[column]} ms" for column in ("50%", "95%", "99%", "100%"))
        say(f"{name:10} {row['Request Count']:>7} requests, {row['Failure Count']} errors, {figures}")
    errors = sum(int(row["Failure Count"]) for name, row in rows.items() if name != "Aggregated")
    page = float(rows["page"]["99%"])
    met = not errors and not failed and page <= BAR
    say(f"errors: {errors} (bar 0); pages' 99th percentile: {page:.0f} ms (bar {BAR}): {'met' if met else 'NOT met'}")
    return 0 if met else 1


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
