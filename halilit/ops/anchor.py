"""Keeps the shared index of SQLite's log (-shm) open for as long as a process lives.

Whoever closes the last connection deletes it, and who reads next makes it anew: a full disk has no room for it, and
then not even reading would go on. https://www.sqlite.org/wal.html#read_only_databases
"""

import contextlib
import sqlite3

from django.conf import settings


def hold() -> sqlite3.Connection | None:
    """An idle connection to keep; None where there is nothing to keep open."""
    database = settings.DATABASES["default"]
    if not database["ENGINE"].endswith("sqlite3"):
        return None
    with contextlib.suppress(sqlite3.Error):
        connection = sqlite3.connect(f"file:{database['NAME']}?mode=rw", uri=True, check_same_thread=False)
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        return connection
    return None
