"""A backup put back: looked over whole first, put beside what is there, and only then in its place."""

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from halilit.ops import processes

from . import postgresql
from .manifest import DATABASE, DUMP, BackupProblem, Manifest, problems


def verified(folder: Path) -> Manifest:
    """Raises BackupProblem with what is wrong."""
    manifest = Manifest.read(folder)
    if wrong := list(problems(folder)):
        more = f" and {len(wrong) - 3} more" if len(wrong) > 3 else ""
        raise BackupProblem(f"The backup {folder} cannot be trusted: {' '.join(wrong[:3])}{more} Nothing was changed.")
    return manifest


def restore(folder: Path, *, overwrite: bool) -> Path | None:
    """Put it in place; returns where what was there before is kept. Raises BackupProblem; then nothing was changed."""
    manifest = verified(folder)
    check_kind(manifest)
    kinds = (processes.WEB, processes.CLUSTER)
    if running := [each.pid for each in processes.processes() if each.kind in kinds]:
        told = ", ".join(map(str, running))
        raise BackupProblem(f"Web or clusters are running (processes {told}). Stop them first.")
    if is_used() and not overwrite:
        raise BackupProblem(
            f"{settings.DATA_DIR} holds an installation. With --overwrite it is set aside "
            "and the backup takes its place."
        )
    beside = Path(settings.DATA_DIR) / f"restoring-{os.getpid()}"
    try:
        for name in manifest.files:
            target = beside / name
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.copy2(folder / name, target)
        if DUMP in manifest.files:
            postgresql.restore(beside / DUMP, manifest.rows)
        return exchange(beside)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def check_kind(manifest: Manifest) -> None:
    """The database must be of the backup's kind; a server's must be empty, as nothing there can be set aside."""
    if (connection.vendor == "sqlite") != (DATABASE in manifest.files):
        kinds = "SQLite's" if DATABASE in manifest.files else "PostgreSQL's"
        raise BackupProblem(
            f"The backup holds {kinds} database, and DATABASE_URL names another one's. See move_database."
        )
    if DUMP in manifest.files and postgresql.has_tables():
        raise BackupProblem(
            "The database has tables. Make an empty one, name it in DATABASE_URL, and restore into that."
        )


def is_used() -> bool:
    """A brand is the least that an installation has; an empty database is nobody's loss."""
    if connection.vendor != "sqlite":
        return any(path.is_file() for path in Path(settings.MEDIA_ROOT).rglob("*"))
    file = Path(settings.DATABASES["default"]["NAME"])
    if not file.exists() or not file.stat().st_size:
        return any(path.is_file() for path in Path(settings.MEDIA_ROOT).rglob("*"))
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as there:
            return bool(there.execute("SELECT count(*) FROM catalog_brand").fetchone()[0])
    except sqlite3.DatabaseError:
        return True  # whatever it is, it is not for us to lose


def exchange(beside: Path) -> Path | None:
    """By renaming alone, which takes a moment and, where something is on another disk, is taken back as a whole."""
    connection.close()
    data = Path(settings.DATA_DIR)
    aside = data / f"before-restore-{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}"
    places = {Path(settings.MEDIA_ROOT): beside / "files", data / "vectors": beside / "vectors"}
    places |= {data / path.name: path for path in beside.iterdir() if path.suffix == ".txt"}
    gone = list(places)
    if connection.vendor == "sqlite":
        database = Path(settings.DATABASES["default"]["NAME"])
        places[database] = beside / DATABASE
        gone += [database, *(database.with_name(database.name + end) for end in ("-wal", "-shm"))]
    wanted = [(place, aside / place.name) for place in gone if place.exists()]
    if wanted:
        aside.mkdir(mode=0o700)
    try:
        rename([*wanted, *((new, place) for place, new in places.items() if new.exists())])
    except BackupProblem:
        with suppress(OSError):
            aside.rmdir()
        raise
    return aside if wanted else None


def rename(wanted: list[tuple[Path, Path]]) -> None:
    """All or nothing. Raises BackupProblem."""
    done: list[tuple[Path, Path]] = []
    try:
        for old, new in wanted:
            old.rename(new)
            done.append((old, new))
    except OSError as problem:
        for before, after in reversed(done):
            after.rename(before)
        raise BackupProblem(
            f"{old} cannot be moved to {new}: {problem.strerror}. Database and files must be on one disk, and "
            "whoever runs this must own them. Nothing was changed."
        ) from problem
