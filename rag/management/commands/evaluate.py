"""manage.py evaluate: answer a question set, and write what was found, one JSON object a question."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from rag import dense, grading_finds
from rag.answer import answer_now
from rag.errors import ProviderError
from rag.grading import Graded, as_lines, grade, keep
from rag.grading_finds import Found
from rag.passage import Passage
from rag.retrieve import retrieve
from rag.sources import CITATION

HITS = 10


class Command(BaseCommand):
    help = _("Find passages (and answers) for each question of a JSON lines file, and write them to another.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("questions", type=Path, help=_("Questions, one JSON object a line, with id and question."))
        parser.add_argument("--out", type=Path, required=True, help=_("Where the results go, one JSON object a line."))
        parser.add_argument("--field", default="question", help=_("The field to ask, such as question_he."))
        parser.add_argument("--no-answers", action="store_true", help=_("Find passages only."))

    def handle(self, *args: Any, **options: Any) -> None:
        records, field = _read(options["questions"], options["field"]), options["field"]
        _embed()
        graded: list[Graded] = []
        found: list[Found] = []
        with options["out"].open("w", encoding="utf-8") as out:
            for record in records:
                result = _result(record[field])
                if place := grading_finds.graded(record, result["hits"]):
                    found.append(place)
                if not options["no_answers"]:
                    result |= _answered(record, record[field], graded)
                out.write(json.dumps({"id": record["id"], **result}, ensure_ascii=False) + "\n")
        self.stdout.write(_("%(count)d results in %(file)s.") % {"count": len(records), "file": options["out"]})
        name = f"{options['questions'].name} ({field})"
        if found:
            self.stdout.write(grading_finds.as_table(*grading_finds.keep(name, found)))
        if graded:
            kept = keep(name, graded)
            self.stdout.write(as_lines(kept))


def _embed() -> None:
    """What is measured is search with all vectors there, where a model is configured."""
    try:
        dense.catch_up()
    except ProviderError as problem:
        raise CommandError(str(problem)) from problem


def _read(path: Path, field: str) -> list[dict[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        records: list[dict[str, Any]] = [json.loads(line) for line in lines if line.strip()]
        for record in records:
            record["id"], record[field]
        return records
    except OSError as problem:
        raise CommandError(
            _("%(file)s cannot be read: %(why)s.") % {"file": path, "why": problem.strerror}
        ) from problem
    except (ValueError, KeyError, TypeError) as problem:
        message = _("%(file)s is no question set: each line must be a JSON object with id and %(field)s (%(why)s).")
        raise CommandError(message % {"file": path, "field": field, "why": problem}) from problem


def _result(question: str) -> dict[str, Any]:
    hits = [_hit(passage) for passage in retrieve(question, limit=HITS)]
    return {"hits": hits, "answer": None, "abstained": False}


def _answered(record: dict[str, Any], question: str, graded: list[Graded]) -> dict[str, object]:
    """The answer, and into `graded` what it is worth."""
    answer = answer_now(question, fresh=True)
    text = CITATION.sub("", answer.text)
    graded.append(grade(record, answer, text))
    cited = [asdict(citation) for citation in graded[-1].citations]
    return {"answer": text or None, "abstained": answer.abstained, "citations": cited}


def _hit(passage: Passage) -> dict[str, object]:
    pages = passage.pages
    return {"doc": passage.doc_name, "page": pages[0] if len(pages) == 1 else pages or None, "text": passage.text}
