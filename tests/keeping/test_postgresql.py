"""A backup of PostgreSQL, by its own programs, equals what it was taken of and goes into an empty database alone."""

from pathlib import Path

import pytest

from halilit.keeping.manifest import Manifest, problems
from tests import databases
from tests.installation import Installation, shared
from tests.rag.site import fill

pytestmark = pytest.mark.skipif(not databases.SERVER, reason="PostgreSQL's: make test-postgresql")


def test_a_backup_goes_into_an_empty_database_and_into_no_other(tmp_path: Path):
    one = shared("library", fill).copied(tmp_path / "one")
    made = Path(one.manage("backup").stdout.splitlines()[0])
    manifest = Manifest.read(made)
    assert manifest.rows["catalog_document"] == one.rows("select count(*) from catalog_document")[0][0] > 0
    assert not list(problems(made)) and (made / "database.dump").stat().st_mode & 0o077 == 0

    other = Installation(tmp_path / "other")
    other.folder.mkdir()
    databases.create(other.folder)
    other.manage("restore", str(made))  # which counts each table
    assert other.rows("select id, question from rag_answer order by 1") == one.rows(
        "select id, question from rag_answer order by 1"
    )
    assert "Tremor" in other.manage("ask", "How do I factory reset the Tremor-49?").stdout

    refused = other.manage("restore", str(made), "--overwrite", check=False)
    assert refused.returncode == 1 and "Make an empty one" in refused.stderr
