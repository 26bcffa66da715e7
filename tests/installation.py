"""A complete installation in a folder of its own, whose parts run as real processes."""

import atexit
import contextlib
import fcntl
import functools
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from . import databases

ROOT = Path(__file__).resolve().parent.parent
PRODUCTION = {"DEBUG": "0", "HALILIT_HTTPS": "0", "ALLOWED_HOSTS": "127.0.0.1"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def end_group(process: subprocess.Popen[bytes], wait: float = 10) -> None:
    """End a process that leads its own group, and all that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(wait)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@dataclass
class Installation:
    """Data folder, environment and processes of one installation. `extra` adds variables to the environment."""

    folder: Path
    extra: dict[str, str] = field(default_factory=dict)

    @classmethod
    def migrated(cls, folder: Path, **extra: str) -> "Installation":
        """A new one in `folder`, whose database has its tables and is otherwise empty."""
        return shared("migrated", **STAGES["migrated"]).copied(folder, **extra)

    @classmethod
    def collected(cls, folder: Path, **extra: str) -> "Installation":
        """The same as in production, without HTTPS, with its static files."""
        return shared("collected", **STAGES["collected"]).copied(folder, **PRODUCTION, **extra)

    def copied(self, folder: Path, **extra: str) -> "Installation":
        """The same again in another folder, files and database; nothing of this one may run."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        databases.copy(self.folder, folder)
        return Installation(folder, extra=self.extra | extra)

    @property
    def database(self) -> Path:
        """SQLite's file."""
        return self.folder / "db.sqlite3"

    def rows(self, question: str, *values: Any) -> list[Any]:
        """What the database answers to a question in SQL, from outside of its processes; `?` stands for each value."""
        return databases.rows(self.folder, question, *values)

    def reporting(self) -> int:
        """How many of its clusters report themselves, as `manage.py clusters` counts them."""
        from django_q.conf import Conf

        from halilit.ops.cache import Cache

        kept = Cache(str(self.folder / "cache" / "shared"), {})
        return len(kept.get_many(kept.get(Conf.Q_STAT) or []))

    @property
    def environment(self) -> dict[str, str]:
        inherited = {
            k: v for k, v in os.environ.items() if not k.startswith(("HALILIT_", "DJANGO_", "GEMINI", "OPENAI"))
        }
        own = {
            "HALILIT_DATA_DIR": str(self.folder),
            "HALILIT_ENV_FILE": "/dev/null",
            "HALILIT_ALLOW_PRIVATE_HOSTS": "1",
            "DEBUG": "1",
            "DATABASE_URL": databases.url(self.folder),
            "PYTHONUNBUFFERED": "1",
            # Limits that a test does not mean: all its visitors have one address, and ask the same again and again.
            "HALILIT_LLM_FAILURES": "0",
            "HALILIT_ASK_A_MINUTE": "0",
            "HALILIT_ASK_A_DAY": "0",
            "HALILIT_LOGINS_A_MINUTE": "0",
            "HALILIT_REUSE_DAYS": "0",
        }
        return inherited | own | self.extra

    def manage(self, *words: str, timeout: float = 300, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run one management command to its end; its output is text."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(
                f"manage.py {' '.join(words)} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
            )
        return done

    def start(self, *words: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start a process in a group of its own; its output goes to a file in the data folder."""
        log = (self.folder / f"{Path(words[-1]).name}-{time.time_ns()}.log").open("wb")
        return subprocess.Popen(
            list(words), cwd=ROOT, env=self.environment | environment, stdout=log, stderr=log, start_new_session=True
        )

    @contextlib.contextmanager
    def web(self, **environment: str) -> Iterator[str]:
        """A real uvicorn; yields its base URL."""
        port = free_port()
        process = self.start(
            sys.executable,
            "-m",
            "uvicorn",
            "halilit.asgi:application",
            "--port",
            str(port),
            "--lifespan",
            "off",
            **environment,
        )
        try:
            base = f"http://127.0.0.1:{port}"
            wait_until(lambda: answers(base + "/healthz"), 180, "uvicorn answers")
            yield base
        finally:
            end_group(process)

    @contextlib.contextmanager
    def cluster(self, name: str = "default", **environment: str) -> Iterator[subprocess.Popen[bytes]]:
        """A real qcluster of that name."""
        process = self.start(sys.executable, "manage.py", "qcluster", Q_CLUSTER_NAME=name, **environment)
        try:
            yield process
        finally:
            end_group(process)


def shared(name: str, prepare: Callable[["Installation"], None], *, on: str = "migrated") -> "Installation":
    """The installation of that name, which is prepared once for all tests of a run, and is only to be copied.

    It begins as a copy of the stage that `on` names, or empty.
    """
    if on:
        shared(on, **STAGES[on])
    base = _shared_folder()
    prepared = base / f"{name}.prepared"
    with (base / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not prepared.exists():
            if on:
                Installation(base / on).copied(base / name)
            else:
                (base / name).mkdir()
                databases.create(base / name)
            prepare(Installation(base / name))
            prepared.touch()
    return Installation(base / name)


def _migrate(installation: "Installation") -> None:
    installation.manage("migrate", "--verbosity", "0")


def _collect(installation: "Installation") -> None:
    installation.extra |= PRODUCTION
    installation.manage("collectstatic", "--no-input", "--verbosity", "0", timeout=600)


STAGES: dict[str, dict[str, Any]] = {
    "migrated": {"prepare": _migrate, "on": ""},
    "collected": {"prepare": _collect, "on": "migrated"},
}


@functools.cache
def _shared_folder() -> Path:
    """The suite's, that all its processes know, or one of this process."""
    known = os.environ.get("TESTS_SHARED_FOLDER")
    folder = Path(known or tempfile.mkdtemp(prefix="halilit-shared-"))
    folder.mkdir(exist_ok=True)
    if not known:
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def answers(url: str) -> bool:
    """Looked at again and again while a server begins, which needs the processor: by the client that costs least."""
    at = urlsplit(url)
    with contextlib.closing(http.client.HTTPConnection(at.hostname or "", at.port, timeout=10)) as connection:
        try:
            connection.request("GET", at.path)
            return connection.getresponse().status < 500
        except (OSError, http.client.HTTPException):
            return False


def wait_until(condition, seconds: float, what: str):
    """Wait for a true value and return it; fail, saying what was waited for, when it does not come in time.

    The seconds are those of a machine with a core for everybody: where more want to run, each counts for less.
    """
    waited, last = 0.0, time.monotonic()
    while waited < seconds:
        if value := condition():
            return value
        time.sleep(0.1)
        now = time.monotonic()
        waited, last = waited + (now - last) / crowding(), now
    raise AssertionError(f"{seconds} s went by, and still not: {what}")


def crowding() -> float:
    """How many processes share a core, of those that want to run now or did in the last minute; at least 1."""
    try:
        at_once = int(Path("/proc/loadavg").read_text().split()[3].split("/")[0])
    except OSError:
        at_once = 0
    return max(1.0, max(at_once, os.getloadavg()[0]) / len(os.sched_getaffinity(0)))
