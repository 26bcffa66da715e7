"""Rules of the house that a machine can check."""

import ast
import subprocess
import sys
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ("catalog", "ingestion", "rag", "halilit")


def test_imports_go_one_way():
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports")], cwd=ROOT, capture_output=True, text=True, env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def sources() -> list[Path]:
    return [path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_functions_stay_short_enough_to_read(path):
    long = [
        f"{node.name}: {(node.end_lineno or 0) - node.lineno + 1} lines"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > 50
    ]  # fmt: skip
    assert not long


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_files_own_one_thing_and_say_so(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 400
    if len(text.splitlines()) > 40:
        assert ast.get_docstring(ast.parse(text)), "it says nothing of what it owns"


def test_compiled_translations_are_those_of_the_sources():
    for source in (ROOT / "locale").rglob("*.po"):
        entries = {e.msgid: e.msgstr for e in polib.pofile(str(source)) if e.translated() and not e.msgid_plural}
        compiled = {e.msgid: e.msgstr for e in polib.mofile(str(source.with_suffix(".mo"))) if not e.msgid_plural}
        assert compiled == entries, "run make messages"
