"""`manage.py qcluster`: django-q's, which also ends the slices of its workers when it is told to stop itself."""

import contextlib
import os
import signal
import socket
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django_q.cluster import Cluster
from django_q.management.commands.qcluster import Command as QClusterCommand

from ingestion.browser_bounds import descendants
from ingestion.models import IngestionRun

LOOK_SECONDS = 0.5


class ScrapeCluster(Cluster):
    """A slice may last for minutes, and django-q waits for what its workers are at."""

    def stop(self) -> bool:
        if not self.sentinel.is_alive():
            return False
        self.stop_event.set()  # first, or the workers that end now would be replaced
        while self.sentinel.is_alive():  # what has been taken from the queue already is begun all the same
            end_slices(set(descendants(self.sentinel.pid)))
            self.sentinel.join(LOOK_SECONDS)
        return True


def end_slices(pids: set[int]) -> None:
    """Tell those of these processes that are at a run to let go of it; what was read is kept, and it goes on later."""
    with contextlib.suppress(DatabaseError):
        held = IngestionRun.objects.filter(worker_pid__in=pids, worker_host=socket.gethostname()).exclude(lease="")
        for pid in pids.intersection(held.values_list("worker_pid", flat=True)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)


class Command(QClusterCommand):
    def handle(self, *args: Any, **options: Any) -> None:
        assert settings.SECRET_KEY  # tasks are signed with it
        if name := options.get("cluster_name"):
            os.environ["Q_CLUSTER_NAME"] = name
        cluster = ScrapeCluster()
        cluster.start()
        if options.get("run_once"):
            cluster.stop()
