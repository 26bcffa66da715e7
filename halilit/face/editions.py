"""What tells whether a brand's pages may have changed: the database gives the brand another edition with each write.

`face_edition` holds a random number a brand (on PostgreSQL as many as wrote at the same time), and brand 0 for what
belongs to none. Triggers change it in the transaction of the write itself, by whatever way that is made; so whoever
reads an edition first and the catalogue after it never takes what is older for newer. The numbers are random, not
counted: an undone transaction or a restored backup cannot bring back one that stood for something else. What a page
shows of another brand does not change its edition.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "face_edition"
_OF_PRODUCT = "(SELECT brand_id FROM catalog_product WHERE id = {row}.product_id)"
_OF_DOCUMENT = "(SELECT brand_id FROM catalog_document WHERE id = {row}.document_id)"
# Every table that a page of a brand shows something of; how the brand is found from one of its rows.
WATCHED = {
    "catalog_brand": "{row}.id",
    "catalog_productfamily": "{row}.brand_id",
    "catalog_product": "{row}.brand_id",
    "catalog_document": "{row}.brand_id",
    "catalog_specification": _OF_PRODUCT,
    "catalog_productalias": _OF_PRODUCT,
    "catalog_media": _OF_PRODUCT,
    "catalog_productdocument": _OF_PRODUCT,
    "rag_curatedanswer": _OF_PRODUCT,
    "rag_indexeddocument": _OF_DOCUMENT,
    "rag_documentquestions": _OF_DOCUMENT,
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


def create(using: str = "default", **_: Any) -> None:
    """Creates what is missing. It runs after each `migrate`: SQLite drops a table's triggers where a migration makes
    the table anew."""
    database = connections[using]
    there = set(database.introspection.table_names())
    if not there.issuperset(WATCHED):
        return  # some apps were migrated alone
    with database.cursor() as cursor:
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
    for table, brand in WATCHED.items():
        yield from made(table, brand)


def _on_sqlite(table: str, brand: str) -> Iterator[str]:
    for event, rows in EVENTS.items():
        does = ""
        for row in rows:
            found = f"coalesce({brand.format(row=row)}, 0)"
            # Not by ON CONFLICT: an INSERT OR IGNORE that fires a trigger hands its IGNORE on to what stands there.
            does += f"DELETE FROM {TABLE} WHERE brand = {found}; "  # noqa: S608
            does += f"INSERT INTO {TABLE} VALUES ({found}, random() & 1099511627775); "  # noqa: S608
        yield f"CREATE TRIGGER IF NOT EXISTS {table}_edition_{event} AFTER {event} ON {table} BEGIN {does}END"


def _on_postgresql(table: str, brand: str) -> Iterator[str]:
    number = "(random() * 1099511627775)::bigint"
    for event, rows in EVENTS.items():
        found = " UNION ".join(
            f"SELECT DISTINCT coalesce({brand.format(row=f'{row}_rows')}, 0) AS brand FROM {row}_rows"  # noqa: S608
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
    name = f"{table}_edition_{event}"
    yield (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql "
        f"AS $does$ BEGIN {does} RETURN NULL; END $does$"
    )
    yield (
        f"CREATE OR REPLACE TRIGGER {name} AFTER {event} ON {table} {rows} FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
    )
