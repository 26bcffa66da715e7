"""The faults: how each is made, for how long, and what people must see meanwhile. FAULTS is the table."""

import contextlib
import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from tests.ingestion.crashes import victims
from tests.installation import wait_until

from .ground import Ground, Impossible, Seen, Site, mount

HOUR = 3600


@dataclass(frozen=True)
class Fault:
    """`question`: status of a question that is asked meanwhile, and words on its page; `inbox`: words in staff's."""

    make: Callable[[Ground], AbstractContextManager[None]]
    seconds: float = 5
    question: int = 200
    words: str = ""
    inbox: str = ""
    clock: bool = False
    named: bool = False
    render: str = "auto"

    def misses(self, seen: Seen) -> list[str]:
        """What people saw and should not have seen."""
        wrong = [f"{what}: {status}" for what, status in seen.statuses.items() if status in (0, 500)]
        wrong += [f"{what}: a traceback" for what, text in seen.texts.items() if "Traceback" in text]
        pages = ("home", "search", "inbox")
        wrong += [f"{what}: {seen.statuses[what]}" for what in pages if seen.statuses.get(what, 200) != 200]
        if seen.statuses["question"] != self.question or self.words not in seen.texts["question"]:
            wrong.append(f"question: {seen.statuses['question']}, without {self.words!r}")
        if self.inbox not in seen.texts.get("inbox", self.inbox):
            wrong.append(f"inbox: without {self.inbox!r}")
        return wrong


def own_disk(ground: Site) -> Path:
    disk = ground.installation.folder.parent
    if not disk.is_mount():
        raise Impossible("nothing can be mounted here: not root")
    return disk


@contextlib.contextmanager
def full(ground: Site) -> Iterator[None]:
    filler = own_disk(ground) / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)
    try:
        yield
    finally:
        filler.unlink()


@contextlib.contextmanager
def read_only(ground: Site) -> Iterator[None]:
    """Whatever is opened from now on cannot be written."""
    disk = str(own_disk(ground))
    if not (mount("--bind", disk, disk) and mount("-o", "remount,bind,ro", disk)):
        raise Impossible("no mount can be bound here")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)


@contextlib.contextmanager
def locked(ground: Site) -> Iterator[None]:
    """Another program writes for as long as it lasts: longer than anybody waits."""
    with contextlib.closing(sqlite3.connect(ground.installation.database, isolation_level=None, timeout=60)) as holder:
        holder.execute("begin immediate")
        try:
            yield
        finally:
            holder.execute("rollback")


def jump(seconds: int) -> Callable[[Ground], AbstractContextManager[None]]:
    @contextlib.contextmanager
    def jumped(ground: Ground) -> Iterator[None]:
        Path(ground.installation.extra["FAULTS_CLOCK"]).write_text(str(seconds))
        time.sleep(1.5)  # until it is read again
        yield

    return jumped


def kill(*names: str) -> Callable[[Ground], AbstractContextManager[None]]:
    """Whole services, as when memory is out."""

    @contextlib.contextmanager
    def killed(ground: Ground) -> Iterator[None]:
        for name in names:
            ground.keeper.kill(name)
        yield

    return killed


def strike(victim: str) -> Callable[[Ground], AbstractContextManager[None]]:
    """One process in the middle of its work."""

    @contextlib.contextmanager
    def struck(ground: Ground) -> Iterator[None]:
        found = wait_until(lambda: victims(ground.installation, victim), 60, f"there is a {victim}")
        with contextlib.suppress(ProcessLookupError):
            os.kill(found[0], signal.SIGKILL)
        yield

    return struck


def model(mode: str) -> Callable[[Ground], AbstractContextManager[None]]:
    @contextlib.contextmanager
    def changed(ground: Ground) -> Iterator[None]:
        ground.model.mode = mode
        with ground.visitor() as client:
            for _ in range(4):
                ground.ask(client)
        try:
            yield
        finally:
            ground.model.mode = "normal"

    return changed


@contextlib.contextmanager
def slow_names(ground: Ground) -> Iterator[None]:
    """Each question to the resolver waits for longer than is asked again."""
    assert ground.names
    ground.names.delay = 6
    try:
        yield
    finally:
        ground.names.delay = 0


NOT_STORED = "Nothing can be stored"
MODEL_FAILS = "The language model gemini fails"

FAULTS: dict[str, Fault] = {
    "disk full": Fault(full, seconds=10, question=503, words=NOT_STORED, inbox=NOT_STORED),
    "read-only disk": Fault(read_only, seconds=10, question=503, words=NOT_STORED, inbox=NOT_STORED),
    "database locked": Fault(locked, seconds=25, question=503, words="very busy", inbox=NOT_STORED),
    "clock an hour ahead": Fault(jump(HOUR), clock=True),
    "clock an hour back": Fault(jump(-HOUR), clock=True),
    "web killed": Fault(kill("web")),
    "queue killed": Fault(kill("queue", "scrape")),
    "worker killed": Fault(strike("worker")),
    "Chromium killed": Fault(strike("chromium"), render="browser"),
    "reader killed": Fault(strike("reader")),
    "provider down": Fault(model("failing"), words="cannot be reached", inbox=MODEL_FAILS),
    "provider silent": Fault(model("slow"), words="too long", inbox=MODEL_FAILS),
    "slow DNS": Fault(slow_names, seconds=20, words="The language model", named=True),
}
