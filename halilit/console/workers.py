"""The queue's clusters and their workers: which live, what each does, and what memory it takes.

A cluster reports itself through the cache that all processes share, and so does each worker: what one of another host
takes cannot be read from here.
"""

import logging
import os
import socket
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connection
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _
from django_q.signals import post_execute, post_spawn, pre_execute

from catalog.shared import cache
from halilit.ops import clock
from ingestion import queries
from ingestion.models import IngestionRun, RunState

logger = logging.getLogger(__name__)

BEAT_EVERY = 4.0  # seconds
LIVES = 15  # seconds that a worker's report counts
PROC = Path("/proc")
# What the default cluster does, in words; scrapes are told by their runs.
TASKS = {
    "rag.upkeep.index_marked": _("brings the index up to date"),
    "rag.upkeep.look_through": _("brings the index up to date"),
    "ingestion.tasks.keep": _("looks after runs"),
    "ingestion.tasks.take_upload": _("reads a file that was sent"),
}


@dataclass
class Worker:
    """One process of a cluster. `memory` in bytes with its browser's (0: not reported); `run` is what it scrapes."""

    pid: int
    memory: int = 0
    doing: str = ""
    run: IngestionRun | None = None

    @property
    def does(self) -> Any:
        return TASKS.get(self.doing, self.doing.rpartition(".")[2].replace("_", " "))


@dataclass
class Cluster:
    """A cluster that reports itself; what does not, within three seconds, is not listed."""

    host: str
    pid: int
    status: str
    since: Any
    name: str = ""
    workers: list[Worker] = field(default_factory=list)


def key_of(host: str, pid: int) -> str:
    return f"worker-{host}-{pid}"


def clusters(active: list[IngestionRun]) -> list[Cluster]:
    """Those that live, with their workers; what these scrape is told by the runs that are not over."""
    stats = queries.reports()
    keys = {key_of(stat.host, pid): (stat.host, pid) for stat in stats for pid in stat.workers}
    reports = cache.get_many(keys) if keys else {}
    running = (run for run in active if run.lease and run.state == RunState.RUNNING)
    runs = {(run.worker_host, run.worker_pid): run for run in running}
    found = []
    for stat in sorted(stats, key=lambda stat: (stat.host, stat.pid)):
        cluster = Cluster(stat.host, stat.pid, str(stat.status), stat.tob)
        for pid in stat.workers:
            report = reports.get(key_of(stat.host, pid), {})
            cluster.name = report.get("cluster", cluster.name)
            run = runs.get((stat.host, pid))
            cluster.workers.append(Worker(pid, report.get("memory", 0), report.get("doing", ""), run))
        found.append(cluster)
    return found


_doing = ""


@receiver(post_spawn)
def report_oneself(**_kept: Any) -> None:
    """In a worker that is born: tell of oneself while one lives."""
    threading.Thread(target=_beat, name="report", daemon=True).start()


@receiver(pre_execute)
def note_begin(task: dict[str, Any] | None = None, **_kept: Any) -> None:
    global _doing
    func = (task or {}).get("func", "")
    _doing = func if isinstance(func, str) else f"{func.__module__}.{func.__name__}"


@receiver(post_execute)
def note_end(**_kept: Any) -> None:
    global _doing
    _doing = ""


def _beat() -> None:
    from django_q.conf import Conf

    key = key_of(socket.gethostname(), os.getpid())
    # What happened to the clock before its first worker was born, that one has to look for.
    watched = clock.Clock(unknown=Conf.CLUSTER_NAME == "default")
    while True:
        try:
            report = {"cluster": Conf.CLUSTER_NAME, "memory": memory(os.getpid()), "doing": _doing}
            cache.set(key, report, LIVES)
            clock.look(watched)
        except (OSError, DatabaseError) as problem:
            # A full disk, a locked database: it may be well in a moment, and the report goes on then.
            logger.warning("This worker could not report itself: %s", problem)
        finally:
            connection.close()
        time.sleep(BEAT_EVERY)


def memory(pid: int) -> int:
    """Bytes of a process and of all that it has started, as its share (PSS); 0 where the system does not tell."""
    return share(pid) + sum(memory(child) for child in children(pid))


def share(pid: int) -> int:
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def children(pid: int) -> list[int]:
    try:
        told = [(thread / "children").read_text() for thread in (PROC / str(pid) / "task").iterdir()]
    except OSError:
        return []
    return [int(child) for text in told for child in text.split()]
