"""The demo's installation as in production: the invented brand read, a staff account, one answer."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.installation import PRODUCTION, Installation, shared

STAFF, PASSWORD = "staff", "only-for-the-tests"
QUESTION = "How do I reset the K-49 to factory settings?"
SETTINGS = PRODUCTION | {"HALILIT_LLM": "extractive"}


@dataclass
class Face:
    base: str
    installation: Installation
    manual: int
    places: dict[str, str] = field(default_factory=dict)  # of tests.face.awkward, where they were made
    refusals: dict[str, dict[str, str]] = field(default_factory=dict)  # by language and name, as HTML

    def page_of_manual(self, number: int = 1) -> str:
        return f"/documents/{self.manual}/pages/{number}/"


@contextlib.contextmanager
def demo(folder: Path, *, awkward: bool = False, **settings: str) -> Iterator[Face]:
    """`awkward` adds what tests.face.awkward makes."""
    name, prepared = ("awkward demo", prepare_awkward) if awkward else ("demo", prepare)
    made = shared(name, prepared, on="collected")
    installation = made.copied(folder, **SETTINGS, **settings)
    facts = json.loads((folder / "facts.json").read_text())
    with installation.web() as base:
        yield Face(base, installation, **facts)


def prepare(installation: Installation, *, awkward: bool = False) -> None:
    """In one process: each further one would have to load the whole program again."""
    installation.extra |= SETTINGS
    facts = str(installation.folder / "facts.json")
    account = f"username={STAFF!r}, password={PASSWORD!r}"
    make = f"from tests.face.made import make; make({facts!r}, awkward={awkward}, {account})"
    installation.manage("shell", "-v0", "-c", make, timeout=600)


def prepare_awkward(installation: Installation) -> None:
    prepare(installation, awkward=True)
