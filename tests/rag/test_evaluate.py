"""The evaluate command writes what the scorer reads."""

import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from rag.grading_finds import graded

from .manuals import build


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


def test_places_are_told_by_kind_and_brand_and_against_the_run_before(db, tmp_path, capsys):
    build()
    right = {"doc": "Tremor_49_-_User_Guide.pdf", "pages": [3]}
    records: list[dict[str, Any]] = [
        {"id": "a", "kind": "spec", "brand": "karmel", "question": "Tremor 49 weight", "sources": [right]},
        {
            "id": "b",
            "kind": "howto",
            "brand": "arava",
            "question": "Tremor 49 weight",
            "sources": [right | {"pages": [1]}],
        },
        {"id": "c", "kind": "none", "brand": "arava", "question": "best pizza", "answerable": False, "sources": []},
    ]
    questions, out = tmp_path / "qa.jsonl", tmp_path / "out.jsonl"
    for wanted in ([1], [3]):
        records[1]["sources"] = [right | {"pages": wanted}]
        questions.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
        call_command("evaluate", str(questions), "--out", str(out), "--no-answers")
    first, second = capsys.readouterr().out.split("2 pages to find")[1:]
    rows = {line.split("  ")[0]: line.split() for line in second.splitlines()[2:8]}
    assert "the first run" in first and "against" in second
    assert rows["all"][1:3] == ["2", "1.000"] and "(+0.500)" in second
    assert {"spec", "howto", "brand karmel", "brand arava"} <= rows.keys() and "none" not in rows


def test_a_comparison_needs_a_page_of_each_document():
    record = {
        "sources": [{"doc": "a.pdf", "pages": [1]}, {"doc": "b.pdf", "pages": [2]}],
        "need_groups": [["a.pdf"], ["b.pdf"]],
    }
    a, b = {"doc": "A.pdf", "page": [1, 2]}, {"doc": "x/b.pdf", "page": 2}
    assert graded(record, [a]).all_needed is False
    assert graded(record, [a, b]).all_needed is True
    assert graded(record, [b | {"page": 1}, a]).page == 2
    assert graded(record, [b | {"page": 1}, a]).document == 1
