"""A small service manager: starts web and clusters as the systemd units do, and again whatever of them has ended."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.installation import ROOT, Installation, answers, end_group, wait_until

RESTART_SECONDS = {"web": 1, "scrape": 2, "queue": 2}  # RestartSec of deploy/systemd


@dataclass
class Keeper:
    """`first` are words that come before each command, as of a program that changes what the services see."""

    installation: Installation
    first: tuple[str, ...] = ()
    services: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    ended: threading.Event = field(default_factory=threading.Event)

    @contextlib.contextmanager
    def running(self) -> Iterator[str]:
        """Yields the web's address. Its socket outlives the process: connections wait while it is started again."""
        with socket.create_server(("127.0.0.1", 0), backlog=1024) as self.socket:
            for name in RESTART_SECONDS:
                self.start(name)
            watch = threading.Thread(target=self.watch, daemon=True)
            watch.start()
            base = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
            try:
                wait_until(lambda: answers(base + "/healthz"), 120, "web answers")
                yield base
            finally:
                self.ended.set()
                watch.join()
                for process in self.services.values():
                    end_group(process)

    def start(self, name: str) -> None:
        web = ("uvicorn", "halilit.asgi:application", "--fd", str(self.socket.fileno()), "--lifespan", "off")
        words = (sys.executable, "-m", *web) if name == "web" else (sys.executable, "manage.py", "qcluster")
        cluster = {"scrape": "scrape", "queue": "default"}.get(name, "")
        environment = self.installation.environment | ({"Q_CLUSTER_NAME": cluster} if cluster else {})
        with (self.installation.folder.parent / f"{name}.log").open("ab") as log:
            self.services[name] = subprocess.Popen(
                [*self.first, *words],
                cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True,
                pass_fds=[self.socket.fileno()] if name == "web" else [],
            )  # fmt: skip

    def watch(self) -> None:
        while not self.ended.wait(0.1):
            for name, process in self.services.items():
                if process.poll() is not None and not self.ended.wait(RESTART_SECONDS[name]):
                    end_group(process, wait=0)  # the whole group goes, as with KillMode=control-group
                    self.start(name)

    def kill(self, name: str) -> None:
        os.killpg(self.services[name].pid, signal.SIGKILL)
        time.sleep(0.1)
