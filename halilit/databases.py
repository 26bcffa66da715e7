"""How the database is connected to: what holds on every connection, in web, workers and commands."""

from pathlib import Path
from typing import Any

# IMMEDIATE: a transaction that reads before it writes would otherwise fail when another writer comes between, whatever
# the timeout.
SQLITE = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=10000; "
    "PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY; PRAGMA busy_timeout=20000;",
}
# No compiling of queries: it takes longer than ours do.
# Where the network swallows everything, both ends would wait for hours, and a transaction hold what it has locked.
POSTGRESQL = {
    "connect_timeout": 5, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "options": "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3 "
    "-c tcp_user_timeout=10000 -c idle_in_transaction_session_timeout=120000 -c jit=off",
}  # fmt: skip


def connected(named: dict[str, Any], data_dir: Path) -> dict[str, Any]:
    """Django's settings of the database that DATABASE_URL names. Raises ValueError for one that cannot be used."""
    if named["ENGINE"] == "django.db.backends.sqlite3":
        # Tests too work on a file: in memory, threads that share a database lock each other out.
        return named | {"CONN_MAX_AGE": 0, "TEST": {"NAME": str(data_dir / "test.sqlite3")}, "OPTIONS": {**SQLITE}}
    if named["ENGINE"] == "django.db.backends.postgresql":
        # Closed behind each request, which has a thread of its own: a connection that outlives its thread serves nobody
        # and is open until the collector of cycles finds it. Who keeps connections is `rag.pool`.
        options = named.get("OPTIONS", {}) | POSTGRESQL
        return named | {"CONN_MAX_AGE": 0, "OPTIONS": options}
    raise ValueError("DATABASE_URL names a database that cannot be used. Give sqlite:///… or postgres://….")
