"""Copies stored files from a folder into the bucket that HALILIT_S3_BUCKET names; the folder stays as it is."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", default="", help="default: files in the data folder")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(options["folder"] or settings.MEDIA_ROOT).expanduser().resolve()
        if not settings.S3_BUCKET:
            raise CommandError("HALILIT_S3_BUCKET names no bucket to copy to. docs/scaling.md says what it needs.")
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}.")
        try:
            copied, there = copy_all(folder)
        except OSError as problem:
            raise CommandError(f"{problem} What was copied stays; call the command again to go on.") from problem
        self.stdout.write(f"{copied} files were copied to {settings.S3_BUCKET}, {there} were there already.")


def copy_all(folder: Path) -> tuple[int, int]:
    """How many were copied, and how many were there already in the same size. Raises OSError."""
    copied = there = 0
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name, size = path.relative_to(folder).as_posix(), path.stat().st_size
        if default_storage.exists(name):
            if default_storage.size(name) == size:
                there += 1
                continue
            default_storage.delete(name)
        with path.open("rb") as file:
            kept = default_storage.save(name, File(file))
        if kept != name or default_storage.size(name) != size:
            raise OSError(f"{name} did not arrive as it was sent.")
        copied += 1
    return copied, there
