"""Put a backup back. It is looked over first; what is there now is set aside, never deleted."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from halilit.keeping import restore
from halilit.keeping.manifest import BackupProblem


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", help="a backup, as manage.py backup made it")
        parser.add_argument("--overwrite", action="store_true", help="also where an installation is; it is set aside")
        parser.add_argument("--check", action="store_true", help="only look the backup over")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(options["folder"]).expanduser().resolve()
        try:
            if options["check"]:
                manifest = restore.verified(folder)
                self.stdout.write(f"The backup of {manifest.made_at} is whole: {len(manifest.files)} files.")
                return
            aside = restore.restore(folder, overwrite=options["overwrite"])
        except (BackupProblem, OSError) as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"Restored from {folder}." + (f" What was there is in {aside}." if aside else ""))
        self.stdout.write("Run manage.py migrate, then start web and clusters.")
