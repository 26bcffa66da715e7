"""A backup while everything runs: stored files, the database of one moment, files that came meanwhile, the manifest."""

import os
import shutil
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from halilit.ops.sizes import database_bytes

from . import postgresql
from .earlier import COMPLETE, Earlier
from .manifest import DATABASE, DUMP, BackupProblem, Manifest, hash_of, rows_of

# Beside database and stored files. What is not here is made anew: caches, collected static files, logs.
KEPT = ("secret-key.txt", "staff-password.txt")
FORSAKEN = 86_400  # seconds: no backup takes so long, so one that is still unfinished was killed
LEAST_SPARE = 100_000_000  # bytes that stay free on the disk that takes the backup


def make(parent: Path) -> Path:
    """A new folder in `parent`, for its owner alone. Under a name of its own until it is complete.

    Raises BackupProblem: no room, or no pg_dump; OSError: the disk fails.
    """
    moment = datetime.now(UTC)
    folder = parent / f"{moment:%Y-%m-%dT%H%M%SZ}"
    unfinished = folder.with_suffix(".part")
    unfinished.mkdir(mode=0o700, parents=True)
    try:
        earlier = Earlier(parent)
        room(unfinished, earlier)
        manifest = fill(unfinished, moment.isoformat(timespec="seconds"), earlier)
        manifest.write(unfinished)
        sync(unfinished)
        unfinished.rename(folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return folder


def room(folder: Path, earlier: Earlier) -> None:
    new = [path for path in stored() if path.exists() and not earlier.seems_to_have(name_of(path), path)]
    wanted = sum(path.stat().st_size for path in new) + database_bytes() + LEAST_SPARE
    if (free := shutil.disk_usage(folder).free) < wanted:
        raise BackupProblem(
            f"The backup needs {wanted // 1_000_000} MB, and {folder.parent} has {free // 1_000_000} MB left. "
            "Make room, or name a folder on another disk."
        )


def fill(folder: Path, moment: str, earlier: Earlier) -> Manifest:
    manifest = Manifest(moment)
    # Files first: whichever the database's snapshot names was there before it, or comes with the second round.
    copy_files(folder, manifest, earlier)
    if connection.vendor == "sqlite":
        database = folder / DATABASE
        snapshot(database)
        manifest.rows = rows_of(database)
    else:
        database = folder / DUMP
        manifest.rows = postgresql.dump(database)
    copy_files(folder, manifest, earlier)
    manifest.files[database.name] = hash_of(database)
    return manifest


def snapshot(target: Path) -> None:
    """One step, so one read transaction: under WAL it keeps no writer waiting, and no writer makes it begin again."""
    source = f"file:{settings.DATABASES['default']['NAME']}?mode=ro"
    with closing(sqlite3.connect(source, uri=True, timeout=60)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # all in one file
    target.chmod(0o600)


def stored() -> list[Path]:
    folders = [Path(settings.MEDIA_ROOT), Path(settings.DATA_DIR) / "vectors"]
    named = [Path(settings.DATA_DIR) / name for name in KEPT]
    return [path for root in folders for path in root.rglob("*") if path.is_file()] + named


def copy_files(folder: Path, manifest: Manifest, earlier: Earlier) -> None:
    """What is not in the backup yet. A file that goes away meanwhile was of no use to anybody."""
    for path in stored():
        name = name_of(path)
        if name in manifest.files or not path.is_file():
            continue
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            if not earlier.lend(name, path, target):
                shutil.copy2(path, target)
        except FileNotFoundError:
            continue
        manifest.files[name] = hash_of(target)


def name_of(path: Path) -> str:
    media = Path(settings.MEDIA_ROOT)
    if path.is_relative_to(media):
        return str(Path("files") / path.relative_to(media))
    return str(path.relative_to(settings.DATA_DIR))


def sync(folder: Path) -> None:
    """On the disk before it is called complete."""
    for path in [*folder.rglob("*"), folder]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def let_go(parent: Path, keep: int) -> list[Path]:
    """Remove all but the newest `keep` backups (0: none of them), and what one that was killed left behind."""
    found = sorted(path for path in parent.glob(COMPLETE) if path.is_dir())
    left = (path for path in parent.glob("*Z.part") if time.time() - path.stat().st_mtime > FORSAKEN)
    old = [*(found[:-keep] if keep else []), *left]
    for path in old:
        shutil.rmtree(path)
    return old
