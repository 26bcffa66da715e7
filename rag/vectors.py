"""Where the vectors of passages are kept and searched.

In the database where that is PostgreSQL with its extension pgvector (rag.vectors_postgres): all hosts share them. Else
in a file of the host that makes them (rag.vectors_file). Both search exactly, and find the same.
"""

import logging
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

import numpy as np
from django.db import connection

from . import vectors_postgres
from .embedders import Vectors
from .vectors_file import FileStore, Ids
from .vectors_postgres import TableStore

logger = logging.getLogger(__name__)


class Store(Protocol):
    """Vectors of one model. Likeness is the inner product, which of rows of length 1 is the cosine."""

    def where(self) -> str:
        """For people who look after the installation."""
        ...

    def count(self) -> int: ...

    def is_empty(self) -> bool: ...

    def pending(self) -> Ids:
        """Passages without a vector, ascending. Vectors of passages that are gone are dropped by then."""
        ...

    def add(self, ids: Ids, rows: Vectors) -> int:
        """Returns how many were taken: a passage that is being deleted needs none."""
        ...

    def nearest(self, asked: Vectors, most: int) -> dict[int, float]:
        """The passages that are most alike, best first, and how much they are."""
        ...

    def similar(self, asked: Vectors, wanted: Sequence[int]) -> dict[int, float]:
        """How much alike each of these passages is that has a vector."""
        ...

    def writing(self) -> AbstractContextManager[bool]:
        """False where another process writes already."""
        ...

    def clear(self) -> None: ...


def store(model: str) -> Store:
    """The one that is used."""
    if connection.vendor == "postgresql" and vectors_postgres.is_there(connection):
        return TableStore(model)
    return FileStore(model)


def prepared(model: str) -> Store:
    """The one to write to: a table is made where the database can have one."""
    if connection.vendor == "postgresql":
        vectors_postgres.create(connection)
    return store(model)


def advice() -> str:
    """What lets hosts share their vectors, where the database could and does not; empty where nothing is to be done."""
    if connection.vendor != "postgresql" or vectors_postgres.is_there(connection):
        return ""
    if vectors_postgres.version(connection):
        return (
            "To keep them in the database run manage.py embed, behind CREATE EXTENSION vector where its role may not."
        )
    return (
        "Each host searches the vectors that it made. Where the database's server has pgvector and manage.py embed ran "
        "there, all hosts share them."
    )


def take_over(into: Store, model: str) -> None:
    """What a file of this host holds already need not be computed again when the database begins to keep vectors."""
    if isinstance(into, FileStore) or not into.is_empty():
        return
    ids, rows = FileStore(model).read()
    wanted = np.isin(ids, into.pending(), assume_unique=True)
    if wanted.any():
        logger.info("%d vectors are taken over from %s", into.add(ids[wanted], rows[wanted]), FileStore(model).file)
