"""Compare the database with the stored files. Exit code 1 where they differ."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from halilit.keeping import checking

SHOWN = 20


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--hashes", action="store_true", help="read every document's file, too")
        parser.add_argument(
            "--repair", action="store_true", help="forget missing files so that they are fetched anew; delete orphans"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = checking.examine(hashes=options["hashes"])
        for what, rows in (("missing", found.missing), ("changed", found.changed)):
            self.show(what, [f"{row._meta.verbose_name} {row.pk}: {getattr(row, name).name}" for row, name in rows])
        self.show("named by nobody", found.orphans)
        if found.well:
            self.stdout.write(f"{found.files} files are as the database says.")
        elif options["repair"]:
            checking.repair(found)
            self.stdout.write("Repaired. The next scrapes fetch what was missing.")
        else:
            self.stdout.write("With --repair, missing files are fetched anew and those that nobody names are deleted.")
            sys.exit(1)

    def show(self, what: str, lines: list[str]) -> None:
        if lines:
            self.stdout.write(f"{len(lines)} {what}:")
            self.stdout.write("\n".join(f"  {line}" for line in lines[:SHOWN]))
