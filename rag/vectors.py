"""The vectors of passages in one file that is mapped into memory, searched exactly.

A row holds a passage's id and its vector, in the order of ids. A change writes a new file beside the old one and
renames it, so readers of any process see the one or the other. One process writes at a time.
"""

import fcntl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from .embedders import Vectors

Ids = NDArray[np.int64]


class Store:
    """Vectors of one model."""

    def __init__(self, model: str) -> None:
        self.folder = Path(settings.DATA_DIR) / "vectors"
        self.file = self.folder / f"{_plain(model)}.npy"

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
        beside = self.file.with_suffix(".new.npy")
        np.save(beside, rows)
        beside.replace(self.file)

    @contextmanager
    def writing(self) -> Iterator[bool]:
        """False where another process writes already."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.file.with_suffix(".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                yield False
                return
            yield True  # closing the file lets go


@lru_cache(maxsize=2)
def _mapped(file: Path, _changed: int, _inode: int) -> tuple[Ids, Vectors]:
    rows = np.load(file, mmap_mode="r")
    return np.ascontiguousarray(rows["id"]), rows["vector"]


def _plain(model: str) -> str:
    return "".join(sign if sign.isalnum() or sign in "-." else "-" for sign in model)


def similarities(ids: Ids, vectors: Vectors, question: Vectors) -> Vectors:
    """The cosine of each passage with the question, in the order of `ids`."""
    return vectors @ question if len(ids) else np.empty(0, np.float32)


def nearest(ids: Ids, found: Vectors, most: int) -> list[int]:
    """Ids of the passages that are most alike, best first."""
    if not len(ids):
        return []
    top = np.argpartition(-found, most - 1)[:most] if most < len(found) else np.arange(len(found))
    return [int(ids[at]) for at in top[np.argsort(-found[top])]]


def of(wanted: list[int], ids: Ids, found: Vectors) -> Mapping[int, float]:
    """What was found for each of the wanted ids that has a vector."""
    if not len(ids):
        return {}
    at = np.searchsorted(ids, wanted)
    return {
        pk: float(found[place]) for pk, place in zip(wanted, at, strict=True) if place < len(ids) and ids[place] == pk
    }
