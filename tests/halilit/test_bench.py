"""The benchmarks: their arithmetic, their generated content, and that they run to an end."""

import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from catalog.models import Brand, DocumentPage, Product
from halilit.bench import ingest
from halilit.bench.figures import Report, percentile, repeat, summary, table
from halilit.bench.filling import Generator, fill
from halilit.bench.growth_table import BEGIN, END, Prices, put, section
from halilit.bench.report import merged
from rag.models import Chunk


def test_percentiles_are_values_that_were_measured():
    times = [float(n) for n in range(1, 101)]
    assert (percentile(times, 0.5), percentile(times, 0.99), percentile(times, 1.0)) == (50.0, 99.0, 100.0)
    assert percentile([7.0], 0.99) == 7.0


def test_a_summary_is_in_milliseconds():
    assert summary("page", [0.001, 0.002, 0.003]) == {
        "what": "page",
        "n": 3,
        "p50 ms": 2.0,
        "p99 ms": 3.0,
        "max ms": 3.0,
    }
    assert summary("nothing", []) == {"what": "nothing", "n": 0}


def test_work_is_repeated_at_least_as_often_as_asked():
    numbers: list[int] = []
    assert len(repeat(numbers.append, seconds=0, least=5)) == 5
    assert numbers == [0, 1, 2, 3, 4]


def test_a_table_shows_facts_and_aligned_columns():
    report = Report("web", {"products": 3}, [{"what": "a", "n": 1}, {"what": "longer", "n": 22, "more": "x"}])
    lines = table(report).splitlines()
    assert lines[0] == "web (products: 3)"
    assert [line.index(mark) for line, mark in zip(lines[2:], ("1", "2"), strict=True)] == [9, 8]


def test_generated_content_is_indexed_and_the_same_every_time(db):
    assert fill(count=5, pages=12, pages_each=4) == Chunk.objects.count() > 0
    assert (Brand.objects.count(), Product.objects.count(), DocumentPage.objects.count()) == (20, 5, 12)
    assert Generator().page("X-1", 3) == Generator().page("X-1", 3)


def test_ingest_measures_every_part(db):
    report = ingest.run({"root": "", "seconds": 0.01, "chunks": 40})
    assert len(report.rows) == 4
    assert all(row["n"] > 0 and row["a second"] > 0 for row in report.rows)


def test_a_part_that_breaks_off_costs_the_others_nothing(tmp_path, monkeypatch):
    def first():
        yield {"what": "one", "n": 1}
        raise ZeroDivisionError("a | in\nit")

    monkeypatch.setenv("BENCH_SO_FAR", str(tmp_path / "so far.json"))
    report = Report("web")
    report.take(first)
    report.take(lambda: [{"what": "two", "n": 2}])
    kept = json.loads((tmp_path / "so far.json").read_text())
    assert [row["what"] for row in kept["rows"]] == ["one", "first: broken off", "two"]
    assert kept["rows"][1]["why"] == "ZeroDivisionError: a / in it"


def test_a_round_that_broke_off_takes_nothing_from_the_one_before():
    rounds: list[dict[str, Any]] = [
        {"rows": [{"what": "a", "p50 ms": 1.0}, {"what": "b", "p50 ms": 4.0}]},
        {"rows": [{"what": "a", "p50 ms": 3.0}, {"what": "broken off", "why": "too long"}]},
    ]
    assert merged(rounds) == [
        {"what": "a", "p50 ms": "2 (1–3)"},
        {"what": "broken off", "why": "too long"},
        {"what": "b", "p50 ms": 4.0},
    ]


def test_what_growing_costs_is_reckoned_from_what_was_measured(tmp_path):
    result = {
        "facts": {"database": "sqlite", "documents": 1600, "passages": 11_200, "products": 400},
        "rows": [
            {"what": "disk, whole", "MB": 32.0, "kB a document": 20.0},
            {"what": "answer", "p50 ms": 20.0, "p99 ms": 60.4, "CPU ms": 36.0},
            {"what": "tokens of a model for an answer", "n": 9, "tokens": 2060, "given": 60},
            {"what": "indexing: broken off", "why": "too long"},
        ],
    }
    said = section([result], Prices(storage=0.1, core=0.5, read=1.0, written=2.0), about="Here.")
    assert "| answer | 20 / 60 |" in said and "| indexing: broken off | broken off |" in said
    assert "| 20.0 kB each, 7 passages | 20 GB | 2.00 |" in said
    assert "| 36.0 ms of a core each | 10.0 core hours | 5.00 |" in said
    assert "| 2,000 + 60 million tokens | 2,120.00 |" in said
    assert put("new", f"a {BEGIN} old {END} b") == f"a {BEGIN}\n\nnew\n\n{END} b"


@pytest.mark.processes
def test_search_is_measured_in_process_and_through_uvicorn(installation):
    done = installation.manage("bench", "search", "--here", "--json", "--chunks", "40", "--seconds", "0.1")
    report = json.loads(done.stdout)
    assert [row["what"] for row in report["rows"]] == [
        "search, in process",
        "retrieve, in process",
        "retrieve with vectors, in process",
        "instant, HTTP",
        "search page, HTTP",
    ]
    assert all(row["p50 ms"] > 0 for row in report["rows"])


@pytest.mark.processes
def test_asking_is_measured_with_and_without_a_model_with_many_streams_and_pictures(installation):
    done = installation.manage(
        "bench", "ask", "--here", "--json", "--chunks", "40", "--seconds", "0.1", "--streams", "4", timeout=300
    )
    rows = {row["what"]: row for row in json.loads(done.stdout)["rows"]}
    assert not {what: row["why"] for what, row in rows.items() if "why" in row}
    assert rows["4 streams at once"]["complete"] == rows["4 streams at once"]["rows done"] == 4
    assert rows["4 streams at once"]["most MB"] > 0
    for what in (
        "first words, at the server",
        "first words, HTTP stream",
        "first token, added",
        "added to each token",
        "other pages meanwhile",
        "page picture, first",
        "page picture, kept",
    ):
        assert rows[what]["n"] > 0, what


@pytest.mark.parametrize(
    ("options", "said"),
    [({"products": 0}, "--products"), ({"seconds": 0}, "--seconds"), ({"root": "/nowhere"}, "/nowhere")],
)
def test_bad_options_are_refused(options, said):
    with pytest.raises(CommandError, match=said):
        call_command("bench", "crawl", **options)
