"""Finds documents by what they are about, for the search page."""

from collections.abc import Sequence

from django.db import connection

from . import fts
from .candidates import Effort, Scope
from .matching import any_of, phrase
from .query import Question
from .stems import all_known_stems

LOOKED_AT = 60  # documents
LEAD_WORDS = 4
LEAST_SHARE = 0.5  # of the words' worth that a document's names must have


def documents(question: Question, scope: Scope, limit: int, effort: Effort) -> list[int]:
    """Ids of the documents about what the text names, best first."""
    worth = {**question.mention.names, **question.mention.numbers}
    total = sum(worth.values())
    if not total:
        return []
    rows = _named(sorted(worth, key=lambda part: -worth[part])[:LEAD_WORDS], scope, effort)
    of = all_known_stems([text for _pk, names, numbers in rows for text in (names, numbers)])
    shares = {}
    for (pk, *_texts), names, numbers in zip(rows, of[::2], of[1::2], strict=True):
        own = {*names, *numbers}
        shares[pk] = sum(value for part, value in worth.items() if part in own) / total
    return [pk for pk in sorted(shares, key=lambda pk: -shares[pk]) if shares[pk] >= LEAST_SHARE][:limit]


def _named(parts: Sequence[str], scope: Scope, effort: Effort) -> list[tuple[int, str, str]]:
    """Identity, names and model numbers of the documents that have one of the parts, best first."""
    where, values = scope.of_documents()
    if scope.language:
        where, values = f"{where} AND d.language = %s", [*values, scope.language]
    limits = fts.Limits(effort.documents, LOOKED_AT, "JOIN catalog_document d ON d.id = f.rowid", where, tuple(values))
    found = fts.matching(fts.DOCUMENTS, any_of(phrase([part]) for part in parts), limits)
    if not found:
        return []
    marks = ", ".join(["%s"] * len(found))
    statement = f"SELECT document_id, names, model_numbers FROM rag_indexeddocument WHERE document_id IN ({marks})"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, found)
        rows = {row[0]: row for row in cursor.fetchall()}
    return [rows[pk] for pk in found if pk in rows]
