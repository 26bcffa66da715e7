"""doctor: its exit code, and that each wrong line says what to do."""

import json
import os

import pytest

from halilit.ops import processes
from halilit.ops.doctor import examine
from halilit.ops.findings import Verdict
from tests import databases
from tests.installation import wait_until

MATTERS = {
    "database",
    "migrations",
    "query time",
    "throughput",
    "data folder",
    "disk",
    "browser",
    "clusters",
    "index",
    "vectors",
    "provider",
}
MEASURED = {"query time", "throughput"}  # of a machine that many tests share
if not databases.SERVER:
    MATTERS |= {"journal mode", "synchronous", "cache size"}


def by_name(output: str) -> dict[str, dict[str, str]]:
    return {finding["name"]: finding for finding in json.loads(output)["findings"]}


@pytest.mark.processes
def test_doctor_ends_with_1_without_clusters_and_with_0_when_all_is_well(installation):
    alone = installation.manage("doctor", "--json", check=False)
    found = by_name(alone.stdout)
    assert alone.returncode == 1
    assert found.keys() >= MATTERS
    assert {name for name, finding in found.items() if finding["verdict"] == "wrong"} - MEASURED == {"clusters"}
    assert "qcluster" in found["clusters"]["advice"]

    with installation.cluster("default"), installation.cluster("scrape"), installation.web():

        def healthy():
            done = installation.manage("doctor", "--json", check=False)
            return done if done.returncode == 0 else None

        wait_until(lambda: installation.reporting() == 2, 60, "both clusters begin to report themselves")
        done = wait_until(healthy, 60, "both clusters report themselves")
        found = by_name(done.stdout)
        assert json.loads(done.stdout)["healthy"] is True
        assert {"memory: web", "memory: cluster"} <= found.keys()
        assert "process" in found["memory: cluster"]["value"]
        told = installation.manage("doctor").stdout
    assert "Nothing is wrong." in told


@pytest.mark.processes
def test_doctor_says_how_to_mend_what_is_wrong(installation):
    installation.extra |= {"HALILIT_CHROMIUM": "/nowhere/chromium", "HALILIT_LLM": "gemini"}
    databases.empty(installation.folder)
    done = installation.manage("doctor", "--json", check=False)
    found = by_name(done.stdout)
    assert done.returncode == 1
    assert "manage.py migrate" in found["migrations"]["advice"]
    assert "HALILIT_CHROMIUM" in found["browser"]["advice"]
    assert "docs/settings.md" in found["provider"]["advice"]


def test_what_is_wrong_always_has_advice(db):
    for finding in examine():
        assert (finding.verdict == Verdict.OK) == (not finding.advice)


def test_a_stale_index_is_found(brand):
    (finding,) = [finding for finding in examine() if finding.name == "index"]
    assert finding.verdict == Verdict.WRONG
    assert "1 documents" in finding.value


def test_memory_of_a_process_is_read_from_proc():
    assert processes.pss(os.getpid()) > 10_000_000
    assert processes.parent(os.getpid()) == os.getppid()
    assert processes.pss(2**22 + 1) == 0
