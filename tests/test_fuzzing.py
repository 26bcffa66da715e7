"""The short form of `python -m tests.fuzzing`, and every input that ever made a parser fail."""

import contextlib
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fuzzing.__main__ import LONGEST
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


@contextlib.contextmanager
def not_hanging() -> Iterator[None]:
    """By the processor's time, so that others on the machine change nothing."""

    def stop(*_: object) -> None:
        raise AssertionError(f"it takes more than {LONGEST} s of the processor's time")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, LONGEST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.name)
def test_what_once_failed_fails_no_more(path):
    target = TARGETS[path.name.partition("_")[0]]
    body = path.read_bytes()
    with not_hanging():
        target.run(body if isinstance(target.seeds()[0], bytes) else body.decode("utf-8", "surrogatepass"))


def test_a_sitemap_whose_prefix_nobody_declared_is_read():
    from ingestion.sitemaps import parse_sitemap

    body = (Path(__file__).parent / "fuzzing" / "kept" / "sitemap_prefix-that-nobody-declared").read_bytes()
    found = parse_sitemap(body)
    assert (found.pages, found.languages) == (["https://brand.test/a"], {"https://brand.test/de": "de"})
