"""The evaluate command writes what the scorer reads."""

import json

import pytest
from django.core.management import CommandError, call_command

from .library import build


def test_results_name_file_and_page_or_address(db, tmp_path):
    build()
    questions, out = tmp_path / "qa.jsonl", tmp_path / "out.jsonl"
    records = [
        {"id": "a", "question": "Tremor 49 weight", "question_he": "כמה שוקל Tremor 49?"},
        {"id": "b", "question": "galil 8 gen 2 fuse", "question_he": "פיוז של Galil 8 דור שני"},
    ]
    questions.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    for field in ("question", "question_he"):
        call_command("evaluate", str(questions), "--out", str(out), "--field", field, "--no-answers", verbosity=0)
        results = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
        assert [result["id"] for result in results] == ["a", "b"]
        assert (results[0]["hits"][0]["doc"], results[0]["hits"][0]["page"]) == ("Tremor_49_-_User_Guide.pdf", 3)
        assert results[1]["hits"][0] == results[1]["hits"][0] | {
            "doc": "https://karmel.test/products/galil-8-gen-2",
            "page": None,
        }


@pytest.mark.parametrize("content", ["not json", '{"id": "a"}', "[1]"])
def test_bad_question_set_is_refused_with_a_reason(db, tmp_path, content):
    questions = tmp_path / "qa.jsonl"
    questions.write_text(content, encoding="utf-8")
    with pytest.raises(CommandError, match="no question set"):
        call_command("evaluate", str(questions), "--out", str(tmp_path / "out.jsonl"), "--no-answers")


def test_missing_question_set_is_refused(db, tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("evaluate", str(tmp_path / "none.jsonl"), "--out", str(tmp_path / "out.jsonl"))
