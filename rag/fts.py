"""The full-text index: what it holds, and the database's own way to keep and to ask it.

SQLite keeps it in FTS5 tables (rag.fts_sqlite), PostgreSQL in columns of its own kind (rag.fts_postgres). Both hold
the stems of `rag.stems`, know in how many rows each stands, and give the rows that match, best first.
"""

from collections.abc import Sequence
from types import ModuleType
from typing import Protocol, cast

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from . import fts_postgres, fts_sqlite
from .fts_tables import CHUNKS, DOCUMENTS, FullTextTable, Limits, rarity
from .matching import Matching

__all__ = ["CHUNKS", "DOCUMENTS", "FullTextTable", "Limits", "rarity"]


class Engine(Protocol):
    """What a database's module gives. `index` and `forget` do nothing where triggers keep the index in step."""

    def create(self, database: BaseDatabaseWrapper) -> None: ...
    def drop(self, database: BaseDatabaseWrapper) -> None: ...
    def rebuild(self, database: BaseDatabaseWrapper) -> None: ...
    def check(self, database: BaseDatabaseWrapper) -> None: ...
    def optimize(self, database: BaseDatabaseWrapper) -> None: ...
    def index(self, database: BaseDatabaseWrapper, table: FullTextTable, rows: Sequence[int]) -> None: ...
    def row_count(self, database: BaseDatabaseWrapper, table: FullTextTable) -> int: ...
    def matching(
        self, database: BaseDatabaseWrapper, table: FullTextTable, query: Matching, limits: Limits
    ) -> list[int]: ...


_ENGINES: dict[str, ModuleType] = {"sqlite": fts_sqlite, "postgresql": fts_postgres}


def engine(database: BaseDatabaseWrapper | None = None) -> Engine:
    """Raises KeyError for a database that has no index of ours; `halilit.settings` admits none."""
    return cast(Engine, _ENGINES[(database or connection).vendor])


def index(table: FullTextTable, rows: Sequence[int]) -> None:
    """Takes up rows that were stored just now, by their ids."""
    engine().index(connection, table, rows)


def row_count(table: FullTextTable) -> int:
    return engine().row_count(connection, table)


def matching(table: FullTextTable, query: Matching, limits: Limits) -> list[int]:
    """Ids of rows that match, best first."""
    return engine().matching(connection, table, query, limits)
