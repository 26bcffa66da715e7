"""One scrape in one process, extraction and storing included: of the demo site, or of a replayed site."""

import contextlib
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from catalog.models import Document, Product
from ingestion.chromium import find_chromium
from ingestion.models import FrontierUrl, IngestionRun, UrlKind, UrlState

from . import rendered
from .figures import Report, Row, rate
from .installation import demo_site, scrape, served


def replayed(root: Path) -> contextlib.AbstractContextManager[dict[str, str]]:
    """A folder of a replayed site, served by the replay_server.py in it or above it. Raises CommandError."""
    server = next((p / "replay_server.py" for p in (root, *root.parents) if (p / "replay_server.py").exists()), None)
    if server is None or not (root / "site").is_dir():
        raise CommandError(
            f"{root} is no replayed site: it needs a folder site/, and replay_server.py in it or above it."
        )
    words = (sys.executable, str(server), "--root", str(root), "--mode", "port", "--port", "0")
    return served(*words, log=settings.DATA_DIR / "site.log")


def row(what: str, run: IngestionRun) -> Row:
    """All URLs over the whole run, which waits for those that are tried again; and its pages.

    The pages' figure is what was stored or found unchanged until nine tenths of them were, start of the run included:
    the last ones are those that the site held up.
    """
    assert run.started_at and run.finished_at
    fetched = FrontierUrl.objects.filter(run=run, visited_at__gte=run.started_at, http_status__isnull=False)
    pages = fetched.filter(kind=UrlKind.PAGE, state__in=[UrlState.STORED, UrlState.UNCHANGED])
    times = sorted((at - run.started_at).total_seconds() for at in pages.values_list("visited_at", flat=True) if at)
    most = len(times) * 9 // 10
    counted = run.counters
    return rate(what, fetched.count(), (run.finished_at - run.started_at).total_seconds()) | {
        "pages": len(times),
        "pages a second": round(most / times[most - 1], 1),
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
            report.add(row(what, IngestionRun.objects.latest("pk")))
        if find_chromium(settings.CHROMIUM):
            report.take(rendered.rows, name, url)
    report.facts |= {"products": Product.objects.count(), "documents": Document.objects.count()}
    return report
