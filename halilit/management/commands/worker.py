"""Tells the scrape workers what to do, as the console and the API do: start, stop, status, scrape BRAND.

What is told stands in the database, so it holds for all workers and over restarts. The workers themselves are the
clusters (manage.py qcluster).
"""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog.services import UnknownBrand, find_brand
from ingestion import services
from ingestion.errors import RunRefused
from ingestion.models import Trigger
from ingestion.queries import worker_summary


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        todo = parser.add_subparsers(dest="todo", required=True)
        start = todo.add_parser("start", help="scrape one brand, or one after the other")
        start.add_argument("--mode", choices=["once", "continuous"], default="once")
        start.add_argument("--brand", default="", help="begin with this one (default: the one that is due)")
        start.add_argument("--delay", type=int, default=30, help="seconds between two brands (default 30)")
        start.add_argument(
            "--at-once", type=int, default=0, help="brands at the same time (default: as many as workers)"
        )
        stop = todo.add_parser("stop", help="start nothing more; what runs and waits comes to its end")
        stop.add_argument("--now", action="store_true", help="end what runs and waits too; what was read stays")
        status = todo.add_parser("status", help="mode, what runs, what waits, which clusters live")
        status.add_argument("--json", action="store_true")
        scrape = todo.add_parser("scrape", help="put one brand into the queue")
        scrape.add_argument("brand")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, options["todo"])(options)
        except (RunRefused, UnknownBrand) as refusal:
            raise CommandError(str(refusal)) from refusal

    def start(self, options: dict[str, Any]) -> None:
        brand = find_brand(options["brand"]) if options["brand"] else None
        run = services.set_worker(
            options["mode"], delay=options["delay"], at_once=options["at_once"], brand=brand, trigger=Trigger.COMMAND
        )
        self.stdout.write(f"The workers start with {run.brand}." if run else "Switched on. No brand is due yet.")

    def stop(self, options: dict[str, Any]) -> None:
        count = services.stop_worker(cancel=options["now"])
        told = f" {count} scrapes were cancelled." if options["now"] else " What runs and waits comes to its end."
        self.stdout.write(f"Nothing more starts by itself.{told}")

    def status(self, options: dict[str, Any]) -> None:
        told = worker_summary()
        if options["json"]:
            self.stdout.write(json.dumps(told, indent=2, default=str))
            return
        self.stdout.write(f"mode      {told['mode']}, {told['delay']} s between two brands")
        for name in ("running", "queued", "on_hold"):
            self.stdout.write(f"{name.replace('_', ' '):<9} {', '.join(told[name]) or 'none'}")
        alive = [f"process {each['pid']} on {each['host']}, {each['workers']} workers" for each in told["clusters"]]
        self.stdout.write(f"clusters  {'; '.join(alive) or 'none: start them with manage.py qcluster'}")

    def scrape(self, options: dict[str, Any]) -> None:
        run = services.start_run(find_brand(options["brand"]), trigger=Trigger.COMMAND)
        self.stdout.write(f"{run.brand} waits for a worker (run {run.pk}).")
