"""A site that keeps a scrape busy: requests and a browser's page stay in flight until it is told to answer."""

import contextlib
import itertools
import subprocess
import threading
from collections.abc import Callable, Iterator
from typing import Any

from tests.installation import Installation, wait_until

from . import crashes
from .site import Answer, Site, page

PROMISE = 2.0  # seconds from a pause, cancel or signal until nothing of the run is in flight any more
RATE = "8"  # requests a second: there is more to come when it is stopped
SPINNING = "<!doctype html><html><head><title>App</title></head><body><div id=app></div><script>while (true) {}</script></body></html>"


class Held:
    """Answers that never end: counts the requests that are open, until the client goes away."""

    def __init__(self) -> None:
        self.open = 0
        self.lock = threading.Lock()

    def __call__(self, handler: Any) -> Answer:
        with self.lock:
            self.open += 1
        try:
            handler.send_response(200)
            handler.send_header("Content-Type", "text/html")
            handler.send_header("Content-Length", "1000000")
            handler.end_headers()
            handler.wfile.write(b"<!doctype html><p>It begins " + b"and goes on " * 200)
            handler.connection.settimeout(5)
            with contextlib.suppress(OSError):
                while not self.is_left(handler):
                    handler.wfile.write(b"and on ")  # who hears nothing for long would leave by itself
        finally:
            with self.lock:
                self.open -= 1
        handler.close_connection = True
        return 200, {}, b""

    def is_left(self, handler: Any) -> bool:
        """Wait for some seconds whether the client closes."""
        try:
            handler.connection.recv(1)
        except TimeoutError:
            return False
        return True


def broken_at_first() -> Callable[[Any], Answer]:
    """Broken once only: a machine that is busy for long would come to the last of its tries."""
    tries = itertools.count()
    return lambda _: page("again") if next(tries) else (500, {}, b"broken")


def busy_site(site: Site) -> Held:
    """Two slow bodies, a page whose scripts never rest, one that is tried again, and many more to come."""
    held = Held()
    names = ["slow1", "slow2", "spins", "again", *(f"p{n}" for n in range(40))]
    site.answers["/"] = page("Home", "".join(f'<a href="/{name}">{name}</a>' for name in names))
    site.answers |= {"/slow1": held, "/slow2": held, "/again": broken_at_first()}
    site.answers["/spins"] = (200, {"Content-Type": "text/html"}, SPINNING.encode())
    site.answers |= {f"/p{n}": page(f"Page {n}") for n in range(40)}
    return held


def value(installation: Installation, question: str) -> Any:
    return installation.rows(question)[0][0]


def state(installation: Installation) -> str:
    return str(value(installation, "select state from ingestion_ingestionrun order by id desc limit 1"))


def browsers(installation: Installation) -> list[str]:
    return [words for words in crashes.processes_of(installation).values() if "--headless" in words]


def queue(installation: Installation, url: str, name: str = "Tonewerk") -> None:
    """Make a brand known and its scrape wait for the queue's workers, in one go."""
    installation.manage("scrape", name, "--url", url, "--rate", RATE)


@contextlib.contextmanager
def work_in_flight(
    installation: Installation, site: Site, **others: str
) -> Iterator[tuple[Held, subprocess.Popen[bytes]]]:
    """A cluster that reads slow bodies of each brand and has a page open in Chromium; `others` by name and address."""
    held = busy_site(site)
    with installation.cluster("scrape") as cluster:
        for name, url in {"Tonewerk": site.base, **others}.items():
            queue(installation, url, name)
        wait_until(lambda: held.open >= 2 and browsers(installation), 90, "requests and the browser are at work")
        leases = "select count(*) from ingestion_ingestionrun where lease <> ''"
        wait_until(lambda: value(installation, leases) == 1 + len(others), 90, "a worker is at each run")
        yield held, cluster


def finish(site: Site) -> None:
    """Let the site answer everything."""
    for name in ("slow1", "slow2", "spins", "again"):
        site.answers[f"/{name}"] = page(name)
