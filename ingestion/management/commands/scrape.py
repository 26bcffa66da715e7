"""`manage.py scrape`: visit a brand's site, pause, resume or cancel that, or say what the workers do by themselves."""

import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog.models import Brand
from catalog.services import UnknownBrand, find_brand, get_or_create_brand
from ingestion import control, queries, services
from ingestion.addresses import normalise_url
from ingestion.errors import RunRefused
from ingestion.interrupts import interrupts
from ingestion.models import IngestionRun, Priority, RunState
from ingestion.priorities import hold_priority
from ingestion.work import work_slice


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
        control = parser.add_mutually_exclusive_group()
        control.add_argument("--pause", action="store_true", help="stop the brand's run so that it can go on later")
        control.add_argument("--resume", action="store_true", help="let it go on; with --inline in this process")
        control.add_argument("--cancel", action="store_true", help="end it; what was read stays")
        parser.add_argument("--priority", choices=["urgent", "normal", "low"], help="default: that of the brand's plan")
        parser.add_argument("--at-once", type=int, default=0, help="brands at the same time (with --continuous)")
        parser.add_argument("--delay", type=int, default=30, help="seconds between two brands (with --continuous)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["continuous"] or options["once"]:
                self.by_itself(options)
            elif options["pause"] or options["resume"] or options["cancel"]:
                self.control(options)
            else:
                self.one_brand(options)
        except (RunRefused, UnknownBrand) as refusal:
            raise CommandError(str(refusal)) from refusal

    def by_itself(self, options: dict[str, Any]) -> None:
        mode = "continuous" if options["continuous"] else "once"
        brand = find_brand(options["brand"]) if options["brand"] else None
        run = services.set_worker(
            mode, delay=options["delay"], at_once=options["at_once"], brand=brand, trigger="command"
        )
        queued = f"{run.brand} is queued." if run else "No brand is due now."
        self.stdout.write(f"{queued} A running `manage.py qcluster` (Q_CLUSTER_NAME=scrape) does the work.")

    def control(self, options: dict[str, Any]) -> None:
        if not options["brand"]:
            raise CommandError("Name the brand whose scrape is meant.")
        brand = find_brand(options["brand"])
        run = queries.active_runs().filter(brand=brand).first()
        if run is None:
            raise CommandError(f"{brand} is not being scraped. Start with: manage.py scrape {brand.slug}")
        if options["resume"] and options["inline"]:
            if not services.resume_run(run, enqueue=False):
                raise CommandError(f"The scrape of {brand} is not paused, but {run.get_state_display()}.")
            self.work(run)
            return
        act = services.pause_run if options["pause"] else services.cancel_run
        act = services.resume_run if options["resume"] else act
        done = act(run)
        told = f"The scrape of {brand} is {run.get_state_display()}."
        if not done:
            raise CommandError(f"Nothing was changed. {told}")
        self.stdout.write(told)

    def one_brand(self, options: dict[str, Any]) -> None:
        if not options["brand"]:
            raise CommandError("Name a brand, or use --once or --continuous.")
        inline = options["inline"]
        brand = self.brand(options)
        if inline and (interrupted := self.interrupted(brand, options)):
            self.work(interrupted)
            return
        run = services.start_run(
            brand,
            start_url=options["url"],
            force=options["force"],
            max_pages=options["max_pages"],
            rate=options["rate"],
            priority=Priority[options["priority"].upper()] if options["priority"] else None,
            enqueue=not inline,
        )
        if inline:
            self.work(run)
        else:
            self.stdout.write(f"Run {run.pk} of {run.brand} is queued.")

    def interrupted(self, brand: Brand, options: dict[str, Any]) -> IngestionRun | None:
        """A run that was broken off and asks for the same, to go on with; one that asks for something else is ended."""
        run = control.take_up(brand)
        if run is None:
            return None
        start = services.usable_address(brand, options["url"])
        if start != run.start_url or options["force"] > run.force:
            services.cancel_run(run)
            return None
        run.max_pages = options["max_pages"] or run.max_pages
        run.requests_per_second = run.requests_per_second if options["rate"] is None else options["rate"]
        run.save(update_fields=["max_pages", "requests_per_second"])
        self.stderr.write(f"Run {run.pk} of {brand} was broken off; it goes on.")
        return run

    def brand(self, options: dict[str, Any]) -> Brand:
        if not options["url"]:
            return find_brand(options["brand"])
        if normalise_url(options["url"]) is None:
            raise RunRefused(f"{options['url']} is no web address. It must begin with https:// or http://.")
        return get_or_create_brand(options["brand"], website=options["url"])

    def work(self, run: IngestionRun) -> None:
        began = time.monotonic()
        hold_priority()
        with interrupts() as told:
            while not told.asked and work_slice(run.pk, seconds=None, watch=self.watch, interrupts=told):
                continue
            paused = bool(told.asked) and services.pause_run(run)
        if sys.stderr.isatty():
            self.stderr.write("")
        if paused:
            raise CommandError(
                "Interrupted. What was read is kept, and the run is paused. The same command goes on with it, as "
                f"manage.py scrape {run.brand.slug} --resume does in the queue's workers."
            )
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
