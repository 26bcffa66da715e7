"""An installation's database taken over into another one: from SQLite to whichever the suite runs on."""

import sqlite3

import pytest

from tests import databases
from tests.installation import Installation

pytestmark = pytest.mark.processes

ROWS = """
from tests.rag.manuals import build; build()
from django.contrib.auth.models import Group, User
user = User.objects.create_user("dana", password="long enough 17")
user.groups.set(Group.objects.all())
from catalog.models import Document
Document.objects.filter(title="").update(title="-")
from rag.models import Answer, Conversation
Answer.objects.create(conversation=Conversation.objects.create(), question="How heavy?", text="3 kg")
"""
FOUND = "from rag.retrieve import retrieve; print(len(retrieve('tremolo')))\n"
NEXT = "from catalog.models import Brand; Brand.objects.create(name='Next', slug='next')"
COUNTED = (
    "catalog_document", "catalog_documentpage", "catalog_product", "rag_chunk", "rag_answer", "auth_user_groups",
    "auth_user", "rag_searchsynonym",
)  # fmt: skip


def test_every_row_arrives_is_found_and_new_ones_can_follow(tmp_path):
    if databases.SERVER:
        old = Installation(tmp_path / "old")
        old.folder.mkdir()
        old.extra["DATABASE_URL"] = f"sqlite:///{old.database}"
        old.manage("migrate", "--verbosity", "0")
    else:
        old = Installation.migrated(tmp_path / "old")
    found = old.manage("shell", "-v0", "-c", ROWS + FOUND).stdout
    new = Installation.migrated(tmp_path / "new")
    told = new.manage("move_database", old.environment["DATABASE_URL"]).stdout
    assert "the same number on both sides" in told
    with sqlite3.connect(old.database) as database:
        for table in COUNTED:
            there = database.execute(f"select count(*) from {table}").fetchone()[0]
            assert new.rows(f"select count(*) from {table}")[0][0] == there > 0, table
        changed = database.execute(
            "select indexed_at from rag_indexeddocument order by document_id limit 1"
        ).fetchone()[0]
    assert (
        str(new.rows("select indexed_at from rag_indexeddocument order by document_id limit 1")[0][0])[:19]
        == changed[:19]
    )
    assert int(new.manage("shell", "-v0", "-c", FOUND + NEXT).stdout) == int(found)
    again = new.manage("move_database", old.environment["DATABASE_URL"], check=False)
    assert again.returncode and "Only an empty one is filled" in again.stderr


def test_what_is_no_database_is_said(installation, tmp_path):
    for url, said in ((f"sqlite:///{tmp_path}/none.sqlite3", "There is no file"), ("nonsense", "schemes")):
        done = installation.manage("move_database", url, check=False)
        assert done.returncode and said in done.stderr and "Traceback" not in done.stderr
