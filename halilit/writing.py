"""How soon a web process may write beside scrapes, on SQLite.

SQLite lets one connection write at a time, and whoever finds it taken looks again after ever longer pauses, up to a
tenth of a second; scrapes that write again and again take the turn in between. So web processes look again every two
milliseconds: a visitor's question is next as soon as the transaction of the moment is over.
"""

import sqlite3
import time
from collections.abc import Callable
from typing import Any

from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper

PAUSE = 0.002  # seconds


def look_often(*, connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Receiver of `connection_created`, in processes that serve pages."""
    if connection.vendor != "sqlite":
        return
    connection.connection.execute("PRAGMA busy_timeout = 0")
    if waiting not in connection.execute_wrappers:
        connection.execute_wrappers.append(waiting)


def waiting(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Raises OperationalError where the database is still taken after the connection's time-out."""
    connection = context["connection"]
    end = time.monotonic() + connection.settings_dict["OPTIONS"]["timeout"]
    while True:
        try:
            return execute(sql, params, many, context)
        except OperationalError as problem:
            # Within a transaction the turn is ours; several statements at once may have been done in part.
            if many or connection.in_atomic_block or not is_taken(problem) or time.monotonic() > end:
                raise
        time.sleep(PAUSE)


def is_taken(problem: OperationalError) -> bool:
    code = getattr(problem.__cause__, "sqlite_errorcode", 0)
    return bool(code & 0xFF == sqlite3.SQLITE_BUSY)
