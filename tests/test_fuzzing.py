"""The short form of `python -m tests.fuzzing`, and every input that ever made a parser fail."""

from pathlib import Path

import pytest

from tests.fuzzing.targets import TARGETS
from tests.rag.manuals import build

KEPT = sorted((Path(__file__).parent / "fuzzing" / "kept").iterdir())
HOW_MANY = {"api": 15, "query": 40, "html": 60, "pdf": 60}
OTHERS = 400


def run(name: str) -> None:
    target = TARGETS[name]
    for number in range(HOW_MANY.get(name, OTHERS)):
        target.run(target.input(0, name, number))


@pytest.mark.parametrize("name", sorted(set(TARGETS) - {"query", "api"}))
def test_malformed_inputs_make_no_parser_fail(name, monkeypatch):
    # Its limits hold for the process, and this one goes on.
    monkeypatch.setattr("ingestion.pdf_worker.resource.setrlimit", lambda *_: None)
    run(name)


@pytest.mark.parametrize("name", ["query", "api"])
def test_malformed_inputs_make_no_question_fail(name, db):
    build()
    run(name)


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.name)
def test_what_once_failed_fails_no_more(path):
    target = TARGETS[path.name.partition("_")[0]]
    body = path.read_bytes()
    target.run(body if isinstance(target.seeds()[0], bytes) else body.decode("utf-8", "surrogatepass"))


def test_a_sitemap_whose_prefix_nobody_declared_is_read():
    from ingestion.sitemaps import parse_sitemap

    body = (Path(__file__).parent / "fuzzing" / "kept" / "sitemap_prefix-that-nobody-declared").read_bytes()
    found = parse_sitemap(body)
    assert (found.pages, found.languages) == (["https://brand.test/a"], {"https://brand.test/de": "de"})
