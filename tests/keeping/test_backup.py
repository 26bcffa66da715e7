"""Nothing lost: a backup under write load equals what it was taken of, and nothing is restored that cannot be trusted."""

import json
import os
import shutil
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from halilit.keeping import restore
from halilit.keeping.manifest import BackupProblem, Manifest, hash_of, problems, rows_of
from tests import databases
from tests.installation import Installation, shared
from tests.rag.site import fill

pytestmark = pytest.mark.skipif(bool(databases.SERVER), reason="SQLite's; PostgreSQL has test_postgresql")


class Writer(threading.Thread):
    """Writes one row and one file a transaction as fast as it can; the row names the file, which is there first."""

    def __init__(self, installation: Installation) -> None:
        super().__init__(daemon=True)
        self.installation, self.over = installation, threading.Event()
        self.begun = self.written = 0  # transactions, those that may be in the database and those that surely are

    def run(self) -> None:
        folder = self.installation.folder / "files" / "media"
        folder.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self.installation.database, timeout=30, isolation_level=None)) as database:
            database.execute("PRAGMA journal_mode=WAL")
            while not self.over.is_set():
                self.begun += 1
                (folder / f"{self.written}.webp").write_bytes(b"picture %d" % self.written)
                database.execute("BEGIN IMMEDIATE")
                for half in ("a", "b"):
                    database.execute(
                        "insert into django_session values (?, ?, '2100-01-01')",
                        (f"{self.written}-{half}", f"{self.written}.webp"),
                    )
                database.execute("COMMIT")
                self.written += 1
                self.over.wait(0.002)


@pytest.fixture(scope="module")
def drill(tmp_path_factory: pytest.TempPathFactory):
    """An installation, and a backup of it that was taken while something wrote all the time."""
    folder = tmp_path_factory.mktemp("drill") / "installation"
    installation = shared("library", fill).copied(folder)
    writer = Writer(installation)
    writer.start()
    while writer.written < 20:
        time.sleep(0.01)
    before = writer.written
    told = installation.manage("backup")
    after, at_most = writer.written, writer.begun
    writer.over.set()
    writer.join()
    made = Path(told.stdout.splitlines()[0])
    return installation, made, before, after, at_most


