"""A session that stands back by `nice` is put back among the sessions too, where the system shares by sessions."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.priorities import hold_priority

SHARING = Path("/proc/sys/kernel/sched_autogroup_enabled")
pytestmark = pytest.mark.skipif(
    not SHARING.exists() or SHARING.read_text().strip() != "1", reason="the system does not share by sessions"
)


@pytest.fixture(params=[0, 7])
def leader(request: pytest.FixtureRequest) -> Iterator[tuple[int, int]]:
    """The leader of a session of its own, and its `nice`."""
    words = [sys.executable, "-c", "print(flush=True); input()"]
    with subprocess.Popen(
        ["nice", "-n", str(request.param), *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        assert process.stdout and process.stdout.readline()
        yield process.pid, request.param
        process.communicate(b"\n")


def test_a_session_is_put_back_as_far_as_its_leader(leader: tuple[int, int]):
    pid, nice = leader
    hold_priority(pid)
    assert Path(f"/proc/{pid}/autogroup").read_text().split()[-1] == str(nice)
    hold_priority(pid)  # where nothing is to be changed nothing is written


def test_a_process_that_has_ended_is_none_to_put_back():
    hold_priority(2**22 + 1)  # more than the kernel numbers
