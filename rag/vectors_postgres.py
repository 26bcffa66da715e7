"""The vectors of passages in PostgreSQL, where its extension pgvector is: every host searches the same ones.

One table for all models, in a part of its own for each, so that a search reads one model's rows. They are searched
exactly: pgvector's indexes are quicker among millions, but now and then leave out what is nearest. A passage that is
deleted takes its vectors along.
"""

import hashlib
import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import numpy as np
from django.db import DatabaseError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from .embedders import Vectors
from .fts_postgres import trigger
from .models import Chunk
from .vectors_file import Ids

logger = logging.getLogger(__name__)
TABLE = "rag_chunk_vector"
BATCH = 500  # rows a statement
CREATING, WRITING = 7_265_002, 7_265_003  # advisory locks
TRIED_AGAIN = 600  # seconds after the server has refused
_refused: dict[str, float] = {}


def is_there(database: BaseDatabaseWrapper) -> bool:
    """Whether vectors are kept here. An extension that is dropped takes its column along, and leaves the table."""
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attname = 'vector' AND NOT attisdropped",
            [TABLE],
        )
        return cursor.fetchone() is not None


def version(database: BaseDatabaseWrapper) -> str:
    """Of the extension that the database has, or that its server could give it; empty where it has none."""
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(installed_version, default_version) FROM pg_available_extensions WHERE name = 'vector'"
        )
        row = cursor.fetchone()
    return row[0] if row else ""


def create(database: BaseDatabaseWrapper) -> None:
    """Creates extension, table and triggers where they are missing and the server has the extension and allows it."""
    name = str(database.settings_dict["NAME"])
    if is_there(database) or not version(database) or time.monotonic() < _refused.get(name, 0):
        return
    try:
        with transaction.atomic(using=database.alias), database.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CREATING])
            if not is_there(database):
                for statement in _statements():
                    cursor.execute(statement)
    except DatabaseError as problem:
        _refused[name] = time.monotonic() + TRIED_AGAIN
        logger.warning("Vectors stay in a file of this host, for the database cannot keep them: %s", problem)


def _statements() -> list[str]:
    content = Chunk._meta.db_table
    return [  # every part is a constant
        "CREATE EXTENSION IF NOT EXISTS vector",
        f"DROP TABLE IF EXISTS {TABLE}",
        f"CREATE TABLE {TABLE} (model text, chunk_id bigint, vector vector NOT NULL, PRIMARY KEY (chunk_id, model)) "
        "PARTITION BY LIST (model)",
        # Beside the id, however long: looked up elsewhere one by one, all rows take several times as long.
        f"ALTER TABLE {TABLE} ALTER vector SET STORAGE MAIN",
        *trigger(
            content,
            "vector",
            "delete",
            "OLD",
            f"DELETE FROM {TABLE} WHERE chunk_id IN (SELECT id FROM changed);",  # noqa: S608
        ),
        *trigger(content, "vector_all", "truncate", "", f"TRUNCATE {TABLE};"),
    ]


class TableStore:
    """Vectors of one model."""

    def __init__(self, model: str) -> None:
        self.model = model
        self.part = f"{TABLE}_{hashlib.sha256(model.encode()).hexdigest()[:12]}"

    def where(self) -> str:
        return f"in the database, for all hosts (pgvector {version(connection)})"

    def count(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {TABLE} WHERE model = %s", [self.model])  # noqa: S608
            return int(cursor.fetchone()[0])

    def is_empty(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM {TABLE} WHERE model = %s LIMIT 1", [self.model])  # noqa: S608
            return cursor.fetchone() is None

    def pending(self) -> Ids:
        statement = (  # every part is a constant
            f"SELECT c.id FROM {Chunk._meta.db_table} c LEFT JOIN {TABLE} v ON v.chunk_id = c.id AND v.model = %s "  # noqa: S608
            "WHERE v.chunk_id IS NULL ORDER BY c.id"
        )
        with connection.cursor() as cursor:
            cursor.execute(statement, [self.model])
            return np.fromiter((row[0] for row in cursor.fetchall()), np.int64)

    def add(self, ids: Ids, rows: Vectors) -> int:
        return sum(self._add(ids[at : at + BATCH], rows[at : at + BATCH]) for at in range(0, len(ids), BATCH))

    def _add(self, ids: Ids, rows: Vectors) -> int:
        """A passage is held while its vector is stored, so that whoever deletes it next deletes that too; nobody is
        waited for who deletes it already."""
        statement = (  # every part is a constant
            f"INSERT INTO {TABLE} (model, chunk_id, vector) SELECT %s, c.id, made.vector::vector "  # noqa: S608
            "FROM unnest(%s::bigint[], %s::text[]) made (id, vector) "
            f"JOIN {Chunk._meta.db_table} c ON c.id = made.id FOR KEY SHARE OF c SKIP LOCKED ON CONFLICT DO NOTHING"
        )
        with connection.cursor() as cursor:
            cursor.execute(statement, [self.model, ids.tolist(), [_text(row) for row in rows]])
            return int(cursor.rowcount)

    def nearest(self, asked: Vectors, most: int) -> dict[int, float]:
        statement = (  # ordered by the id as well, no index but an exact one can answer it
            f"SELECT chunk_id, -apart FROM (SELECT chunk_id, vector <#> %s::vector AS apart FROM {TABLE} "  # noqa: S608
            "WHERE model = %s ORDER BY apart, chunk_id LIMIT %s) found ORDER BY apart, chunk_id"
        )
        with connection.cursor() as cursor:
            cursor.execute(statement, [_text(asked), self.model, most])
            return dict(cursor.fetchall())

    def similar(self, asked: Vectors, wanted: Sequence[int]) -> dict[int, float]:
        statement = f"SELECT chunk_id, -(vector <#> %s::vector) FROM {TABLE} WHERE model = %s AND chunk_id = ANY(%s)"  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(statement, [_text(asked), self.model, list(wanted)])
            return dict(cursor.fetchall())

    def clear(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {self.part}")

    @contextmanager
    def writing(self) -> Iterator[bool]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [WRITING])
            mine = bool(cursor.fetchone()[0])
            if mine and not _is_table(cursor, self.part):
                cursor.execute(f"CREATE TABLE {self.part} PARTITION OF {TABLE} FOR VALUES IN (%s)", [self.model])
        try:
            yield mine
        finally:
            # A connection that is gone has let go of it.
            with suppress(DatabaseError), connection.cursor() as cursor:
                if mine:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [WRITING])


def _is_table(cursor: CursorWrapper, name: str) -> bool:
    cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [name])
    return bool(cursor.fetchone()[0])


def _text(row: Vectors) -> str:
    """As pgvector reads it; nine digits are all that a number of this kind has."""
    return "[" + ",".join(["%.9g"] * len(row)) % tuple(row.tolist()) + "]"
