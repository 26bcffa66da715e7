"""Many visitors while brands are scraped: no error, and pages stay quick.

    python -m tests.load [--visitors 200] [--seconds 600] [--scrapes 3] [--products 2000] [--processes 4]

A filled site of its own, served by a real uvicorn; scrapes of the demo site at a lower priority, again and again;
locust for the visitors (locustfile.py). The bars: 0 errors, pages' 99th percentile 150 ms. Exit status 1 where one is
not met. The figures are kept beside those of the benchmarks: the next `make bench` puts them into its report.
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
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

BAR = 150  # milliseconds, of pages
WARM_UP = 20  # seconds in which the visitors arrive; not counted


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visitors", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--scrapes", type=int, default=3, help="brands scraped at once")
    parser.add_argument("--products", type=int, default=2000)
    parser.add_argument(
        "--processes", type=int, default=2 * (os.cpu_count() or 1), help="of the web; default: two a core"
    )
    options = parser.parse_args()
    kept = Path(os.environ.get("HALILIT_DATA_DIR") or "data").absolute() / "benchmarks"
    with tempfile.TemporaryDirectory(prefix="load-") as folder:
        prepare(Path(folder))
        return measured(Path(folder), options, kept)


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
    del own["HALILIT_PAGES_KEPT_SECONDS"]
    os.environ.update(own)
    for words in (["migrate", "--verbosity", "0"], ["collectstatic", "--no-input", "--verbosity", "0"]):
        subprocess.run(manage(*words), check=True, env=own)


def measured(folder: Path, options: argparse.Namespace, kept: Path) -> int:
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
        facts = vars(options) | {"scrapes completed": ended.count(0), "scrapes failed": failed}
        facts["database is locked"] = locked()
        say(", ".join(f"{name}: {value}" for name, value in facts.items()))
    stated = csv.DictReader((folder / "load_stats.csv").open(encoding="utf-8"))
    rows = [row_of(row) for row in stated if int(row["Request Count"])]
    keep(kept, facts, rows)
    return judge(rows, failed)


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


def row_of(stated: dict[str, str]) -> dict[str, Any]:
    figures = {
        f"{name} ms": float(stated[column]) for name, column in (("p50", "50%"), ("p99", "99%"), ("max", "100%"))
    }
    return {"what": stated["Name"], "n": int(stated["Request Count"]), "errors": int(stated["Failure Count"])} | figures


def keep(folder: Path, facts: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    from halilit.bench.report import machine

    folder.mkdir(parents=True, exist_ok=True)
    about = {"at": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC", "took": facts["seconds"], "machine": machine()}
    file = folder / f"load-{time.time_ns()}.json"
    file.write_text(json.dumps({"benchmark": "load", "facts": facts, "rows": rows} | about), encoding="utf-8")


def judge(rows: list[dict[str, Any]], failed: int) -> int:
    for row in rows:
        say(", ".join(f"{name}: {value}" for name, value in row.items()))
    by_name = {row["what"]: row for row in rows}
    if "page" not in by_name:
        raise SystemExit("No page was asked for: give it more --seconds or --visitors.")
    errors, page = by_name["Aggregated"]["errors"], by_name["page"]["p99 ms"]
    met = not errors and not failed and page <= BAR
    say(f"errors: {errors} (bar 0); pages' 99th percentile: {page:.0f} ms (bar {BAR}): {'met' if met else 'NOT met'}")
    return 0 if met else 1


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
