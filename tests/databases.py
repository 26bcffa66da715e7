"""The database of an installation under test: a file in its folder, or one of its own on a PostgreSQL server.

TEST_DATABASE_URL names a database on the server that the suite runs on (`make test-postgresql` starts one).
"""

import atexit
import contextlib
import hashlib
import os
import sqlite3
import threading
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

SERVER = os.environ.get("TEST_DATABASE_URL", "")


def url(folder: Path) -> str:
    """What DATABASE_URL says for the installation in a folder."""
    if not SERVER:
        return f"sqlite:///{folder / 'db.sqlite3'}"
    return urlsplit(SERVER)._replace(path=f"/{_name(folder)}").geturl()


def create(folder: Path) -> None:
    """An empty database for an installation that others are copied from; SQLite makes its own. It goes with the server."""
    if SERVER:
        _on_server(f'CREATE DATABASE "{_name(folder)}"')


def copy(one: Path, other: Path) -> None:
    """The database of one folder for another; SQLite's is copied with the folder's files."""
    if SERVER:
        _on_server(f'CREATE DATABASE "{_name(other)}" TEMPLATE "{_name(one)}"')
        atexit.register(_drop, _name(other))


def empty(folder: Path) -> None:
    """Let a folder's database be without tables."""
    if SERVER:
        _drop(_name(folder))
        create(folder)
    else:
        (folder / "db.sqlite3").unlink()


def empty_by_deleting() -> None:
    """Let tests that commit empty this process' database by DELETE, as on SQLite.

    TRUNCATE takes a third of a second for sixty tables, and locks each: with the thread that keeps the index, which
    locks them in another order, it came to a deadlock. The thread stands still meanwhile.
    """
    from django.db.backends.postgresql.operations import DatabaseOperations

    from rag import upkeep
    from rag.fts_tables import TABLES

    working, index, flush = threading.Lock(), upkeep.index_marked, DatabaseOperations.execute_sql_flush

    def statements(self: DatabaseOperations, _style: Any, tables: Any, **_options: Any) -> list[str]:
        return [f"DELETE FROM {self.quote_name(name)}" for name in (*tables, *(each.vocabulary for each in TABLES))]

    def alone(self: DatabaseOperations, statements: Any) -> None:
        with working:
            flush(self, statements)

    def indexed() -> int:
        with working:
            return index()

    for place, name, function in (
        (DatabaseOperations, "sql_flush", statements),
        (DatabaseOperations, "execute_sql_flush", alone),
        (upkeep, "index_marked", indexed),
    ):
        setattr(place, name, function)


def drop_with_sessions() -> None:
    """Let this process' database be dropped though threads of the process, as a web process' do, keep a connection."""
    from django.db.backends.postgresql.creation import DatabaseCreation

    def destroy(_self: DatabaseCreation, name: str, _verbosity: int) -> None:
        _drop(name)

    setattr(DatabaseCreation, "_destroy_test_db", destroy)  # noqa: B010


def rows(folder: Path, question: str, *values: Any) -> list[Any]:
    if SERVER:
        import psycopg

        with psycopg.connect(url(folder)) as connection:
            return connection.execute(question.replace("?", "%s"), values or None).fetchall()
    with contextlib.closing(sqlite3.connect(folder / "db.sqlite3", timeout=20)) as connection:
        return connection.execute(question, values).fetchall()


def _name(folder: Path) -> str:
    return f"test_{hashlib.sha256(str(folder).encode()).hexdigest()[:24]}"


def _drop(name: str) -> None:
    _on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _on_server(statement: str) -> None:
    import psycopg

    with psycopg.connect(SERVER, autocommit=True, dbname="postgres") as connection:
        connection.execute(statement)
