"""Scrapes in this process."""

from typing import Any

from catalog.models import Brand
from ingestion import services
from ingestion.models import FrontierUrl, IngestionRun
from ingestion.work import work_slice


def to_its_end(run: IngestionRun) -> IngestionRun:
    """The run, slice after slice until it is over."""
    while work_slice(run.pk, seconds=None):
        continue
    run.refresh_from_db()
    return run


def scrape(brand: Brand, **options: Any) -> IngestionRun:
    return to_its_end(services.start_run(brand, enqueue=False, **{"rate": 0, **options}))


def states() -> dict[str, tuple[str, str]]:
    """What became of each address, by its path, and why."""
    return {row.url.split("/", 3)[3]: (row.state, row.reason) for row in FrontierUrl.objects.all()}


def fates() -> dict[str, str]:
    """What became of each address, by its path; of one that was skipped, for which reason."""
    return {
        "/" + row.url.split("/", 3)[3]: row.code if row.state == "skipped" else row.state
        for row in FrontierUrl.objects.all()
    }
