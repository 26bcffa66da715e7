"""Every passage that an answer cites stands word for word on the cited page, and is found in the page's picture."""

import json

import pytest
from django.conf import settings
from django.core.management import call_command

from halilit.demo.content import load
from halilit.demo.manuals import render
from rag.answer import answer_now
from rag.grading import citations_of, grade
from rag.index import index_stale

QUESTIONS = settings.BASE_DIR / "halilit" / "demo" / "questions.jsonl"


@pytest.fixture
def manuals(db, tmp_path):
    """The demo site's manuals, taken in as files."""
    files = []
    for manual in load().manuals.values():
        files.append(tmp_path / manual.file)
        files[-1].write_bytes(render(manual))
    call_command("import_documents", *map(str, files), brand="Lumenhall")
    index_stale()


@pytest.mark.parametrize("field", ["question", "question_he"])
def test_every_cited_passage_stands_on_its_page_and_is_marked_there(manuals, field):
    cited = []
    for record in map(json.loads, QUESTIONS.read_text(encoding="utf-8").splitlines()):
        answer = answer_now(record[field])
        cited += citations_of(answer)
        kept = grade(record, answer, answer.text, pictures=False)
        assert all(citation.verbatim for citation in kept.citations), record[field]
        for source in answer.sources:
            assert answer.abstained or source["quotes"], "a source that says nothing is none"
    assert len(cited) > 15
    assert [citation for citation in cited if not citation.verbatim] == []
    assert sum(citation.marked is not False for citation in cited) >= 0.95 * len(cited)
