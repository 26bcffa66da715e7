"""The demo's installation as in production: the invented brand read, a staff account, one answer."""

import contextlib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.installation import Installation, end_group, shared, wait_until

STAFF, PASSWORD = "staff", "only-for-the-tests"
QUESTION = "How do I reset the K-49 to factory settings?"
SETTINGS = {"DEBUG": "0", "HALILIT_HTTPS": "0", "ALLOWED_HOSTS": "127.0.0.1", "HALILIT_LLM": "extractive"}
FACTS = """
import json
from catalog.models import Document
from tests.face import awkward
manual = Document.objects.filter(kind="manual", file__gt="", title__contains="K-Series").first()
print("FACTS" + json.dumps({"manual": manual.pk, "places": %s, "refusals": %s}))
"""
AWKWARD = "awkward.made(manual.pk)"
REFUSALS = "awkward.refusals()"


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
    installation = shared("demo", prepare).copied(folder, **SETTINGS, **settings)
    facts = json.loads(
        installation.manage(
            "shell", "-v0", "-c", FACTS % ((AWKWARD, REFUSALS) if awkward else ("{}", "{}"))
        ).stdout.split("FACTS")[-1]
    )
    with installation.web() as base:
        yield Face(base, installation, **facts)


def prepare(installation: Installation) -> None:
    installation.extra |= SETTINGS
    for command in ("seed_brands", "seed_synonyms"):
        installation.manage(command, "--verbosity", "0")
    installation.manage("collectstatic", "--no-input", "--verbosity", "0", timeout=600)
    user = f"from django.contrib.auth.models import User as U; U.objects.create_superuser({STAFF!r}, password={PASSWORD!r})"
    installation.manage("shell", "-v0", "-c", user)
    read_demo(installation)


def read_demo(installation: Installation) -> None:
    ready = installation.folder / "ready.json"
    process = installation.start(sys.executable, "manage.py", "demo_site", "--port", "0", "--ready-file", str(ready))
    try:
        wait_until(ready.exists, 60, "the demo site is ready")
        url = next(iter(json.loads(ready.read_text()).values()))
        installation.manage("scrape", "Lumenhall", "--url", url, "--inline", "--rate", "0")
    finally:
        end_group(process)
