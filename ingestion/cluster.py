"""A cluster of the queue that ends in order, whoever is told to: its parent, its whole group, or nobody (kill -9).

django-q's parent and sentinel share locks with processes that a signal to the group kills, and then wait for them
forever; so do they where workers have ended before they were asked to. Here only the parent minds signals: it tells
the sentinel, which ends the others. Each process ends with the one that started it, and the whole after GRACE at most.
"""

import contextlib
import ctypes
import os
import queue
import signal
import socket
import time
from multiprocessing import Event
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import Any

from django.db import DatabaseError, connections
from django_q.cluster import Cluster, Sentinel, get_mp_context
from django_q.conf import Conf
from django_q.queues import Queue
from django_q.status import Stat

from .browser_bounds import descendants
from .models import IngestionRun

LOOK_SECONDS = 0.2
GRACE = 40.0  # seconds for what workers are at; less than service managers wait before they kill
PUSHER_GRACE = 3.0  # seconds without a worker, after which a pusher that still wants to hand over a task never can
MONITOR_GRACE = 10.0  # seconds to write down the last results
PR_SET_PDEATHSIG = 1  # prctl(2)


class ScrapeCluster(Cluster):
    """The parent. A signal is only noted, for its handler may run amid anything, and a second one amid the first."""

    def __init__(self) -> None:
        super().__init__()
        self.told = False

    def sig_handler(self, signum: int, frame: FrameType | None) -> None:
        self.told = True

    def start(self) -> int:
        """Raises RuntimeError where the sentinel cannot start."""
        self.stop_event, self.start_event = Event(), Event()
        parts = (self.stop_event, self.start_event, self.cluster_id, self.broker, self.timeout)
        # Whoever is started now would inherit an open one, and closing its own would end ours at the server.
        connections.close_all()
        self.sentinel = get_mp_context().Process(target=ScrapeSentinel, args=parts)
        self.sentinel.start()
        while not self.start_event.is_set() and self.sentinel.is_alive():
            time.sleep(LOOK_SECONDS)
        if self.sentinel.exitcode:
            raise RuntimeError(f"The cluster could not start: its sentinel ended with {self.sentinel.exitcode}.")
        return int(self.pid)

    def run(self) -> bool:
        """Until a signal tells it to stop. False: its sentinel was lost, and with it all workers."""
        while self.sentinel.is_alive() and not self.told:
            self.sentinel.join(LOOK_SECONDS)
        self.stop()
        return self.told

    def stop(self) -> bool:
        """A slice may last for minutes, and the sentinel waits for what its workers are at: slices are told to end."""
        if not self.sentinel.is_alive():
            return False
        self.stop_event.set()  # first, or the workers that end now would be replaced
        end = time.monotonic() + GRACE
        while self.sentinel.is_alive() and time.monotonic() < end:
            end_slices(
                set(descendants(self.sentinel.pid))
            )  # again: what was taken from the queue is begun all the same
            self.sentinel.join(LOOK_SECONDS)
        self.sentinel.kill()
        self.sentinel.join()
        return True


class ScrapeSentinel(Sentinel):
    """The process that starts and watches workers, pusher and monitor."""

    pool: list[BaseProcess]

    def start(self) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # as for SIGINT, and those that it starts inherit both
        self.task_queue, self.result_queue = SharedQueue(Conf.QUEUE_LIMIT or 0), SharedQueue()
        end_with_parent()
        os.register_at_fork(after_in_child=end_with_parent)
        super().start()

    def reincarnate(self, process: BaseProcess) -> None:
        super().reincarnate(process)
        timer = getattr(process, "timer", None)
        if timer is not None and timer.value == 0:  # it hangs, and is deaf to SIGTERM
            process.kill()

    def stop(self) -> None:
        self.event_out.set()
        alone_since = time.monotonic()
        while self.pusher.is_alive() or self.pool:
            self.pool = [worker for worker in self.pool if worker.is_alive()]
            if self.pool:
                alone_since = time.monotonic()
                offer_end(self.task_queue)
            elif time.monotonic() - alone_since > PUSHER_GRACE:
                self.pusher.kill()
            time.sleep(LOOK_SECONDS)
            Stat(self).save()
        self.result_queue.put("STOP")
        self.monitor.join(MONITOR_GRACE)
        self.monitor.kill()
        self.task_queue.cancel_join_thread()  # nobody reads what stands in it any more
        Stat(self).save()


class SharedQueue(Queue):
    """A queue that outlives its readers: multiprocessing's holds its lock while it waits, and whoever is killed then
    takes the lock along, so that no other ever gets a task again."""

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        while block and timeout is None:
            self._reader.poll(None)
            with contextlib.suppress(queue.Empty):  # another one was first
                return super().get(block=False)
        return super().get(block, timeout)


def offer_end(tasks: Queue) -> None:
    """Tell one idle worker to end, unless there is a task yet to be taken."""
    with contextlib.suppress(queue.Full):
        tasks.put("STOP", block=False)


def end_with_parent() -> None:
    """Let the system kill this process when the one that started it ends. Only Linux can; elsewhere nothing changes."""
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def end_slices(pids: set[int]) -> None:
    """Tell those of these processes that are at a run to let go of it; what was read is kept, and it goes on later."""
    held = IngestionRun.objects.filter(worker_pid__in=pids, worker_host=socket.gethostname()).exclude(lease="")
    try:
        for pid in pids.intersection(held.values_list("worker_pid", flat=True)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
    except DatabaseError:
        connections.close_all()  # or the next look would ask the same dead one
