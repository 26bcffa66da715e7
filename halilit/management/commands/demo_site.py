"""Serves the website of an invented brand on loopback, for trying and testing scrapes."""

import json
import signal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from halilit.demo.server import DemoServer, open_server


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8099, help="0 takes any free port (default 8099)")
        parser.add_argument("--ready-file", type=Path, help='gets {"lumenhall": base URL} when the site answers')
        parser.add_argument("--log", type=Path, help="gets one JSON line a request")
        parser.add_argument("--delay", type=float, default=0.0, help="seconds before every answer")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["delay"] < 0 or not 0 <= options["port"] <= 65535:
            raise CommandError("--delay must be 0 or more, --port between 0 and 65535.")
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            with open_server(options["port"], delay=options["delay"], log=options["log"]) as server:
                self.serve(server, options["ready_file"])
        except OSError as problem:
            raise CommandError(f"Cannot serve the demo site: {problem}. Choose another --port.") from problem
        except KeyboardInterrupt:
            self.stdout.write("The demo site has stopped.")

    def serve(self, server: DemoServer, ready_file: Path | None) -> None:
        ready = json.dumps({"lumenhall": server.base_url})
        self.stdout.write(ready)
        self.stdout.flush()
        if ready_file:
            fresh = ready_file.with_name(ready_file.name + ".tmp")
            fresh.write_text(ready + "\n")
            fresh.replace(ready_file)
        server.serve_forever()
