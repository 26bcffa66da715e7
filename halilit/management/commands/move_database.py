"""Moves an installation onto another database."""

from pathlib import Path
from typing import Any

import dj_database_url
from django.core.management.base import BaseCommand, CommandError, CommandParser

from halilit.keeping.moving import CannotMove, Moved, move


class Command(BaseCommand):
    help = (
        "Takes all rows over from another database into this installation's, which must be migrated and empty, and "
        "counts them on both sides: so SQLite's grows onto PostgreSQL. Stop the web and the workers before."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "source", metavar="URL", help="the old database, e.g. sqlite:////var/lib/halilit/db.sqlite3"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        moved = self._move(options["source"])
        self.stdout.write(
            f"{sum(one.here for one in moved)} rows of {len(moved)} tables, the same number on both sides."
        )

    def _move(self, url: str) -> list[Moved]:
        try:
            source = _settings(url)
            return move(source, say=self._say)
        except (CannotMove, ValueError) as problem:
            raise CommandError(str(problem)) from problem

    def _say(self, moved: Moved) -> None:
        mended = f" ({moved.mended} texts without their NUL characters)" if moved.mended else ""
        self.stdout.write(f"{moved.table}: {moved.here}{mended}")


def _settings(url: str) -> dict[str, Any]:
    """Django's settings of the database that a URL names; of SQLite only a file that exists."""
    settings: dict[str, Any] = {"OPTIONS": {}, **dj_database_url.parse(url)}
    if settings["ENGINE"].endswith("sqlite3") and not Path(settings["NAME"]).is_file():
        raise CannotMove(f"There is no file {settings['NAME']}. Give sqlite:/// and the whole path of the database.")
    return settings
