"""Finds documents by what they are about, for the search page."""

from collections.abc import Sequence

from django.db import connection

from . import fts
from .candidates import Effort, Scope
from .query import Question
from .stems import known_stems, phrase

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
    shares = {}
    for pk, names, numbers in rows:
        own = {*known_stems(names), *known_stems(numbers)}
        shares[pk] = sum(value for part, value in worth.items() if part in own) / total
    return [pk for pk in sorted(shares, key=lambda pk: -shares[pk]) if shares[pk] >= LEAST_SHARE][:limit]


def _named(parts: Sequence[str], scope: Scope, effort: Effort) -> list[tuple[int, str, str]]:
    """Identity, names and model numbers of the documents that have one of the parts, best first."""
    table = fts.DOCUMENTS.name
    where, values = scope.of_documents()
    if scope.language:
        where, values = f"{where} AND d.language = %s", [*values, scope.language]
    statement = (  # every part is a constant; what people typed is a parameter
        "SELECT i.document_id, i.names, i.model_numbers FROM "  # noqa: S608
        f"(SELECT f.rowid AS id, bm25({table}) AS weight FROM {table} f JOIN catalog_document d ON d.id = f.rowid "
        f"WHERE {table} MATCH %s {where} LIMIT {effort.documents}) found "
        f"JOIN rag_indexeddocument i ON i.document_id = found.id ORDER BY found.weight LIMIT {LOOKED_AT}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [" OR ".join(phrase([part]) for part in parts), *values])
        return cursor.fetchall()
