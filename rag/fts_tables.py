"""Which columns the full-text index holds, and how a question to it is bounded."""

import math
from dataclasses import dataclass

from .weights import WEIGHTS


@dataclass(frozen=True)
class FullTextTable:
    """The index `name` of the columns of `content`, whose key is `rowid`."""

    name: str
    content: str
    rowid: str
    columns: tuple[str, ...]
    weights: tuple[float, ...]  # how much a word counts, by its column
    alone: tuple[tuple[str, ...], ...] = ()  # columns in which alone words are looked for

    @property
    def vocabulary(self) -> str:
        """The table of its words: `term`, `doc` (rows with it)."""
        return f"{self.name}_words"


@dataclass(frozen=True)
class Limits:
    """At most `weighed` rows are weighed, and the `best` of them given. `joins` and `where` are constant SQL over the
    index `f`, whose key is `f.rowid`; `where` begins with AND, its values are `values`.
    """

    weighed: int
    best: int
    joins: str = ""
    where: str = ""
    values: tuple[int | str, ...] = ()


CHUNKS = FullTextTable(
    "rag_chunk_fts",
    "rag_chunk",
    "id",
    ("title", "model_numbers", "heading", "text", "mended"),
    WEIGHTS.columns,
    alone=(("heading",), ("title", "model_numbers")),
)
DOCUMENTS = FullTextTable(
    "rag_document_fts", "rag_indexeddocument", "document_id", ("names", "model_numbers"), (1.0, 1.0)
)
TABLES = (CHUNKS, DOCUMENTS)


def rarity(frequency: int, rows: int) -> float:
    """How much a word tells that stands in `frequency` of `rows` rows (BM25's inverse document frequency)."""
    return math.log(1 + (rows - frequency + 0.5) / (frequency + 0.5)) if rows > frequency else 0.1
