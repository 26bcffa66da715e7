"""docs/security.md names the test that shows each line, and every one of them is there."""

import ast
import re

from tests.installation import ROOT

TEXT = (ROOT / "docs" / "security.md").read_text("utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.py)(?:::([\w:]+))?`", TEXT)


def names_in(path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    found = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    return found | {
        f"{each.name}::{node.name}" for each in classes for node in each.body if isinstance(node, ast.FunctionDef)
    }


def test_every_test_that_it_names_exists():
    assert len(NAMED) > 40
    lost = [
        f"{file}::{name}"
        for file, name in NAMED
        if not (ROOT / file).exists() or (name and name not in names_in(ROOT / file))
    ]
    assert lost == []


def test_every_chapter_of_the_standard_is_spoken_of():
    assert set(re.findall(r"^## V(\d+) ", TEXT, re.MULTILINE)) == {str(number) for number in range(1, 18)}
