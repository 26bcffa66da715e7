"""A part of a scrape is killed: the run completes by itself, with the same tables, and nothing is left behind."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.installation import Installation

from . import crashes

pytestmark = [pytest.mark.processes, pytest.mark.browser]
Ground = tuple[Installation, dict[str, list[Any]]]


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """An installation that knows the brand, and the tables of an undisturbed scrape."""
    folder = tmp_path_factory.mktemp("crashes")
    with crashes.demo_site(folder / "site") as url:
        template = crashes.prepared(folder / "template", url)
        yield template, crashes.undisturbed(template, folder / "undisturbed")


@pytest.mark.parametrize(("victim", "after"), [("worker", 2.0), ("cluster", 2.5), ("chromium", 0.5), ("reader", 1.0)])
def test_whatever_is_killed_the_run_completes_with_the_same_tables(
    victim: str, after: float, ground: Ground, tmp_path: Path
):
    template, expected = ground
    seen = crashes.crash(template, tmp_path / "run", expected, victim=victim, after=after, dice=random.Random(victim))
    assert seen.killed, f"no {victim} was met while the run was at work"
    assert not seen.differs and not seen.left
