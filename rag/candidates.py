"""Picks, with the full-text index, the passages that are worth a closer look."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

from . import fts
from .matching import AllOf, Matching, Near, Phrase, Within, any_of, phrase
from .query import Option, Question, Term
from .vocabulary import frequencies

# BM25 costs about 1.2 µs a row, finding the rows next to nothing. So the rare words lead, and common ones only rank
# later; where all words are common, their first rows are weighed, those first in which they stand near to each other.
NEAR_WORDS = 8
MOST_PRODUCT_TERMS = 3


@dataclass(frozen=True)
class Effort:
    """How many passages one query gives, and how many rows it weighs for that."""

    passages: int
    rows: int
    rows_of_subject: int  # that the words may stand in which a title's documents are searched for
    documents: int  # weighed that have one of the words
    shown: int = 12  # products and documents at most
    products: int = 48  # counted for what a search may be narrowed to
    dense: bool = True  # whether meaning counts beside words, where a model is configured


THOROUGH = Effort(80, 6_000, 30_000, 1_500)
SEARCH = Effort(30, 2_000, 8_000, 1_500)
WHILE_TYPING = Effort(20, 600, 2_000, 300, shown=6, products=16, dense=False)


@dataclass(frozen=True)
class Scope:
    """What a search is limited to. Empty parts limit nothing; family and lifecycle are of a document's products."""

    brand_id: int | None = None
    document_ids: tuple[int, ...] | None = None
    kind: str = ""
    language: str = ""
    family_id: int | None = None
    lifecycle: str = ""

    def of_documents(self) -> tuple[str, list[int | str]]:
        """Conditions on the document `d`, each behind an AND, and their values."""
        parts: list[str] = []
        values: list[int | str] = []
        for column, value in (("d.brand_id", self.brand_id), ("d.kind", self.kind)):
            if value:
                parts.append(f"{column} = %s")
                values.append(value)
        if self.document_ids is not None:
            marks = ", ".join("%s" for _ in self.document_ids)
            parts.append(f"d.id IN ({marks})" if marks else "1 = 0")  # not every database knows an empty list
            values += self.document_ids
        owned = [(column, value) for column, value in self._of_products() if value]
        if owned:
            conditions = " AND ".join(f"p.{column} = %s" for column, _ in owned)
            parts.append(f"d.id IN ({_LINKED} WHERE {conditions})")
            values += [value for _, value in owned]
        return "".join(f" AND {part}" for part in parts), values

    def of_products(self) -> tuple[str, list[int | str]]:
        """Conditions on the product `p`, each behind an AND, and their values."""
        own = [(column, value) for column, value in (("brand_id", self.brand_id), *self._of_products()) if value]
        return "".join(f" AND p.{column} = %s" for column, _ in own), [value for _, value in own]

    def _of_products(self) -> tuple[tuple[str, int | str | None], ...]:
        return (("family_id", self.family_id), ("lifecycle", self.lifecycle))


# A duplicate's products are its original's.
_LINKED = (
    "SELECT coalesce(own.duplicate_of_id, own.id) FROM catalog_productdocument link "
    "JOIN catalog_product p ON p.id = link.product_id JOIN catalog_document own ON own.id = link.document_id"
)


def candidates(question: Question, scope: Scope, effort: Effort = THOROUGH) -> list[int]:
    """Ids of passages, without order. Every one lies within the scope."""
    content = sorted(question.terms, key=lambda term: term.frequency)
    if not content:
        return []
    found: dict[int, None] = {}
    for query in _by_words(content, effort.rows):
        if len(found) < effort.passages:
            found.update(dict.fromkeys(_matching(query, scope, effort)))
    words = _any(_leading(content, effort.rows_of_subject) or content[:1])
    for subject in _subjects(question, effort.rows_of_subject):
        query = AllOf((Within(("title", "model_numbers"), subject), words))
        found.update(dict.fromkeys(_matching(query, scope, effort)))
    return list(found)


def _leading(terms: Sequence[Term], most: int) -> list[Term]:
    """The rarest terms, as many as stand in at most `most` rows together."""
    leading: list[Term] = []
    rows = 0
    for term in terms:
        rows += term.frequency
        if rows > most:
            break
        leading.append(term)
    return leading


def _by_words(terms: Sequence[Term], most: int) -> list[Matching]:
    """Queries by the rarest terms; where even the rarest is common, by those that stand near to each other first."""
    if leading := _leading(terms, most):
        return [_any(leading)]
    if len(terms) == 1:
        return [Within(("heading",), _any(terms)), _any(terms)]
    near = Near(_option(terms[0].options[0]), _option(terms[1].options[0]), NEAR_WORDS)
    return [near, AllOf((_any(terms[:1]), _any(terms[1:]))), _any(terms[:1])]


def _subjects(question: Question, most: int) -> list[Matching]:
    """For each product named: what its documents' titles must have, from its rarest model numbers and names.

    A name that is also a common word of texts would have all of those looked through for the few titles with it.
    """
    known = frequencies(part for mention in (question.mention, *question.compared) for part in mention.names)
    subjects: list[Matching] = []
    for mention in question.compared or (question.mention,):
        numbers = _rarest(mention.numbers)
        names = _rarest({name: worth for name, worth in mention.names.items() if known[name] <= most})
        if numbers:
            subjects.append(any_of(phrase([number]) for number in numbers))
        if names:
            subjects.append(any_of(phrase([name]) for name in names[:2]))
    return subjects


def _rarest(parts: dict[str, float]) -> list[str]:
    return sorted(parts, key=lambda part: -parts[part])[:MOST_PRODUCT_TERMS]


def _any(terms: Iterable[Term]) -> Matching:
    return any_of(_option(option) for term in terms for option in term.options)


def _option(option: Option) -> Phrase:
    return phrase(option.stems)


def _matching(query: Matching, scope: Scope, effort: Effort) -> list[int]:
    where, values = _where(scope)
    joins = "JOIN rag_chunk c ON c.id = f.rowid JOIN catalog_document d ON d.id = c.document_id" if where else ""
    limits = fts.Limits(effort.rows, effort.passages, joins, where, tuple(values))
    return fts.matching(fts.CHUNKS, query, limits)


def within_scope(ids: Sequence[int], scope: Scope) -> list[int]:
    """Those passages of `ids` that the scope allows, in their order."""
    where, values = _where(scope)
    if not where or not ids:
        return list(ids)
    marks = ", ".join(["%s"] * len(ids))
    statement = (  # every part is a constant
        "SELECT c.id FROM rag_chunk c JOIN catalog_document d ON d.id = c.document_id "  # noqa: S608
        f"WHERE c.id IN ({marks}) {where}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*ids, *values])
        allowed = {row[0] for row in cursor.fetchall()}
    return [pk for pk in ids if pk in allowed]


def _where(scope: Scope) -> tuple[str, list[int | str]]:
    where, values = scope.of_documents()
    return (f"{where} AND c.language = %s", [*values, scope.language]) if scope.language else (where, values)
