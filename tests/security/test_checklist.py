"""docs/security.md speaks of each line of the standard once, and names the test that shows it; every one is there."""

import ast
import re

from tests.installation import ROOT

TEXT = (ROOT / "docs" / "security.md").read_text("utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.py)(?:::([\w:]+))?`", TEXT)
# ASVS 5.0.0: in each section the lines of levels 1 and 2 come first; how many there are of them.
SECTIONS = """1.1:2 1.2:9 1.3:11 1.4:3 1.5:2 2.1:3 2.2:3 2.3:4 2.4:1 3.2:2 3.3:4 3.4:6 3.5:5 3.7:2 4.1:3 4.2:1 4.3:2 4.4:4 5.1:1 5.2:3
5.3:2 5.4:3 6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4 7.1:3 7.2:4 7.3:2 7.4:5 7.5:2 7.6:2 8.1:2 8.2:3 8.3:1 8.4:1 9.1:3 9.2:4 10.1:2
10.2:2 10.3:4 10.4:11 10.5:5 10.6:2 10.7:3 11.1:2 11.2:3 11.3:3 11.4:4 11.5:1 11.6:1 12.1:3 12.2:2 12.3:4 13.1:1 13.2:5 13.3:2 13.4:5
14.1:2 14.2:4 14.3:3 15.1:3 15.2:3 15.3:7 16.1:1 16.2:5 16.3:4 16.4:3 16.5:3 17.1:1 17.2:4 17.3:2"""
LINES = [
    f"{section}.{n}"
    for section, count in (one.split(":") for one in SECTIONS.split())
    for n in range(1, int(count) + 1)
]
ROWS = [
    [cell.strip() for cell in row.strip("| \n").split(" | ")] for row in re.findall(r"^\| \d+\.\d+\.\d+.*$", TEXT, re.M)
]


def names_in(path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    found = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    return found | {
        f"{each.name}::{node.name}" for each in classes for node in each.body if isinstance(node, ast.FunctionDef)
    }


def numbers(text: str) -> list[str]:
    """Of `1.2.3, 1.3.1–1.3.4` each one."""
    found = []
    for section, first, last in re.findall(r"\b(\d+\.\d+)\.(\d+)(?:–\d+\.\d+\.(\d+))?", text):
        found += [f"{section}.{n}" for n in range(int(first), int(last or first) + 1)]
    return found


def test_every_test_that_it_names_exists():
    assert len(NAMED) > 200
    there = {file: names_in(ROOT / file) for file, _name in NAMED if (ROOT / file).exists()}
    lost = [f"{file}::{name}" for file, name in NAMED if file not in there or (name and name not in there[file])]
    assert lost == []


def test_every_line_of_levels_1_and_2_is_spoken_of_once():
    assert len(LINES) == 253
    apart = "".join(re.findall(r"^Does not apply: (.*)$", TEXT, re.M))
    said = [number for row in ROWS for number in numbers(row[0])] + numbers(apart)
    assert sorted(set(LINES) - set(said)) == []
    assert sorted({number for number in said if said.count(number) > 1}) == []


def test_a_line_that_applies_has_a_test_or_says_that_it_is_not_met():
    assert [row[0] for row in ROWS if len(row) != 3 or not ("`tests/" in row[2] or row[1].startswith("not met"))] == []


def test_every_chapter_of_the_standard_is_spoken_of():
    assert set(re.findall(r"^## V(\d+) ", TEXT, re.MULTILINE)) == {str(number) for number in range(1, 18)}
