"""Back up database, stored files and the secret key while everything runs."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from halilit.keeping import backup, last
from halilit.keeping.manifest import BackupProblem, Manifest, problems


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", help="where backups are kept (default: backups/ of the data folder)")
        parser.add_argument("--keep", type=int, default=0, help="remove all but the newest N afterwards")

    def handle(self, *args: Any, **options: Any) -> None:
        parent = Path(options["folder"] or Path(settings.DATA_DIR) / "backups").expanduser().resolve()
        try:
            made = backup.make(parent)
        except (BackupProblem, OSError) as problem:
            raise CommandError(f"No backup was made: {problem}") from problem
        if wrong := list(problems(made)):
            raise CommandError(f"The backup {made} is not what was read: {wrong[0]} Look at the disk.")
        manifest = Manifest.read(made)
        last.note(made, manifest)
        size = sum(size for size, _ in manifest.files.values())
        self.stdout.write(
            f"{made}\n{len(manifest.files)} files, {sum(manifest.rows.values())} rows, {size / 1e6:.1f} MB"
        )
        for path in backup.let_go(parent, options["keep"]):
            self.stdout.write(f"Removed {path}")
