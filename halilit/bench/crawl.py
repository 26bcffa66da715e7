"""One scrape in one process, extraction and storing included: of the demo site, or of a replayed site."""

import contextlib
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from catalog.models import Document, Product
from ingestion.models import FrontierUrl, IngestionRun

from .figures import Report, Row, rate
from .installation import demo_site, manage, served

LIMIT = 1800  # seconds for one scrape


def replayed(root: Path) -> contextlib.AbstractContextManager[dict[str, str]]:
    """A folder of a replayed site, served by the replay_server.py in it or above it. Raises CommandError."""
    server = next((p / "replay_server.py" for p in (root, *root.parents) if (p / "replay_server.py").exists()), None)
    if server is None or not (root / "site").is_dir():
        raise CommandError(
            f"{root} is no replayed site: it needs a folder site/, and replay_server.py in it or above it."
        )
    words = (sys.executable, str(server), "--root", str(root), "--mode", "port", "--port", "0")
    return served(*words, log=settings.DATA_DIR / "site.log")


def scrape(brand: str, url: str, *more: str) -> None:
    words = manage("scrape", brand, "--url", url, "--inline", "--rate", "0", *more)
    done = subprocess.run(words, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=LIMIT, check=False)
    if done.returncode:
        raise CommandError(f"The scrape of {url} failed: {done.stderr.strip()[-500:]}")


def row(what: str, run: IngestionRun) -> Row:
    """Pages are what was fetched and read as HTML; the seconds are those of the run, without starting Python."""
    assert run.started_at and run.finished_at
    seconds = (run.finished_at - run.started_at).total_seconds()
    counted = run.counters
    fetched = FrontierUrl.objects.filter(run=run, visited_at__gte=run.started_at, http_status__isnull=False).count()
    return rate(what, fetched, seconds) | {
        "stored": counted.get("stored", 0),
        "unchanged": counted.get("unchanged", 0),
        "rendered": counted.get("rendered", 0),
        "failed": counted.get("failed", 0),
    }


def run(options: dict[str, Any]) -> Report:
    root = Path(options["root"]).resolve() if options["root"] else None
    report = Report("crawl", {"site": root.name if root else "demo site"})
    with replayed(root) if root else demo_site() as sites:
        name, url = next(iter(sites.items()))
        for what, more in (("first scrape", []), ("again, nothing changed", []), ("again, by force", ["--force"])):
            scrape(name, url, *more)
            report.rows.append(row(what, IngestionRun.objects.latest("pk")))
    report.facts |= {"products": Product.objects.count(), "documents": Document.objects.count()}
    return report
