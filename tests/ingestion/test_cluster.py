"""The end of a cluster, of real processes: it is in order, whoever of them is told, and leaves nothing behind."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator

import pytest

from tests.installation import Installation, wait_until

from . import crashes
from .busy import PROMISE, finish, queue, state, value, work_in_flight
from .site import Site, page, serve, text

pytestmark = [pytest.mark.processes]
PARTS = 6  # parent, sentinel, two workers, monitor, pusher


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as served:
        served.answers["/robots.txt"] = text("User-agent: *\nDisallow:\n")
        yield served


def parts(installation: Installation) -> list[int]:
    """Processes of a cluster, in the order of their birth."""
    return sorted(pid for pid, words in crashes.processes_of(installation).items() if "qcluster" in words)


@contextlib.contextmanager
def idle_cluster(installation: Installation) -> Iterator[subprocess.Popen[bytes]]:
    with installation.cluster("scrape") as cluster:
        wait_until(lambda: len(parts(installation)) == PARTS, 60, "the cluster is up")
        wait_until(lambda: installation.reporting() == 1, 60, "it reports itself")
        yield cluster


def ended(cluster: subprocess.Popen[bytes]) -> int:
    """The exit code that it ends with in time."""
    wait_until(lambda: cluster.poll() is not None, 15, "the cluster ends")
    return cluster.wait()


def tell_parent(cluster: subprocess.Popen[bytes]) -> None:
    cluster.terminate()


def tell_all(cluster: subprocess.Popen[bytes]) -> None:
    os.killpg(cluster.pid, signal.SIGTERM)


def press_ctrl_c_twice(cluster: subprocess.Popen[bytes]) -> None:
    os.killpg(cluster.pid, signal.SIGINT)
    os.killpg(cluster.pid, signal.SIGINT)


@pytest.mark.browser
@pytest.mark.parametrize("tell", [tell_parent, tell_all])
def test_a_cluster_that_is_told_to_end_lets_go_of_its_runs_at_once(tell, installation: Installation, site: Site):
    other = site.base.replace("127.0.0.1", "localhost")  # both workers are at a run
    with work_in_flight(installation, site, Otherwerk=other) as (held, cluster):
        tell(cluster)
        wait_until(lambda: held.open == 0, PROMISE, "the requests are dropped")
        assert ended(cluster) == 0
        wait_until(lambda: not crashes.processes_of(installation), 5, "nothing is left")
    assert not value(installation, "select count(*) from ingestion_ingestionrun where lease <> ''")
    kept = "select url, state, attempts, reason from ingestion_frontierurl where state in ('fetching', 'failed')"
    assert not installation.rows(kept)
    finish(site)
    with installation.cluster("scrape"):
        going_on = "select count(*) from ingestion_ingestionrun where state <> 'completed'"
        wait_until(lambda: not value(installation, going_on), 90, "the runs complete")
    assert value(installation, "select max(revivals) from ingestion_ingestionrun") == 0


def test_an_idle_cluster_ends_whichever_of_its_processes_are_told_or_killed(installation: Installation):
    for tell in (tell_all, press_ctrl_c_twice):
        with idle_cluster(installation) as cluster:
            tell(cluster)
            assert ended(cluster) == 0
            assert not parts(installation)
    with idle_cluster(installation) as cluster:
        os.kill(parts(installation)[1], signal.SIGKILL)
        assert ended(cluster) == 1
        wait_until(lambda: not parts(installation), 5, "workers end with what watches over them")


def test_workers_that_are_killed_while_they_wait_are_replaced_and_the_queue_goes_on(
    installation: Installation, site: Site
):
    site.answers["/"] = page("Home", "Nothing but a page with some words on it")
    with idle_cluster(installation):
        for worker in parts(installation)[2:4]:
            os.kill(worker, signal.SIGKILL)
        queue(installation, site.base)
        wait_until(lambda: state(installation) == "completed", 90, "the run completes")
