"""The full-text tables of SQLite, kept in step by triggers.

`rag_chunk_fts` indexes passages, `rag_document_fts` what documents are about. Both are external-content tables: they
hold the index alone and read the text from the models' tables. Any write to those tables, by whatever way, goes
through the triggers. SQLite drops the triggers when a migration rebuilds a table (AlterField on SQLite does): such
a migration must call `create()` and `rebuild()` behind it.
"""

import math
from dataclasses import dataclass

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

# Folds case and accents, and English endings. Measured on real questions against no stemming: docs/search.md.
TOKENIZER = "porter unicode61 remove_diacritics 2"


@dataclass(frozen=True)
class FullTextTable:
    name: str
    content: str
    rowid: str
    columns: tuple[str, ...]

    @property
    def vocabulary(self) -> str:
        """The table of its words: `term`, `doc` (rows with it), `cnt`."""
        return f"{self.name}_words"


CHUNKS = FullTextTable("rag_chunk_fts", "rag_chunk", "id", ("title", "model_numbers", "heading", "text", "mended"))
DOCUMENTS = FullTextTable("rag_document_fts", "rag_indexeddocument", "document_id", ("names", "model_numbers"))
TABLES = (CHUNKS, DOCUMENTS)


def is_supported(database: BaseDatabaseWrapper) -> bool:
    return database.vendor == "sqlite"


def create(database: BaseDatabaseWrapper) -> None:
    """Creates what is missing: tables, vocabularies, triggers."""
    with database.cursor() as cursor:
        for table in TABLES:
            for statement in _statements(table):
                cursor.execute(statement)


def rebuild(database: BaseDatabaseWrapper) -> None:
    """Indexes everything again from the models' tables."""
    with database.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"INSERT INTO {table.name}({table.name}) VALUES ('rebuild')")  # noqa: S608


def drop(database: BaseDatabaseWrapper) -> None:
    with database.cursor() as cursor:
        for table in TABLES:
            for event in ("insert", "delete", "update"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {table.name}_{event}")
            cursor.execute(f"DROP TABLE IF EXISTS {table.vocabulary}")
            cursor.execute(f"DROP TABLE IF EXISTS {table.name}")


def check(database: BaseDatabaseWrapper) -> None:
    """Raises DatabaseError when an index and its content differ."""
    with database.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"INSERT INTO {table.name}({table.name}, rank) VALUES ('integrity-check', 1)")  # noqa: S608


def optimize(database: BaseDatabaseWrapper) -> None:
    """Merges the index's segments: worth it after a great deal was written."""
    with database.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"INSERT INTO {table.name}({table.name}) VALUES ('optimize')")  # noqa: S608


def row_count(table: FullTextTable) -> int:
    """How many rows are indexed, from the index's own record of averages: `count(*)` would read the whole table."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT block FROM {table.name}_data WHERE id = 1")  # noqa: S608
        row = cursor.fetchone()
    count = 0
    for byte in row[0] if row else b"":  # https://sqlite.org/fts5.html: varints, rows first
        count = count << 7 | byte & 0x7F
        if not byte & 0x80:
            break
    return count


def rarity(frequency: int, rows: int) -> float:
    """How much a word tells that stands in `frequency` of `rows` rows (BM25's inverse document frequency)."""
    return math.log(1 + (rows - frequency + 0.5) / (frequency + 0.5)) if rows > frequency else 0.1


def _statements(table: FullTextTable) -> list[str]:
    name, content = table.name, table.content
    columns = ", ".join(table.columns)
    new = f"INSERT INTO {name}(rowid, {columns}) VALUES ({_values('new', table)});"  # noqa: S608
    old = f"INSERT INTO {name}({name}, rowid, {columns}) VALUES ('delete', {_values('old', table)});"  # noqa: S608
    changed = ", ".join((table.rowid, *table.columns))
    return [
        f"CREATE VIRTUAL TABLE IF NOT EXISTS {name} USING fts5({columns}, content='{content}', "
        f"content_rowid='{table.rowid}', tokenize='{TOKENIZER}')",
        f"CREATE VIRTUAL TABLE IF NOT EXISTS {table.vocabulary} USING fts5vocab('{name}', 'row')",
        f"CREATE TRIGGER IF NOT EXISTS {name}_insert AFTER INSERT ON {content} BEGIN {new} END",
        f"CREATE TRIGGER IF NOT EXISTS {name}_delete AFTER DELETE ON {content} BEGIN {old} END",
        f"CREATE TRIGGER IF NOT EXISTS {name}_update AFTER UPDATE OF {changed} ON {content} BEGIN {old} {new} END",
    ]


def _values(row: str, table: FullTextTable) -> str:
    return ", ".join(f"{row}.{column}" for column in (table.rowid, *table.columns))
