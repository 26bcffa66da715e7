"""What work takes of the machine: processor seconds, memory, disk; the database server's share included."""

import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from rag import fts

from .figures import Row, repeat, summary

TICKS = os.sysconf("SC_CLK_TCK")
MB = 1_000_000


def processor_of(pid: int, *, children: bool = True) -> float:
    """Seconds that a process has taken so far, and those of its children that have ended; 0 where it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11 : 15 if children else 13])) / TICKS


def processor_here() -> float:
    """Of this process and of those that it started and that have ended."""
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def server() -> int:
    """The process of a PostgreSQL server on this machine that all its others descend from; else 0."""
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (ours,) = cursor.fetchone()
    try:
        found = re.search(r"PPid:\s+(\d+)", Path(f"/proc/{ours}/status").read_text())
    except OSError:
        return 0
    return int(found.group(1)) if found else 0


def processor_of_database() -> float:
    """Seconds that the database server has taken; 0 where the database is a file, whose readers do the work."""
    if not (top := server()):
        return 0.0
    children = Path(f"/proc/{top}/task/{top}/children").read_text().split()
    return processor_of(top) + sum(processor_of(int(pid), children=False) for pid in children)


def costing(
    what: str, work: Callable[[int], Any], *, seconds: float, taken: Callable[[], float] = processor_here
) -> Row:
    """The work's times, and the milliseconds of processor that each took, here or where `taken` looks, and in the
    database server."""
    work(0)
    before = taken() + processor_of_database()
    times = repeat(work, seconds=seconds)
    spent = taken() + processor_of_database() - before
    return summary(what, times) | {"CPU ms": round(spent * 1000 / len(times), 2)}


def memory_of(pid: int) -> float:
    """MB that a process holds for itself: pages of a file of the database, which the kernel keeps, are not counted."""
    found = re.search(r"RssAnon:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return round(int(found.group(1)) * 1024 / MB, 1) if found else 0.0


def disk() -> dict[str, float]:
    """MB of the whole database, and of its full-text index."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
            whole = cursor.fetchone()[0]
            cursor.execute("SELECT pg_total_relation_size(%s)", [fts.CHUNKS.name])
            text = cursor.fetchone()[0]
        else:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            whole = Path(settings.DATABASES["default"]["NAME"]).stat().st_size
            cursor.execute(f"SELECT sum(length(block)) FROM {fts.CHUNKS.name}_data")  # noqa: S608
            text = cursor.fetchone()[0] or 0
    return {"whole": round(whole / MB, 1), "full text": round(text / MB, 1)}
