"""What the sources say and what is translated are the same: a string that is new in either fails here."""

import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = Path("locale/he/LC_MESSAGES/django.po")
SOURCES = ("halilit", "catalog", "ingestion", "rag", "templates", "locale")
COLLECT = ("makemessages", "-l", "he", "--no-wrap", "--add-location", "file")


def entries(path: Path) -> set[tuple[str, str]]:
    return {(entry.msgctxt or "", entry.msgid) for entry in polib.pofile(str(path)) if not entry.obsolete}


@pytest.mark.skipif(not shutil.which("xgettext"), reason="xgettext is not installed (Debian: apt install gettext)")
def test_makemessages_finds_nothing_new_and_nothing_that_is_gone(tmp_path):
    for name in SOURCES:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    shutil.copy(ROOT / "manage.py", tmp_path)
    subprocess.run([sys.executable, "manage.py", *COLLECT], cwd=tmp_path, check=True, capture_output=True)
    found, translated = entries(tmp_path / CATALOGUE), entries(ROOT / CATALOGUE)
    assert found - translated == set(), "run make messages and translate them"
    assert translated - found == set(), "run make messages: nothing says them any more"
