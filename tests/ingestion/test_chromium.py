"""How Chromium is started."""

import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chromium import chromium

LIST = "--disable-features="


def commands_below(pid: int) -> Iterator[list[str]]:
    """The command lines of all processes that a process has started, and these in turn."""
    children = defaultdict(list)
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
            children[int(parent)].append((int(folder.name), (folder / "cmdline").read_text().split("\0")))
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has ended meanwhile
    waiting = [pid]
    while waiting:
        for child, words in children[waiting.pop()]:
            waiting.append(child)
            yield words


@pytest.mark.browser
def test_what_playwright_has_off_stays_off_and_no_page_is_loaded_that_nobody_sees():
    with chromium() as browser:
        for _ in range(2):
            browser.new_context().new_page().goto("data:text/html,<h1>Seen</h1>")
        commands = list(commands_below(os.getpid()))
    (lists,) = [found for words in commands if len(found := [word for word in words if word.startswith(LIST)]) > 1]
    playwrights, ours = (set(word.removeprefix(LIST).split(",")) for word in lists)
    assert playwrights and playwrights <= ours
    renderers = [line for words in commands if "--type=renderer" in (line := " ".join(words))]
    assert len(renderers) >= 2 and not [line for line in renderers if "--top-chrome-webui" in line]
