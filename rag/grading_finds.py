"""How good retrieval is, measured: in which place the first passage of a right page or document stands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from .models import Evaluation

PLACES = (1, 3, 5, 10)
BY_WORDS = "words"  # instead of an embedder's name
Hit = Mapping[str, Any]


@dataclass(frozen=True)
class Found:
    """Places count from 1, None where it was not among the hits. `all_needed`: of each group of documents that a
    comparison needs, one page was; None where none are named."""

    kind: str
    brand: str
    page: int | None
    document: int | None
    all_needed: bool | None


def graded(record: Mapping[str, Any], hits: Sequence[Hit]) -> Found | None:
    """`record` is a question's line of a set; None where nothing can be found, or it does not say what is right."""
    sources = record.get("sources") or []
    if not sources or record.get("answerable") is False:
        return None
    groups = [[source for source in sources if _name(source["doc"]) in map(_name, group)] for group in _needed(record)]
    return Found(
        str(record.get("kind", "")),
        str(record.get("brand", "")),
        _place(hits, sources, pages=True),
        _place(hits, sources, pages=False),
        all(_place(hits, group, pages=True) for group in groups) if groups else None,
    )


def _needed(record: Mapping[str, Any]) -> list[list[str]]:
    return record.get("need_groups") or []


def _place(hits: Sequence[Hit], sources: Sequence[Hit], *, pages: bool) -> int | None:
    return next((at for at, hit in enumerate(hits, 1) if any(_is_of(hit, one, pages) for one in sources)), None)


def _is_of(hit: Hit, source: Hit, pages: bool) -> bool:
    if _name(hit["doc"]) != _name(source["doc"]):
        return False
    return not pages or not source.get("pages") or bool(_numbers(hit.get("page")) & set(source["pages"]))


def _name(doc: str) -> str:
    """A file by its name, a page by its whole address."""
    name = doc.casefold()
    return name.rstrip("/") if "://" in name else name.rsplit("/", 1)[-1]


def _numbers(page: Any) -> set[int]:
    return set(page) if isinstance(page, list) else {page} if page else set()


def figures(found: Iterable[Found]) -> dict[str, float | int | None]:
    """`p@k`: the right page is among the first k, as a share from 0 to 1; `d@k`: the right document is."""
    rows = list(found)
    needed = [row.all_needed for row in rows if row.all_needed is not None]
    return {
        "questions": len(rows),
        **{f"p@{k}": _share([row.page is not None and row.page <= k for row in rows]) for k in PLACES},
        "d@5": _share([row.document is not None and row.document <= 5 for row in rows]),
        "all@10": _share(needed),
    }


def _share(values: Sequence[bool]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def keep(name: str, found: Sequence[Found]) -> tuple[Evaluation, Evaluation | None]:
    """The figures, stored for the report page of the staff, and the last run of the same before it."""
    name = f"{name[:180]}: {len(found)} pages to find"
    provider = settings.EMBEDDER.rsplit("/", 1)[-1][:40] or BY_WORDS
    before = Evaluation.objects.filter(name=name, provider=provider).order_by("-ran_at", "-pk").first()
    groups = {("", kind): [row for row in found if row.kind == kind] for kind in _each(row.kind for row in found)}
    brands = _each(row.brand for row in found)
    groups |= {("brand ", brand): [row for row in found if row.brand == brand] for brand in brands}
    kinds = {f"{prefix}{group}": figures(rows) for (prefix, group), rows in groups.items()}
    return Evaluation.objects.create(name=name, provider=provider, figures=figures(found), kinds=kinds), before


def _each(names: Iterable[str]) -> list[str]:
    return sorted({name for name in names if name})


def as_table(now: Evaluation, before: Evaluation | None) -> str:
    """For a terminal: a line for all questions, each kind and each brand; in brackets how far it moved."""
    earlier = {"all": before.figures, **before.kinds} if before else {}
    rows = {"all": now.figures, **now.kinds}
    columns = list(now.figures)
    cells = [["", *columns]]
    cells += [
        [name, *(_cell(row.get(column), earlier.get(name, {}).get(column)) for column in columns)]
        for name, row in rows.items()
    ]
    lines = [f"{line[0]:<24}" + "".join(f"{text:>16}" for text in line[1:]) for line in cells]
    since = f"against {before.ran_at:%Y-%m-%d %H:%M}" if before else "the first run of its kind"
    return "\n".join([f"{now.name}, by {now.provider}, {since}", *lines])


def _cell(value: float | int | None, earlier: float | int | None) -> str:
    if value is None or isinstance(value, int):
        return "–" if value is None else str(value)
    moved = value - earlier if isinstance(earlier, float) else 0.0
    return f"{value:.3f}" + (f" ({moved:+.3f})" if abs(moved) >= 0.0005 else "")
