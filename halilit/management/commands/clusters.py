"""The clusters that report themselves. Exit code 1 where fewer of this host do than expected, for its watchdog; 2 where
the database that hosts report themselves to does not answer, for no restart helps that."""

import socket
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError

from ingestion.queries import clusters


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--expect", type=int, default=0, help="how many this host should have")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            alive = clusters()
        except DatabaseError as problem:
            self.stderr.write(f"The database does not answer: {' '.join(str(problem).split())}.")
            sys.exit(2)
        for each in alive:
            self.stdout.write(f"process {each['pid']} on {each['host']}: {each['status']}")
        here = sum(each["host"] == socket.gethostname() for each in alive)
        if here < options["expect"]:
            self.stderr.write(f"{here} of {options['expect']} clusters report themselves.")
            sys.exit(1)
