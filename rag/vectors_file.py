"""The vectors of passages in one file that is mapped into memory, searched exactly.

A row holds a passage's id and its vector, in the order of ids. A change writes a new file beside the old one and
renames it, so readers of any process see the one or the other. One process writes at a time.
"""

import fcntl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import numpy as np
from django.conf import settings
from django.db import connection
from numpy.typing import NDArray

from .embedders import Vectors
from .models import Chunk

Ids = NDArray[np.int64]


class FileStore:
    """Vectors of one model."""

    def __init__(self, model: str) -> None:
        self.folder = Path(settings.DATA_DIR) / "vectors"
        self.file = self.folder / f"{_plain(model)}.npy"

    def where(self) -> str:
        return f"in a file of this host ({self.file})"

    def count(self) -> int:
        return len(self.read()[0])

    def is_empty(self) -> bool:
        return not self.count()

    def pending(self) -> Ids:
        ids, rows = self.read()
        there = present()
        kept = np.isin(ids, there, assume_unique=True)
        if not kept.all():
            self.write(ids[kept], rows[kept])
        return np.setdiff1d(there, ids, assume_unique=True)

    def add(self, ids: Ids, rows: Vectors) -> int:
        if len(ids):
            old_ids, old_rows = self.read()
            old = old_rows if len(old_ids) else np.empty((0, rows.shape[1]), np.float32)
            self.write(np.concatenate([old_ids, ids]), np.concatenate([old, rows]))
        return len(ids)

    def nearest(self, asked: Vectors, most: int) -> dict[int, float]:
        ids, rows = self.read()
        if not len(ids):
            return {}
        found = rows @ asked
        top = np.argpartition(-found, most - 1)[:most] if most < len(found) else np.arange(len(found))
        return {int(ids[at]): float(found[at]) for at in top[np.argsort(-found[top])]}

    def similar(self, asked: Vectors, wanted: Sequence[int]) -> dict[int, float]:
        ids, rows = self.read()
        if not len(ids):
            return {}
        at = np.searchsorted(ids, wanted)
        found = [(pk, place) for pk, place in zip(wanted, at, strict=True) if place < len(ids) and ids[place] == pk]
        cosines = rows[[place for _, place in found]] @ asked
        return {pk: float(cosine) for (pk, _), cosine in zip(found, cosines, strict=True)}

    def clear(self) -> None:
        self.file.unlink(missing_ok=True)

    @contextmanager
    def writing(self) -> Iterator[bool]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.file.with_suffix(".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                yield False
                return
            yield True  # closing the file lets go

    def read(self) -> tuple[Ids, Vectors]:
        """All ids, ascending, and their vectors."""
        try:
            state = self.file.stat()
        except FileNotFoundError:
            return np.empty(0, np.int64), np.empty((0, 0), np.float32)
        return _mapped(self.file, state.st_mtime_ns, state.st_ino)

    def write(self, ids: Ids, vectors: Vectors) -> None:
        rows = np.empty(len(ids), dtype=[("id", "<i8"), ("vector", "<f4", (vectors.shape[1],))])
        order = np.argsort(ids)
        rows["id"], rows["vector"] = ids[order], vectors[order]
        self.folder.mkdir(parents=True, exist_ok=True)
        beside = self.file.with_suffix(".new.npy")
        np.save(beside, rows)
        beside.replace(self.file)


def present() -> Ids:
    """The passages that there are, ascending."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {Chunk._meta.db_table} ORDER BY id")  # noqa: S608
        return np.fromiter((row[0] for row in cursor.fetchall()), np.int64)


@lru_cache(maxsize=2)
def _mapped(file: Path, _changed: int, _inode: int) -> tuple[Ids, Vectors]:
    rows = np.load(file, mmap_mode="r")
    return np.ascontiguousarray(rows["id"]), rows["vector"]


def _plain(model: str) -> str:
    return "".join(sign if sign.isalnum() or sign in "-." else "-" for sign in model)
