"""Picks, with SQLite's index, the passages that are worth a closer look."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

from . import fts
from .query import Option, Question, Term
from .stems import phrase
from .weights import WEIGHTS

MOST = 80  # passages that one query gives
# Rows that the words of one query may stand in together, at about 1 µs each: rare words lead, common ones only rank.
MOST_ROWS = 10_000
MOST_ROWS_OF_SUBJECT = 30_000  # where the title limits them too
FEWEST_TERMS = 2
MOST_PRODUCT_TERMS = 3


@dataclass(frozen=True)
class Scope:
    """What a search is limited to. Empty parts limit nothing."""

    brand_id: int | None = None
    document_ids: tuple[int, ...] | None = None
    kind: str = ""
    language: str = ""


def candidates(question: Question, scope: Scope) -> list[int]:
    """Ids of passages, without order. Every one lies within the scope."""
    content = sorted(question.terms, key=lambda term: term.frequency)
    if not content:
        return []
    found: dict[int, None] = {}
    queries = [_any(_leading(content, MOST_ROWS))]
    words = _any(_leading(content, MOST_ROWS_OF_SUBJECT))
    queries += [f"({{title model_numbers}} : ({subject})) AND ({words})" for subject in _subjects(question)]
    for query in queries:
        found.update(dict.fromkeys(_matching(query, scope)))
    return list(found)


def _leading(terms: Sequence[Term], most: int) -> list[Term]:
    """The rarest terms, as many as stand in at most `most` rows together."""
    chosen: list[Term] = []
    rows = 0
    for term in terms:
        rows += term.frequency
        if rows > most and len(chosen) >= FEWEST_TERMS:
            break
        chosen.append(term)
    return chosen


def _subjects(question: Question) -> list[str]:
    """For each product named: what its documents' titles must have, from its rarest model numbers and names."""
    subjects = []
    for mention in question.compared or (question.mention,):
        numbers = _rarest(mention.numbers)
        names = _rarest(mention.names)
        if numbers:
            subjects.append(" OR ".join(phrase([number]) for number in numbers))
        if names:
            subjects.append(" OR ".join(phrase([name]) for name in names[:2]))
    return subjects


def _rarest(parts: dict[str, float]) -> list[str]:
    return sorted(parts, key=lambda part: -parts[part])[:MOST_PRODUCT_TERMS]


def _any(terms: Iterable[Term]) -> str:
    return " OR ".join(dict.fromkeys(_option(option) for term in terms for option in term.options))


def _option(option: Option) -> str:
    return phrase(option.stems)


def _matching(query: str, scope: Scope) -> list[int]:
    table = fts.CHUNKS.name
    where, values = _where(scope)
    columns = ", ".join(str(weight) for weight in WEIGHTS.columns)
    join = "JOIN rag_chunk c ON c.id = f.rowid JOIN catalog_document d ON d.id = c.document_id" if where else ""
    statement = (  # every part is a constant; what people typed is a parameter
        f"SELECT f.rowid FROM {table} f {join} WHERE {table} MATCH %s {where} "  # noqa: S608
        f"ORDER BY bm25({table}, {columns}) LIMIT {MOST}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [query, *values])
        return [row[0] for row in cursor.fetchall()]


def _where(scope: Scope) -> tuple[str, list[int | str]]:
    parts: list[str] = []
    values: list[int | str] = []
    if scope.brand_id is not None:
        parts.append("c.brand_id = %s")
        values.append(scope.brand_id)
    if scope.document_ids is not None:
        marks = ", ".join("%s" for _ in scope.document_ids)
        parts.append(f"c.document_id IN ({marks})")
        values += scope.document_ids
    if scope.kind:
        parts.append("d.kind = %s")
        values.append(scope.kind)
    if scope.language:
        parts.append("c.language = %s")
        values.append(scope.language)
    return "".join(f" AND {part}" for part in parts), values
