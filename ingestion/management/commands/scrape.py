"""`manage.py scrape`: visit a brand's site, or say what the workers shall do by themselves."""

import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog.models import Brand
from catalog.services import UnknownBrand, find_brand, get_or_create_brand
from ingestion import services
from ingestion.addresses import normalise_url
from ingestion.errors import RunRefused
from ingestion.models import IngestionRun, RunState
from ingestion.pipeline import work_slice
from ingestion.progress import end_run


class Command(BaseCommand):
    help = "Scrape a brand's site: queue a run, or do it in this process with --inline."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("brand", nargs="?", help="name or slug of the brand")
        parser.add_argument("--url", default="", help="where to start; an unknown brand is created with it")
        parser.add_argument(
            "--inline", action="store_true", help="do it in this process; exit 0 only when it completed"
        )
        parser.add_argument("--force", action="store_true", help="read everything again, changed or not")
        parser.add_argument("--max-pages", type=int, help="stop after so many pages")
        parser.add_argument("--rate", type=float, help="requests a second for one host, 0 for no limit")
        parser.add_argument("--continuous", action="store_true", help="queue what is due, one brand after another")
        parser.add_argument("--once", action="store_true", help="queue the one brand that is due next")
        parser.add_argument("--delay", type=int, default=30, help="seconds between two brands (with --continuous)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["continuous"] or options["once"]:
                self.by_itself(options)
            else:
                self.one_brand(options)
        except (RunRefused, UnknownBrand) as refusal:
            raise CommandError(str(refusal)) from refusal

    def by_itself(self, options: dict[str, Any]) -> None:
        mode = "continuous" if options["continuous"] else "once"
        brand = find_brand(options["brand"]) if options["brand"] else None
        run = services.set_worker(mode, delay=options["delay"], brand=brand, trigger="command")
        queued = f"{run.brand} is queued." if run else "No brand is due now."
        self.stdout.write(f"{queued} A running `manage.py qcluster` (Q_CLUSTER_NAME=scrape) does the work.")

    def one_brand(self, options: dict[str, Any]) -> None:
        if not options["brand"]:
            raise CommandError("Name a brand, or use --once or --continuous.")
        inline = options["inline"]
        run = services.start_run(
            self.brand(options),
            start_url=options["url"],
            force=options["force"],
            max_pages=options["max_pages"],
            rate=options["rate"],
            enqueue=not inline,
        )
        if inline:
            self.work(run)
        else:
            self.stdout.write(f"Run {run.pk} of {run.brand} is queued.")

    def brand(self, options: dict[str, Any]) -> Brand:
        if not options["url"]:
            return find_brand(options["brand"])
        if normalise_url(options["url"]) is None:
            raise RunRefused(f"{options['url']} is no web address. It must begin with https:// or http://.")
        return get_or_create_brand(options["brand"], website=options["url"])

    def work(self, run: IngestionRun) -> None:
        began = time.monotonic()
        try:
            while work_slice(run.pk, seconds=None, watch=self.watch):
                continue
        except KeyboardInterrupt:
            end_run(run, RunState.CANCELLED)
            raise CommandError("Cancelled. What was read is kept; the next run goes on from it.") from None
        if sys.stderr.isatty():
            self.stderr.write("")
        run.refresh_from_db()
        self.stdout.write(summary(run, time.monotonic() - began))
        if run.state != RunState.COMPLETED:
            raise CommandError(run.last_error or f"The run ended as: {run.get_state_display()}.")

    def watch(self, counted: dict[str, int], current: str) -> None:
        if sys.stderr.isatty():
            line = f"{counted['processed']}/{counted['discovered']} {current}"
            sys.stderr.write(f"\r\x1b[K{line[:150]}")


def summary(run: IngestionRun, seconds: float) -> str:
    c = run.counters
    return (
        f"{run.brand}: {run.get_state_display()} in {seconds:.1f} s. {c.get('discovered', 0)} URLs found: "
        f"{c.get('stored', 0)} stored, {c.get('unchanged', 0)} unchanged, {c.get('duplicate', 0)} duplicates, "
        f"{c.get('skipped', 0)} skipped, {c.get('failed', 0)} failed, {c.get('rendered', 0)} read in the browser; "
        f"{c.get('documents', 0)} documents in the catalogue."
    )
