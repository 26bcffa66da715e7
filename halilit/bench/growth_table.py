"""What was measured as the installation grew, as tables, and what a million documents and questions cost by it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Result = Mapping[str, Any]
MILLION = 1_000_000
BEGIN, END = "<!-- measured: written by manage.py growth_report -->", "<!-- measured: end -->"
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
# Columns of a cell, from the rows' own; the first that a row has is shown.
SHOWN = (
    ("p50 ms", "{p50 ms:.0f} / {p99 ms:.0f}"),
    ("MB", "{MB:,.0f} MB"),
    ("a second", "{a second:,.0f} a second"),
    ("tokens", "{tokens:,}"),
)
WITHOUT_CELLS = "tokens of a model for an answer"


@dataclass(frozen=True)
class Prices:
    """In one currency: a GB of disk for a month, a core for an hour, a million tokens that a model reads and writes."""

    storage: float
    core: float
    read: float
    written: float


def rows_of(result: Result) -> dict[str, Mapping[str, Any]]:
    return {row["what"]: row for row in result["rows"]}


def cell(row: Mapping[str, Any]) -> str:
    if "why" in row:
        return "broken off"
    return next((form.format_map(row) for column, form in SHOWN if column in row), "")


def measured(results: Sequence[Result]) -> list[str]:
    """A column for each size, SQLite's first."""
    facts = [result["facts"] for result in results]
    heads = [f"{NAMES[fact['database']]}, {fact['documents']:,} documents" for fact in facts]
    lines = [line("", heads), f"|---|{'---|' * len(results)}"]
    lines += [line(name, [f"{fact.get(name, 0):,}" for fact in facts]) for name in ("passages", "products")]
    by_name = [rows_of(result) for result in results]
    known = dict.fromkeys(what for rows in by_name for what in rows if what != WITHOUT_CELLS)
    return lines + [line(what, [cell(rows.get(what, {})) for rows in by_name]) for what in known]


def processor(results: Sequence[Result]) -> list[str]:
    """Milliseconds of processor of one request, database server included."""
    by_name = [rows_of(result) for result in results]
    heads = [f"{NAMES[result['facts']['database']]}, {result['facts']['documents']:,}" for result in results]
    known = dict.fromkeys(what for rows in by_name for what, row in rows.items() if "CPU ms" in row)
    lines = [line("CPU ms of one", heads), f"|---|{'---|' * len(results)}"]
    return lines + [line(what, [f"{rows.get(what, {}).get('CPU ms', '')}" for rows in by_name]) for what in known]


def costs(result: Result, prices: Prices) -> list[str]:
    """By the figures of one size; what is not there is left out."""
    rows, fact = rows_of(result), result["facts"]
    lines = [line("", ["measured", "a million", "cost"]), "|---|---|---|---|"]

    def add(what: str, taken: str, amount: str, cost: float) -> None:
        lines.append(line(what, [taken, amount, f"{cost:,.2f}"]))

    if disk := rows.get("disk, whole"):
        gigabytes = disk["kB a document"]  # kB each: GB a million
        add(
            "documents: database on disk, a month",
            f"{disk['kB a document']} kB each, {fact['passages'] / fact['documents']:.0f} passages",
            f"{gigabytes:,.0f} GB",
            gigabytes * prices.storage,
        )
    for what, label in (
        ("pages and documents scraped", "documents: reading and storing them once"),
        ("answer", "questions: finding and composing an answer from the sources"),
        ("search page", "searches"),
        ("page of a product", "pages of products"),
    ):
        if "CPU ms" in (row := rows.get(what, {})):
            hours = row["CPU ms"] / 1000 * MILLION / 3600
            add(label, f"{row['CPU ms']} ms of a core each", f"{hours:,.1f} core hours", hours * prices.core)
    if (row := rows.get(WITHOUT_CELLS, {})).get("n"):
        read, written = row["tokens"] - row["given"], row["given"]
        add(
            "questions: a model's words, where one is configured",
            f"{read:,} tokens read, {written} written each",
            f"{read:,} + {written} million tokens",
            read * prices.read + written * prices.written,
        )
    return lines


def line(first: str, cells: Iterable[str]) -> str:
    return f"| {' | '.join([first, *cells])} |"


def section(results: Sequence[Result], prices: Prices, *, about: str) -> str:
    largest = {result["facts"]["database"]: result for result in results}
    parts = [f"{about}\n", "Milliseconds are median / 99th percentile.\n", *measured(results), "", *processor(results)]
    priced = (
        f"at {prices.storage:g} for a GB and month, {prices.core:g} for a core's hour, {prices.read:g} and "
        f"{prices.written:g} for a million tokens read and written (`manage.py growth_report` takes other prices):\n"
    )
    for database, result in largest.items():
        size = f"{result['facts']['documents']:,} documents"
        parts.append(f"\n**What a million costs on {NAMES[database]}**, by the figures of {size}, {priced}")
        parts += costs(result, prices)
    return "\n".join(parts)


def put(text: str, page: str) -> str:
    """The page with the section between its two marks. Raises ValueError where they are not there."""
    before, begin, rest = page.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{BEGIN} and {END} are not there")
    return f"{before}{BEGIN}\n\n{text}\n\n{END}{after}"
