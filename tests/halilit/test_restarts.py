"""What the units under deploy/systemd promise, shown with real processes: no request is lost, no cluster stands still."""

import os
import shlex
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest

from tests.installation import ROOT, Installation, end_group, wait_until

pytestmark = [pytest.mark.processes]
BOTH = "halilit-queue halilit-scrape"


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation.migrated(tmp_path / "installation")


class Visitor(threading.Thread):
    """Asks for a page without a pause, each time by a new connection, and once more where one was cut before any answer:
    so the proxy does (`proxy_next_upstream`)."""

    def __init__(self, address: str) -> None:
        super().__init__(daemon=True)
        self.address, self.answers, self.over = address, list[int | str](), threading.Event()

    def run(self) -> None:
        while not self.over.wait(0.02):
            try:
                self.answers.append(self.ask())
            except httpx.HTTPError as problem:
                self.answers.append(repr(problem))

    def ask(self) -> int:
        try:
            return httpx.get(self.address, timeout=100).status_code
        except (httpx.ReadError, httpx.RemoteProtocolError):
            return httpx.get(self.address, timeout=100).status_code


def web(installation: Installation, listening: socket.socket, **environment: str) -> "subprocess.Popen[bytes]":
    """The unit's own command, with the socket as file descriptor 3, as systemd hands it over."""
    unit = (ROOT / "deploy" / "systemd" / "halilit-web.service").read_text()
    command = next(line for line in unit.splitlines() if line.startswith("ExecStart="))
    words = [sys.executable, "-m", "uvicorn", *shlex.split(command)[1:]]
    shell = ["bash", "-c", f'exec 3<&{listening.fileno()}; exec "$@"', "web", *words]
    return subprocess.Popen(
        shell,
        cwd=ROOT,
        env=installation.environment | environment,
        pass_fds=[listening.fileno()],
        start_new_session=True,
    )


def test_a_restart_of_web_costs_no_request(installation: Installation):
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listening:
        process = web(installation, listening)
        visitors = [Visitor(f"http://127.0.0.1:{listening.getsockname()[1]}/healthz") for _ in range(2)]
        for visitor in visitors:
            visitor.start()
        try:
            wait_until(lambda: all(len(visitor.answers) > 3 for visitor in visitors), 100, "pages are served")
            process.terminate()
            process.wait(100)
            process = web(installation, listening)
            for visitor in visitors:
                visitor.over.set()
                visitor.join(100)
        finally:
            end_group(process)
    answers = [answer for visitor in visitors for answer in visitor.answers]
    assert set(answers) == {200}, set(answers)


def test_a_reload_replaces_the_processes_of_web_while_others_answer(installation: Installation):
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listening:
        process = web(installation, listening, WEB_CONCURRENCY="2")
        visitor = Visitor(f"http://127.0.0.1:{listening.getsockname()[1]}/healthz")
        visitor.start()
        try:
            wait_until(lambda: len(visitor.answers) > 3, 100, "pages are served")
            before = workers_of(process.pid)
            process.send_signal(signal.SIGHUP)
            wait_until(lambda: len(now := workers_of(process.pid)) == 2 and not now & before, 100, "both are new")
            so_far = len(visitor.answers)
            wait_until(lambda: len(visitor.answers) > so_far + 3, 100, "they serve pages")
            visitor.over.set()
            visitor.join(100)
        finally:
            end_group(process)
    assert len(before) == 2 and set(visitor.answers) == {200}, set(visitor.answers)


def workers_of(pid: int) -> set[int]:
    """Processes that uvicorn's parent has started to serve."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return {int(child) for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()}


def watchdog(
    installation: Installation, folder: Path, *, seconds: int, active: str = BOTH, address: str = ""
) -> list[str]:
    """Run the watchdog's script, with a systemctl that only writes down what it is told; what that was. It looks again
    after so many seconds."""
    told = folder / "told"
    told.touch()
    active = f'[ "$1" != is-active ] || [[ " {active} " = *" ${{*: -1}} "* ]] || exit 3'
    (folder / "systemctl").write_text(f'#!/bin/bash\n{active}\n[ "$1" = is-active ] || echo "$@" >>{told}\n')
    (folder / "setpriv").write_text('#!/bin/bash\nshift 5\nexec "$@"\n')  # nobody of that name is needed here
    for program in ("systemctl", "setpriv"):
        (folder / program).chmod(0o755)
    own = {
        "PATH": f"{folder}:{os.environ['PATH']}",
        "HALILIT_PYTHON": sys.executable,
        "HALILIT_WATCHDOG_SECONDS": str(seconds),
        "HALILIT_WATCHDOG_PATIENCE": "2",
        "HALILIT_WATCHDOG_ADDRESS": address,
    }
    environment = installation.environment | own
    subprocess.run(["bash", "deploy/restart-wedged"], cwd=ROOT, env=environment, check=True, timeout=100)
    return told.read_text().splitlines()


def test_a_cluster_that_stands_still_is_restarted_and_one_at_work_is_not(installation: Installation, tmp_path: Path):
    with installation.cluster("scrape") as cluster, installation.cluster("default"):
        wait_until(lambda: installation.reporting() == 2, 100, "both report themselves")
        assert watchdog(installation, tmp_path, seconds=20) == []  # the second look is rare
        children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(cluster.pid)], capture_output=True, text=True)
        guards = [int(pid) for pid in children.stdout.split()]
        for guard in guards:
            os.kill(guard, signal.SIGSTOP)  # alive, and doing nothing: so it looks when it is wedged
        try:
            wait_until(lambda: installation.reporting() < 2, 100, "its silence shows")
            # One that was stopped by hand is not missed, and not started.
            assert watchdog(installation, tmp_path, seconds=1, active="halilit-queue") == []
            assert watchdog(installation, tmp_path, seconds=1) == [f"restart {BOTH}"]
        finally:
            for guard in guards:
                os.kill(guard, signal.SIGCONT)


def test_a_web_that_does_not_answer_is_restarted_and_one_that_does_is_not(installation: Installation, tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as deaf:  # the system takes its connections, and nobody reads them
        address = f"http://127.0.0.1:{deaf.getsockname()[1]}/healthz"
        for active, told in (("", []), ("halilit-web", ["restart halilit-web"])):
            assert watchdog(installation, tmp_path, seconds=0, active=active, address=address) == told
    (tmp_path / "told").unlink()
    with installation.web() as base:
        assert watchdog(installation, tmp_path, seconds=0, active="halilit-web", address=f"{base}/healthz") == []
