"""PostgreSQL's part of a backup: a dump of one moment with the rows counted at that moment, and its way back."""

import os
import subprocess
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from .manifest import BackupProblem

# What libpq takes from its environment, by Django's name. Words of a command are everybody's to read.
VARIABLES = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD", "NAME": "PGDATABASE"}
OPTIONS = {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY"}


def dump(target: Path) -> dict[str, int]:
    """How many rows each table has in it. Raises BackupProblem."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")  # it lends its snapshot, and waits
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        rows = counted(cursor)
        run("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={target}")
    target.chmod(0o600)
    return rows


def restore(source: Path, rows: dict[str, int]) -> None:
    """Into a database without tables, all or nothing. Raises BackupProblem."""
    words = ("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
    run("pg_restore", *words, f"--dbname={connection.settings_dict['NAME']}", str(source))
    with connection.cursor() as cursor:
        if counted(cursor) != rows:
            raise BackupProblem("The database has other rows than the manifest says. Take another backup.")


def has_tables() -> bool:
    return bool(connection.introspection.table_names())


def counted(cursor: Any) -> dict[str, int]:
    found = {}
    for name in sorted(connection.introspection.table_names(cursor)):
        cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(name)}")  # noqa: S608 names of our own tables
        found[name] = cursor.fetchone()[0]
    return found


def run(*words: str) -> None:
    try:
        done = subprocess.run(words, env=environment(), capture_output=True, text=True, check=False)
    except FileNotFoundError as problem:
        raise BackupProblem(
            f"{words[0]} was not found: install postgresql-client, no older than the server."
        ) from problem
    if done.returncode:
        raise BackupProblem(f"{words[0]} failed: {' '.join(done.stderr.split())[:500]}")


def environment() -> dict[str, str]:
    told = connection.settings_dict
    named = {VARIABLES[name]: str(told[name]) for name in VARIABLES if told.get(name)}
    options = {OPTIONS[name]: str(value) for name, value in told["OPTIONS"].items() if name in OPTIONS}
    return os.environ | named | options
