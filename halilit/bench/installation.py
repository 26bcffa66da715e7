"""An installation of a benchmark's own: data folder, environment, and real processes that end with it."""

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.core.management.base import CommandError

from ingestion.priorities import put_back

SCRAPE_PRIORITY = 19  # as the Procfile has it
SCRAPE_LIMIT = 1800  # seconds for one scrape


def environment(folder: Path, database_url: str = "") -> dict[str, str]:
    """As in production, but without HTTPS, and open to sites on this machine; on SQLite unless a database is named."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("HALILIT_", "DATABASE_URL"))}
    return inherited | {
        "HALILIT_DATA_DIR": str(folder),
        "DATABASE_URL": database_url or f"sqlite:///{folder / 'db.sqlite3'}",
        "HALILIT_ALLOW_PRIVATE_HOSTS": "1",
        "HALILIT_CHROMIUM": settings.CHROMIUM,
        "HALILIT_HTTPS": "0",
        "HALILIT_LLM": "extractive",
        # What is measured is an answer that nobody has asked for yet, and all questions come from one address.
        "HALILIT_REUSE_DAYS": "0",
        # And a page that nobody has opened before; `make load` keeps pages, as an installation does.
        "HALILIT_PAGES_KEPT_SECONDS": "0",
        "HALILIT_ASK_A_MINUTE": "0",
        "HALILIT_ASK_A_DAY": "0",
        "HALILIT_SEARCH_ALL_A_MINUTE": "0",
        "HALILIT_LOG_LEVEL": "WARNING",
        "DEBUG": "0",
        "ALLOWED_HOSTS": "127.0.0.1",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "PYTHONUNBUFFERED": "1",
    }


@contextlib.contextmanager
def database(server: str) -> Iterator[str]:
    """The URL of a new database on the server that a URL names, dropped afterwards; "" for ""."""
    if not server:
        yield ""
        return
    import psycopg

    name = f"halilit_bench_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlsplit(server)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def process(
    *words: str, log: Path | None, nice: int = 0, env: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A process with all that it starts, ended afterwards. The environment is that of this one unless given; what it
    says goes to the log; without one, its messages go to the terminal."""
    prefix = ["nice", "-n", str(nice)] if nice else []
    with log.open("ab") if log else contextlib.nullcontext() as out:
        started = subprocess.Popen(
            [*prefix, *words],
            cwd=settings.BASE_DIR,
            env=env,
            stdout=out or subprocess.DEVNULL,
            stderr=out,
            start_new_session=True,
        )
    if nice:
        with contextlib.suppress(OSError):
            put_back(started.pid, nice)  # it leads a session, and sessions are equals whatever `nice` says
    try:
        yield started
    finally:
        end(started)


def end(started: subprocess.Popen[bytes]) -> None:
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(started.pid, sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            started.wait(10)


def manage(*words: str) -> list[str]:
    return [sys.executable, str(settings.BASE_DIR / "manage.py"), *words]


@contextlib.contextmanager
def web(**variables: str) -> Iterator[str]:
    """A real uvicorn on this installation, with more variables in its environment; yields its address."""
    with web_process(**variables) as (base, _process):
        yield base


@contextlib.contextmanager
def web_process(**variables: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    port = free_port()
    words = [sys.executable, "-m", "uvicorn", "halilit.asgi:application", "--port", str(port)]
    # A connection that the server closes after the usual 5 s may be closed under a request that is on its way.
    quiet = ["--lifespan", "off", "--no-access-log", "--log-level", "warning", "--timeout-keep-alive", "75"]
    env = {**os.environ, **variables}
    with process(*words, *quiet, log=settings.DATA_DIR / "web.log", env=env) as started:
        base = f"http://127.0.0.1:{port}"
        wait_for(f"{base}/healthz", settings.DATA_DIR / "web.log")
        yield base, started


def wait_for(url: str, log: Path, seconds: float = 60) -> None:
    end_at = time.monotonic() + seconds
    while time.monotonic() < end_at:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(url, timeout=2).status_code < 500:
                return
        time.sleep(0.1)
    raise RuntimeError(f"{url} did not answer within {seconds:.0f} s. Its output:\n{log.read_text()[-2000:]}")


@contextlib.contextmanager
def served(*words: str, log: Path) -> Iterator[dict[str, str]]:
    """A server of sites that writes {name: address} to its --ready-file; yields that."""
    ready = settings.DATA_DIR / f"ready-{time.monotonic_ns()}.json"
    with process(*words, "--ready-file", str(ready), log=log, nice=SCRAPE_PRIORITY):
        end_at = time.monotonic() + 60
        while not ready.exists():
            if time.monotonic() > end_at:
                raise RuntimeError(f"The site to scrape did not start. Its output:\n{log.read_text()[-2000:]}")
            time.sleep(0.1)
        yield json.loads(ready.read_text())


def demo_site() -> contextlib.AbstractContextManager[dict[str, str]]:
    return served(*manage("demo_site", "--port", "0"), log=settings.DATA_DIR / "site.log")


def scrape(brand: str, url: str, *more: str) -> None:
    """One run in a process of its own, as fast as the site answers. Raises CommandError where it fails."""
    words = manage("scrape", brand, "--url", url, "--inline", "--rate", "0", *more)
    done = subprocess.run(
        words, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=SCRAPE_LIMIT, check=False
    )
    if done.returncode:
        raise CommandError(f"The scrape of {url} failed: {done.stderr.strip()[-500:]}")
