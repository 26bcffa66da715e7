"""The saved runs of `manage.py evaluate`, for the report page: newest against the one before, by kind and by brand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from .models import Evaluation

SERIES = 12  # question sets
RUNS = 10  # of each
WIDTH, HEIGHT = 240, 48  # of a chart, in its own units
NAMES = {
    "questions": _("questions"),
    "accuracy": _("accuracy"),
    "abstention precision": _("abstention precision"),
    "abstention recall": _("abstention recall"),
    "citations": _("citations"),
    "verbatim on the cited page": _("verbatim on the cited page"),
    "marked in the picture": _("marked in the picture"),
}


@dataclass(frozen=True)
class Cell:
    """A figure as people read it; `difference` is against the run before, in points of a hundred for a share."""

    text: str
    difference: str = ""
    better: bool | None = None


@dataclass(frozen=True)
class Table:
    """Rows of figures: `rows` are a name and its cells, in the order of `columns`."""

    title: Any
    columns: list[Any]
    rows: list[tuple[str, list[Cell]]]


@dataclass(frozen=True)
class Series:
    """The runs of one question set with one provider, newest first."""

    name: str
    provider: str
    runs: list[Evaluation]
    tables: list[Table]
    points: str
    accuracies: list[tuple[Evaluation, str]]


def report() -> list[Series]:
    """Newest series first."""
    by_series: dict[tuple[str, str], list[Evaluation]] = {}
    for run in Evaluation.objects.order_by("-ran_at", "-pk")[: SERIES * RUNS * 2]:
        by_series.setdefault((run.name, run.provider), []).append(run)
    return [_series(name, provider, runs[:RUNS]) for (name, provider), runs in list(by_series.items())[:SERIES]]


def _series(name: str, provider: str, runs: list[Evaluation]) -> Series:
    newest, before = runs[0], runs[1] if len(runs) > 1 else None
    tables = [
        _table(_("All and by kind"), _all(newest), _all(before)),
        _table(_("By brand"), _brands(newest), _brands(before)),
    ]
    told = [(run, run.figures.get("accuracy")) for run in runs]
    accuracies = [(run, _percent(value)) for run, value in told if value is not None]
    points = _points([value for _run, value in reversed(told) if value is not None])
    return Series(name, provider, runs, [table for table in tables if table.rows], points, accuracies)


def _all(run: Evaluation | None) -> dict[str, Any]:
    """Of all questions together, then by kind."""
    return {str(_("all questions")): run.figures} | run.kinds if run else {}


def _brands(run: Evaluation | None) -> dict[str, Any]:
    """By brand, where the run kept it."""
    return dict(getattr(run, "brands", None) or {})


def _table(title: Any, now: Mapping[str, Any], before: Mapping[str, Any]) -> Table:
    columns = list(dict.fromkeys(key for figures in now.values() for key in figures))
    rows = [
        (name, [_cell(column, figures.get(column), before.get(name, {}).get(column)) for column in columns])
        for name, figures in now.items()
    ]
    return Table(title, [NAMES.get(column, column) for column in columns], rows)


def _cell(column: str, value: Any, earlier: Any) -> Cell:
    if value is None:
        return Cell("–")
    if not isinstance(value, float) and not (isinstance(value, int) and column not in ("questions", "citations")):
        return Cell(str(value))
    if earlier is None or earlier == value:
        return Cell(_percent(value))
    return Cell(_percent(value), f"{100 * (value - earlier):+.1f}".replace("-", "−"), value > earlier)


def _percent(share: float) -> str:
    return f"{100 * share:.1f}\u00a0%"


def _points(shares: Sequence[float]) -> str:
    """For an SVG polyline, oldest first: the height is the whole of 0 to 1."""
    if len(shares) < 2:
        return ""
    step = WIDTH / (len(shares) - 1)
    return " ".join(f"{n * step:.1f},{HEIGHT * (1 - share):.1f}" for n, share in enumerate(shares))
