"""The short form of `python -m tests.faults`: the disk is full or cannot be written, under a real web process."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from tests import databases
from tests.faults.ground import Impossible, Site, web_alone
from tests.faults.injected import FAULTS, full, read_only

pytestmark = pytest.mark.processes
Made = Callable[[Site], AbstractContextManager[None]]


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with web_alone() as running:
        yield running


@pytest.mark.parametrize(("name", "made"), [("disk full", full), ("read-only disk", read_only)])
def test_pages_go_on_what_cannot_be_kept_is_refused_politely_and_then_all_is_well(name: str, made: Made, site: Site):
    try:
        with made(site):
            seen = site.visit()
    except Impossible as reason:
        pytest.skip(str(reason))
    assert seen.statuses["ready"] == 503
    if databases.SERVER:  # the database is on a disk of its own: nothing is refused
        assert {status for what, status in seen.statuses.items() if what != "ready"} == {200}
        assert "Shift" in seen.texts["question"]
    else:
        assert not FAULTS[name].misses(seen)
        assert seen.statuses["API"] == 503
    again = site.visit()
    assert set(again.statuses.values()) == {200}
    assert "Shift" in again.texts["question"]