def tables(database: Path) -> dict[str, list]:
    with closing(sqlite3.connect(database)) as connection:
        names = [name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")]
        return {name: sorted(connection.execute(f'select * from "{name}"'), key=repr) for name in names}


def test_it_was_taken_while_rows_were_written(drill):
    *_, before, after, _ = drill
    assert before < after


def test_it_holds_whole_transactions_of_one_moment_and_their_files(drill):
    _, made, before, _, at_most = drill
    with closing(sqlite3.connect(made / "db.sqlite3")) as database:
        rows = database.execute("select session_data, count(*) from django_session group by 1").fetchall()
    assert {count for _, count in rows} == {2}
    assert before <= len(rows) <= at_most
    assert all((made / "files" / "media" / name).exists() for name, _ in rows)
    assert not list(problems(made))


def test_nobody_else_can_read_it(drill):
    assert drill[1].stat().st_mode & 0o077 == 0


def test_the_next_one_takes_only_the_room_of_what_is_new(drill):
    """And no bytes that have changed on the disk since they were backed up."""
    installation, made, *_ = drill
    kept = sorted(path for path in (made / "files").rglob("*") if path.is_file())
    hurt, whole = kept[0], kept[1]
    sound, told = hurt.read_bytes(), hurt.stat()
    hurt.write_bytes(bytes(len(sound)))
    os.utime(hurt, ns=(told.st_atime_ns, told.st_mtime_ns))
    again = Path(installation.manage("backup").stdout.splitlines()[0])
    assert (again / whole.relative_to(made)).stat().st_ino == whole.stat().st_ino
    assert (again / hurt.relative_to(made)).read_bytes() == sound
    assert not list(problems(again))
    hurt.write_bytes(sound)
    os.utime(hurt, ns=(told.st_atime_ns, told.st_mtime_ns))
    noted = json.loads((installation.folder / "last-backup.json").read_text())
    assert noted["folder"] == str(again) and noted["made_at"] == Manifest.read(again).made_at


@pytest.fixture(scope="module")
def restored(drill, tmp_path_factory):
    _, made, *_ = drill
    other = Installation(tmp_path_factory.mktemp("restored") / "installation")
    other.folder.mkdir()
    other.manage("restore", str(made))
    return other


def test_restored_elsewhere_it_equals_the_backup_in_every_row_and_byte(drill, restored):
    _, made, *_ = drill
    assert rows_of(restored.database) == Manifest.read(made).rows
    assert tables(restored.database) == tables(made / "db.sqlite3")
    for name, known in Manifest.read(made).files.items():
        if name.startswith("files/"):
            assert hash_of(restored.folder / name) == tuple(known)
    assert (restored.folder / "secret-key.txt").read_bytes() == (made / "secret-key.txt").read_bytes()


def test_a_restored_installation_answers(restored):
    assert "Tremor" in restored.manage("ask", "How do I factory reset the Tremor-49?").stdout


def test_an_installation_is_not_overwritten_without_a_word(drill, restored):
    _, made, *_ = drill
    refused = restored.manage("restore", str(made), check=False)
    assert refused.returncode == 1
    assert "--overwrite" in refused.stderr
    told = restored.manage("restore", str(made), "--overwrite").stdout
    aside = Path(told.partition("What was there is in ")[2].splitlines()[0].rstrip("."))
    kept, known = rows_of(aside / "db.sqlite3"), Manifest.read(made).rows
    assert {name for name in kept if kept[name] < known[name]} == set()


def rewritten(folder: Path, name: str, *entry) -> None:
    """The manifest without a file, which is gone too, or with one more."""
    told = json.loads((folder / "manifest.json").read_text())
    if entry:
        told["files"][name] = entry[0]
    else:
        del told["files"][name]
        (folder / name).unlink()
    (folder / "manifest.json").write_text(json.dumps(told))


@pytest.fixture
def copy(drill, tmp_path):
    shutil.copytree(drill[1], tmp_path / "copy")
    return tmp_path / "copy"


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lambda folder: (folder / "db.sqlite3").write_bytes(b"x"), "db.sqlite3 is not what was backed up"),
        (lambda folder: next((folder / "files" / "media").iterdir()).unlink(), "is missing"),
        (lambda folder: (folder / "files" / "more.html").write_text("x"), "does not belong"),
        (lambda folder: (folder / "manifest.json").unlink(), "was not finished"),
        (lambda folder: (folder / "manifest.json").write_text("{"), "cannot be read"),
        (lambda folder: rewritten(folder, "db.sqlite3"), "holds no database"),
        (lambda folder: rewritten(folder, "../../x", (1, "x")), "outside of its folder"),
    ],
    ids=["changed", "missing", "added", "unfinished", "garbled", "without its database", "leading out"],
)
def test_a_backup_that_was_tampered_with_is_refused(copy, harm, told):
    from halilit.keeping.manifest import BackupProblem
    from halilit.keeping.restore import verified

    harm(copy)
    with pytest.raises(BackupProblem, match=told):
        verified(copy)


def test_a_manifest_cannot_lead_out_of_its_folder(copy):
    from halilit.keeping.manifest import BackupProblem

    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["files"]["../../outside"] = [1, "x"]
    (copy / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(BackupProblem, match="outside"):
        Manifest.read(copy)


def test_old_backups_go_and_the_newest_stay(tmp_path):
    from halilit.keeping.backup import let_go

    for day in (1, 2, 3):
        (tmp_path / f"2026-01-0{day}T000000Z").mkdir()
    for name in ("notes", "2026-01-01T120000Z.part", "2026-01-03T120000Z.part"):
        (tmp_path / name).mkdir()
    os.utime(tmp_path / "2026-01-01T120000Z.part", (0, 0))  # killed long ago; the other may be at work
    gone, stay = {"2026-01-01T000000Z", "2026-01-01T120000Z.part"}, {"2026-01-02T000000Z", "2026-01-03T000000Z"}
    assert {path.name for path in let_go(tmp_path, 2)} == gone
    assert {path.name for path in tmp_path.iterdir()} == stay | {"notes", "2026-01-03T120000Z.part"}


def test_what_cannot_be_exchanged_as_a_whole_stays_as_it_was(tmp_path):
    for name in ("files", "db", "new files"):
        (tmp_path / name).write_text(name)
    wanted = [("files", "aside"), ("new files", "files"), ("db", "another disk/db")]
    with pytest.raises(BackupProblem, match=r"another disk.* Nothing was changed\.$"):
        restore.rename([(tmp_path / old, tmp_path / new) for old, new in wanted])
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {
        name: name for name in ("files", "db", "new files")
    }
