"""A part of a scrape is killed: the run completes by itself, with the same tables, and nothing is left behind.

All of them at once, since most of their time is waiting for a lost lease to run out.
"""

import random
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from . import crashes
from .crashes import Crash

pytestmark = [pytest.mark.processes, pytest.mark.browser]
AFTER = {"worker": 2.0, "cluster": 2.5, "chromium": 0.5, "reader": 1.0}  # seconds of work


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[Crash]]]:
    """What comes of each victim, in an installation of its own that knew nothing before."""
    folder = tmp_path_factory.mktemp("crashes")
    with crashes.demo_site(folder / "site") as url, ThreadPoolExecutor(len(AFTER)) as threads:
        template = crashes.prepared(folder / "template", url)
        ground = template, crashes.undisturbed(template, folder / "undisturbed")
        yield {
            victim: threads.submit(
                crashes.met, ground, folder / victim, victim=victim, after=after, dice=random.Random(victim), patience=1
            )
            for victim, after in AFTER.items()
        }


@pytest.mark.parametrize("victim", AFTER)
def test_whatever_is_killed_the_run_completes_with_the_same_tables(victim: str, seen: dict[str, Future[Crash]]):
    crash = seen[victim].result()
    assert crash.killed, f"no {victim} was met while the run was at work"
    assert not crash.differs and not crash.left
