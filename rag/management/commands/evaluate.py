"""manage.py evaluate: answer a question set, and write what was found, one JSON object a question."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from rag.passage import Passage
from rag.retrieve import retrieve

HITS = 10


class Command(BaseCommand):
    help = _("Find passages (and answers) for each question of a JSON lines file, and write them to another.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("questions", type=Path, help=_("Questions, one JSON object a line, with id and question."))
        parser.add_argument("--out", type=Path, required=True, help=_("Where the results go, one JSON object a line."))
        parser.add_argument("--field", default="question", help=_("The field to ask, such as question_he."))
        parser.add_argument("--no-answers", action="store_true", help=_("Find passages only."))

    def handle(self, *args: Any, **options: Any) -> None:
        questions = _read(options["questions"], options["field"])
        written = 0
        with options["out"].open("w", encoding="utf-8") as out:
            for identifier, question in questions:
                result = _result(question, answers=not options["no_answers"])
                out.write(json.dumps({"id": identifier, **result}, ensure_ascii=False) + "\n")
                written += 1
        self.stdout.write(_("%(count)d results in %(file)s.") % {"count": written, "file": options["out"]})


def _read(path: Path, field: str) -> list[tuple[str, str]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        records = [json.loads(line) for line in lines if line.strip()]
        return [(record["id"], record[field]) for record in records]
    except OSError as problem:
        raise CommandError(
            _("%(file)s cannot be read: %(why)s.") % {"file": path, "why": problem.strerror}
        ) from problem
    except (ValueError, KeyError, TypeError) as problem:
        message = _("%(file)s is no question set: each line must be a JSON object with id and %(field)s (%(why)s).")
        raise CommandError(message % {"file": path, "field": field, "why": problem}) from problem


def _result(question: str, *, answers: bool) -> dict[str, object]:
    hits = [_hit(passage) for passage in retrieve(question, limit=HITS)]
    if not answers:
        return {"hits": hits, "answer": None, "abstained": False}
    from rag.answer import answer_now
    from rag.sources import CITATION

    answer = answer_now(question)
    return {"hits": hits, "answer": CITATION.sub("", answer.text) or None, "abstained": answer.abstained}


def _hit(passage: Passage) -> dict[str, object]:
    pages = passage.pages
    return {"doc": passage.doc_name, "page": pages[0] if len(pages) == 1 else pages or None, "text": passage.text}
