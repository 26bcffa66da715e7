"""The full-text index in SQLite: FTS5 tables, kept in step by triggers.

`rag_chunk_fts` indexes passages, `rag_document_fts` what documents are about. Both are external-content tables: they
hold the index alone and read the text from the models' tables. Any write to those tables, by whatever way, goes
through the triggers. SQLite drops the triggers when a migration rebuilds a table (AlterField on SQLite does): such
a migration must call `create()` and `rebuild()` behind it.
"""

from collections.abc import Sequence

from django.db.backends.base.base import BaseDatabaseWrapper

from .fts_tables import TABLES, FullTextTable, Limits
from .matching import Matching, fts5
from .stems import TOKENIZER


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


def index(_database: BaseDatabaseWrapper, _table: FullTextTable, _rows: Sequence[int]) -> None:
    """Nothing: the triggers did it."""


def row_count(database: BaseDatabaseWrapper, table: FullTextTable) -> int:
    """How many rows are indexed, from the index's own record of averages: `count(*)` would read the whole table."""
    with database.cursor() as cursor:
        cursor.execute(f"SELECT block FROM {table.name}_data WHERE id = 1")  # noqa: S608
        row = cursor.fetchone()
    count = 0
    for byte in row[0] if row else b"":  # https://sqlite.org/fts5.html: varints, rows first
        count = count << 7 | byte & 0x7F
        if not byte & 0x80:
            break
    return count


def matching(database: BaseDatabaseWrapper, table: FullTextTable, query: Matching, limits: Limits) -> list[int]:
    """Ids of rows that match, best first by BM25."""
    columns = ", ".join(str(weight) for weight in table.weights)
    statement = (  # every part is a constant; what people typed is a parameter
        f"SELECT id FROM (SELECT f.rowid AS id, bm25({table.name}, {columns}) AS weight "  # noqa: S608
        f"FROM {table.name} f {limits.joins} WHERE {table.name} MATCH %s {limits.where} LIMIT {limits.weighed}) "
        f"ORDER BY weight LIMIT {limits.best}"
    )
    with database.cursor() as cursor:
        cursor.execute(statement, [fts5(query), *limits.values])
        return [row[0] for row in cursor.fetchall()]


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
