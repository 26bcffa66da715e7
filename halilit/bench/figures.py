"""Times and their summary, and the table that shows them."""

import json
import math
import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Row = dict[str, Any]
SO_FAR = "BENCH_SO_FAR"  # names the file in which a report is kept while it grows


@dataclass
class Report:
    """`facts` say what was measured on, `rows` what came out: the columns of a row are its keys."""

    name: str
    facts: dict[str, Any] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    # Holds what was measured so far, whatever happens to the process.
    file: Path | None = field(default_factory=lambda: Path(os.environ[SO_FAR]) if SO_FAR in os.environ else None)

    def add(self, *rows: Row) -> None:
        """Rows that have just been measured: they are told at once, beside the report that comes at the end."""
        for row in rows:
            self.rows.append(row)
            self.keep()
            said = ", ".join(f"{name}: {value}" for name, value in row.items() if name != "what")
            sys.stderr.write(f"{row['what']}: {said}\n")

    def keep(self) -> None:
        if self.file:
            self.file.write_text(json.dumps(self.as_dict()), encoding="utf-8")

    def take(self, measure: Callable[..., Iterable[Row]], *values: Any) -> None:
        """Adds what it measures, row by row. Where it breaks off, a row says so, and the other parts go on."""
        try:
            for row in measure(*values):
                self.add(row)
        except Exception as problem:  # noqa: BLE001 - whatever it is, what was measured so far is worth its time
            self.add({"what": f"{measure.__name__.strip('_').replace('_', ' ')}: broken off", "why": short(problem)})

    def as_dict(self) -> dict[str, Any]:
        return {"benchmark": self.name, "facts": self.facts, "rows": self.rows}


def short(problem: Exception) -> str:
    return f"{type(problem).__name__}: {problem}".replace("\n", " ").replace("|", "/")[:200]


def percentile(sorted_times: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of the values do not exceed (nearest rank)."""
    rank = math.ceil(round(share * len(sorted_times), 6))
    return sorted_times[max(rank, 1) - 1]


def summary(what: str, seconds: Iterable[float]) -> Row:
    """Count, median, 99th percentile and the longest, in milliseconds."""
    times = sorted(seconds)
    if not times:
        return {"what": what, "n": 0}
    milliseconds = {
        "p50 ms": percentile(times, 0.5),
        "p99 ms": percentile(times, 0.99),
        "max ms": times[-1],
    }
    return {"what": what, "n": len(times)} | {name: round(value * 1000, 2) for name, value in milliseconds.items()}


def held_to(row: Row, *, at_least: bool = False, **bars: float) -> Row:
    """The row with its bar and whether it is met; a bar's name is that of a column, with `_` for a space."""
    columns = {name.replace("_", " "): bar for name, bar in bars.items()}
    sign = "≥" if at_least else "≤"
    met = all((row[name] >= bar) if at_least else (row[name] <= bar) for name, bar in columns.items() if name in row)
    return row | {
        "bar": ", ".join(f"{name} {sign} {bar:g}" for name, bar in columns.items()),
        "met": "yes" if met and row.get("n") else "no",
    }


def rate(what: str, count: int, seconds: float) -> Row:
    return {"what": what, "n": count, "seconds": round(seconds, 2), "a second": round(count / max(seconds, 1e-9), 1)}


def timed(work: Callable[[], Any]) -> float:
    """Seconds that the work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def repeat(work: Callable[[int], Any], *, seconds: float, least: int = 10) -> list[float]:
    """Times of the work, called with 0, 1, 2 …, until the seconds are over and it was done `least` times."""
    times: list[float] = []
    end = time.perf_counter() + seconds
    while len(times) < least or time.perf_counter() < end:
        number = len(times)
        times.append(timed(lambda n=number: work(n)))  # type: ignore[misc]
    return times


def table(report: Report) -> str:
    """The report for reading: facts, then aligned columns."""
    columns = list(dict.fromkeys(name for row in report.rows for name in row))
    cells = [columns, *([str(row.get(name, "")) for name in columns] for row in report.rows)]
    widths = [max(len(line[n]) for line in cells) for n in range(len(columns))]
    lines = [
        "  ".join(
            text.ljust(width) if not n else text.rjust(width)
            for n, (text, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in cells
    ]
    facts = ", ".join(f"{name}: {value}" for name, value in report.facts.items())
    return "\n".join([f"{report.name} ({facts})", *lines])
