"""What a web process has open at a database server: as many sessions as it needs, however many ask."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from rag import pool
from tests import databases
from tests.installation import Installation, wait_until

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(not databases.SERVER, reason="SQLite has no sessions"),
]
VISITORS, PAGES = 8, 80
KEPT = pool.THREADS + pool.READERS + 2  # by the threads that keep one
OF_ALL = "from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, str]]:
    installation = Installation.migrated(tmp_path_factory.mktemp("site") / "installation")
    with installation.web() as base:
        yield installation, base


def visited(base: str) -> set[int]:
    """What so many pages and searches are answered with, several at once."""
    with httpx.Client(base_url=base, timeout=60) as client, ThreadPoolExecutor(VISITORS) as visitors:
        addresses = (f"/search/?q=reset+{n}" if n % 2 else "/brands/" for n in range(PAGES))
        return set(visitors.map(lambda address: client.get(address).status_code, addresses))


def test_a_request_that_is_over_leaves_no_session_open(site: tuple[Installation, str]):
    installation, base = site
    assert visited(base) == {200}
    wait_until(lambda: installation.rows(f"select count(*) {OF_ALL}")[0][0] <= KEPT, 5, "sessions are given back")


def test_a_server_that_ended_all_sessions_costs_no_visitor_an_error(site: tuple[Installation, str]):
    installation, base = site
    assert visited(base) == {200}
    assert installation.rows(f"select pg_terminate_backend(pid) {OF_ALL}")
    assert visited(base) == {200}
