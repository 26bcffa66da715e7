"""What a backup holds: each file with its size and hash, each table with its rows. It is written last of all."""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path

NAME = "manifest.json"
DATABASE = "db.sqlite3"
DUMP = "database.dump"  # in its place where the database is PostgreSQL
FORMAT = 1
PIECE = 1 << 20


class BackupProblem(Exception):
    """A backup that cannot be made or trusted; the text says why, and what to do."""


@dataclass
class Manifest:
    """`files` by path within the backup: bytes and SHA-256. `rows` by table."""

    made_at: str
    files: dict[str, tuple[int, str]] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    format: int = FORMAT

    def write(self, folder: Path) -> None:
        (folder / NAME).write_text(json.dumps(asdict(self), indent=1, sort_keys=True), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        try:
            found = cls(**json.loads((folder / NAME).read_text("utf-8")))
        except FileNotFoundError as problem:
            raise BackupProblem(f"{folder} is no backup, or one that was not finished: it has no {NAME}.") from problem
        except (ValueError, TypeError) as problem:
            raise BackupProblem(f"{folder / NAME} cannot be read: {problem}. Take another backup.") from problem
        if found.format != FORMAT or not all(is_within(name) for name in found.files):
            raise BackupProblem(f"{folder / NAME} is of another format, or names files outside of its folder.")
        return found


def is_within(name: str) -> bool:
    path = Path(name)
    return not path.is_absolute() and ".." not in path.parts


def hash_of(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return path.stat().st_size, digest


def rows_of(database: Path) -> dict[str, int]:
    """How many rows each table has; those of the full-text index stand for their own."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in sorted(names)}  # noqa: S608 names of our own tables


def problems(folder: Path) -> Iterator[str]:
    """What differs from the manifest: missing, changed and additional files, damage and rows of the database."""
    manifest = Manifest.read(folder)
    for name, (size, digest) in manifest.files.items():
        path = folder / name
        if not path.is_file():
            yield f"{name} is missing."
        elif hash_of(path) != (size, digest):
            yield f"{name} is not what was backed up."
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    for name in sorted(there - set(manifest.files) - {NAME}):
        yield f"{name} does not belong to the backup."
    if not {DATABASE, DUMP} & set(manifest.files):
        yield "It holds no database."
    elif (folder / DATABASE).is_file():
        yield from of_database(folder / DATABASE, manifest)


def of_database(database: Path, manifest: Manifest) -> Iterator[str]:
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro&immutable=1", uri=True)) as connection:
            state = connection.execute("PRAGMA integrity_check").fetchone()[0]
        if state != "ok":
            yield f"The database is damaged: {state}."
        elif rows_of(database) != manifest.rows:
            yield "The database has other rows than the manifest says."
    except sqlite3.DatabaseError as problem:
        yield f"The database cannot be read: {problem}."
