"""What the documents name is there: files, headings, commands, settings, targets of make."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
SETTINGS = (ROOT / "docs" / "settings.md").read_text("utf-8")
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))


def headings(file: Path) -> set[str]:
    """The anchors of its headings, as forges make them."""
    plain = (re.sub(r"[^\w\- ]", "", line.lower()) for line in re.findall(r"^#+ (.*)$", file.read_text("utf-8"), re.M))
    return {line.strip().replace(" ", "-") for line in plain}


def broken_links(file: Path, text: str) -> set[str]:
    links = [*re.findall(r"\]\(([^)\s]+)\)", text), *re.findall(r'(?:src|srcset)="([^"]+)"', text)]
    wrong = set()
    for link in (link for link in links if not link.startswith("http")):
        path, _, anchor = link.partition("#")
        target = (file.parent / path).resolve() if path else file
        if not target.exists() or (anchor and anchor not in headings(target)):
            wrong.add(link)
    return wrong


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.name)
def test_what_a_document_names_is_there(file):
    text = file.read_text("utf-8")
    assert not broken_links(file, text)
    assert set(re.findall(r"(?:manage\.py|deploy/manage) (\w+)", text)) <= get_commands().keys()
    assert set(re.findall(r"`make ([a-z-]+)", text)) <= TARGETS
    settings = {name for name in re.findall(r"\bHALILIT_[A-Z0-9_]+", text) if f"| `{name}` |" not in SETTINGS}
    assert not settings, "named here, and not among the settings"
    paths = re.findall(
        r"`((?:catalog|halilit|ingestion|rag|static|templates|tests|deploy|docs)/[\w./-]+)(?:::|`)", text
    )
    missing = {path for path in paths if not (ROOT / path).exists()}
    assert missing <= {"docs/benchmarks.md"}, "which make bench writes"


def test_the_readme_leads_to_every_document():
    linked = set(re.findall(r"\]\(docs/([\w-]+\.md)\)", (ROOT / "README.md").read_text("utf-8")))
    assert linked == {file.name for file in (ROOT / "docs").glob("*.md")} - {"benchmarks.md"}
