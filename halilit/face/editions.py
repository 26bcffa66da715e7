"""What tells whether a brand's pages may have changed: the database gives the brand another edition with each write.

`face_edition` holds a random number a brand (on PostgreSQL as many as wrote at the same time), and brand 0 for what
belongs to none. Triggers change it in the transaction of the write itself, by whatever way that is made; so whoever
reads an edition first and the catalogue after it never takes what is older for newer. The numbers are random, not
counted: an undone transaction or a restored backup cannot bring back one that stood for something else.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "face_edition"
MARK = "_edition_"  # in the names of all triggers
HIGHEST = 2**40 - 1  # of the numbers, of which a few hundred are added up
_OWN = "SELECT {row}.brand_id AS brand"
_OF_PRODUCT = "SELECT (SELECT brand_id FROM catalog_product WHERE id = {row}.product_id) AS brand"
_OF_DOCUMENT = "SELECT (SELECT brand_id FROM catalog_document WHERE id = {row}.document_id) AS brand"
# The brands of products whose pages show a document or, where they are linked to a copy of it, show it instead.
_SHOWING = (
    " UNION SELECT p.brand_id FROM catalog_document d JOIN catalog_productdocument l ON l.document_id = d.id "
    "JOIN catalog_product p ON p.id = l.product_id WHERE d.id = {document} OR d.duplicate_of_id = {document}"
)
# Every table that a page of a brand shows something of; how the brands are found from one of its rows.
WATCHED = {
    "catalog_brand": "SELECT {row}.id AS brand",
    "catalog_productfamily": _OWN,
    "catalog_product": _OWN,
    "catalog_document": _OWN + _SHOWING.replace("{document}", "{row}.id"),
    "catalog_specification": _OF_PRODUCT,
    "catalog_productalias": _OF_PRODUCT,
    "catalog_media": _OF_PRODUCT,
    "catalog_productdocument": _OF_PRODUCT,
    "rag_curatedanswer": _OF_PRODUCT,
    "rag_indexeddocument": _OF_DOCUMENT + _SHOWING.replace("{document}", "{row}.document_id"),
    "rag_documentquestions": _OF_DOCUMENT + _SHOWING.replace("{document}", "{row}.document_id"),
}
EVENTS = {"insert": ("new",), "delete": ("old",), "update": ("old", "new")}


def of_brand(slug: str) -> str:
    """The edition of a brand's pages; an empty text where there is no such brand."""
    row = _row(
        f"SELECT b.id, sum(e.number) FROM catalog_brand b LEFT JOIN {TABLE} e ON e.brand = b.id "  # noqa: S608
        "WHERE b.slug = %s GROUP BY b.id",
        slug,
    )
    return f"{row[0]}-{row[1]}" if row else ""


def of_all() -> str:
    """The edition of what shows something of every brand."""
    count, total = _row(f"SELECT count(*), sum(number) FROM {TABLE}")  # noqa: S608
    return f"{count}-{total}"


def remove(using: str = "default", **_: Any) -> None:
    """Runs before each `migrate`: SQLite cannot make a table anew, as many a migration does, while other tables'
    triggers name it."""
    database = connections[using]
    if database.vendor == "sqlite":
        with database.cursor() as cursor:
            for name in _on_sqlite_now(cursor):
                cursor.execute(f"DROP TRIGGER {name}")


def create(using: str = "default", **_: Any) -> None:
    """Runs after each `migrate`. What was written while there were no triggers is of a new edition, too.

    Also after each `flush`, behind which they are there still.
    """
    database = connections[using]
    there = set(database.introspection.table_names())
    if not there.issuperset(WATCHED):
        return  # some apps were migrated alone
    with transaction.atomic(using=using), database.cursor() as cursor:
        if database.vendor == "sqlite" and _on_sqlite_now(cursor):
            return
        alone = "" if database.vendor == "postgresql" else "PRIMARY KEY"
        cursor.execute(f"CREATE TABLE IF NOT EXISTS {TABLE} (brand bigint NOT NULL {alone}, number bigint NOT NULL)")
        for statement in _statements(database):
            cursor.execute(statement)


def _row(statement: str, *values: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()


def _statements(database: BaseDatabaseWrapper) -> Iterator[str]:
    made = _on_postgresql if database.vendor == "postgresql" else _on_sqlite
    for table, brands in WATCHED.items():
        yield from made(table, brands)
    if database.vendor == "sqlite":
        yield f"DELETE FROM {TABLE}"  # noqa: S608
        yield f"INSERT INTO {TABLE} SELECT id, random() & {HIGHEST} FROM catalog_brand"  # noqa: S608


def _on_sqlite_now(cursor: Any) -> list[str]:
    """The names of our triggers."""
    cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND instr(name, %s)", [MARK])
    return [name for (name,) in cursor.fetchall()]


def _on_sqlite(table: str, brands: str) -> Iterator[str]:
    for event, rows in EVENTS.items():
        of_rows = " UNION ".join(brands.format(row=row) for row in rows)
        found = f"SELECT coalesce(brand, 0) AS brand FROM ({of_rows})"  # noqa: S608
        # Not by ON CONFLICT: an INSERT OR IGNORE that fires a trigger hands its IGNORE on to what stands there.
        does = (
            f"DELETE FROM {TABLE} WHERE brand IN ({found}); "  # noqa: S608
            f"INSERT INTO {TABLE} SELECT brand, random() & {HIGHEST} FROM ({found});"
        )
        yield f"CREATE TRIGGER {table}{MARK}{event} AFTER {event} ON {table} BEGIN {does} END"


def _on_postgresql(table: str, brands: str) -> Iterator[str]:
    number = f"(random() * {HIGHEST})::bigint"
    for event, rows in EVENTS.items():
        found = " UNION ".join(
            f"SELECT coalesce(f.brand, 0) AS brand FROM {row}_rows r, LATERAL ({brands.format(row='r')}) f"  # noqa: S608
            for row in rows
        )
        # A number that another transaction is changing is left to it, and one more is put beside: waiting for it would
        # end in a deadlock, for the rows that were written are locked already, and the other may be about to want them.
        does = (
            f"WITH changed AS ({found}), free AS (SELECT e.ctid FROM {TABLE} e WHERE e.brand IN "  # noqa: S608
            "(SELECT brand FROM changed) FOR NO KEY UPDATE SKIP LOCKED), renewed AS "
            f"(UPDATE {TABLE} SET number = {number} WHERE ctid IN (SELECT ctid FROM free) RETURNING brand) "
            f"INSERT INTO {TABLE} SELECT brand, {number} FROM changed WHERE brand NOT IN (SELECT brand FROM renewed);"
        )
        named = " ".join(f"{row.upper()} TABLE AS {row}_rows" for row in rows)
        yield from _trigger(table, event, f"REFERENCING {named}", does)
    yield from _trigger(table, "truncate", "", f"UPDATE {TABLE} SET number = {number};")  # noqa: S608


def _trigger(table: str, event: str, rows: str, does: str) -> Iterator[str]:
    name = f"{table}{MARK}{event}"
    yield (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql "
        f"AS $does$ BEGIN {does} RETURN NULL; END $does$"
    )
    yield (
        f"CREATE OR REPLACE TRIGGER {name} AFTER {event} ON {table} {rows} FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
    )
