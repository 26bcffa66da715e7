"""A worker's host is cut off in the middle of a run: another takes over, and the first one writes nothing over it."""

from pathlib import Path

import pytest

from tests import databases, hosts

from . import cut_off

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(not databases.SERVER, reason="several hosts share a PostgreSQL server: see docs/scaling.md"),
    pytest.mark.skipif(not hosts.can_be_made(), reason="network namespaces need root"),
]


@pytest.mark.skipif(not hosts.reaches_database(), reason="the server listens to this machine alone: POSTGRESQL_NETWORK")
def test_a_host_that_is_away_for_longer_than_its_lease_changes_nothing(tmp_path: Path):
    with cut_off.ground(tmp_path) as (both, url, template, expected):
        seen = cut_off.cut_off(template, tmp_path / "run", both, url, expected, after=1.5, away=cut_off.LONG)
    assert len(seen.hosts) == 2, "the other host takes over"
    assert not seen.differs and not seen.amid
