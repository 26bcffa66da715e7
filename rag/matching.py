"""What a full-text index is asked for, in words of its own: each database says it in its own language.

Stems are those of `rag.stems`. Everything that people typed stands in quotes, so that signs and operators are text.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Phrase:
    """Stems that follow each other in one column."""

    stems: tuple[str, ...]


@dataclass(frozen=True)
class Near:
    """Two phrases with at most `words` words between them."""

    first: Phrase
    second: Phrase
    words: int


@dataclass(frozen=True)
class AnyOf:
    parts: tuple["Matching", ...]


@dataclass(frozen=True)
class AllOf:
    parts: tuple["Matching", ...]


@dataclass(frozen=True)
class Within:
    """In one of these columns alone."""

    columns: tuple[str, ...]
    part: "Matching"


Matching = Phrase | Near | AnyOf | AllOf | Within


def phrase(stems: Iterable[str]) -> Phrase:
    return Phrase(tuple(stems))


def any_of(parts: Iterable[Matching]) -> Matching:
    """Each part once."""
    different = tuple(dict.fromkeys(parts))
    return different[0] if len(different) == 1 else AnyOf(different)


def phrases(matching: Matching) -> Iterator[Phrase]:
    """All phrases of it, from left to right."""
    match matching:
        case Phrase():
            yield matching
        case Near(first, second):
            yield from (first, second)
        case AnyOf(parts) | AllOf(parts):
            for part in parts:
                yield from phrases(part)
        case Within(_, part):
            yield from phrases(part)


def fts5(matching: Matching) -> str:
    """As an expression of SQLite's MATCH (https://sqlite.org/fts5.html#full_text_query_syntax)."""
    match matching:
        case Phrase(stems):
            return '"' + " ".join(stem.replace('"', " ") for stem in stems).replace("\x00", " ") + '"'
        case Near(first, second, words):
            return f"NEAR({fts5(first)} {fts5(second)}, {words})"
        case AnyOf(parts):
            return "(" + " OR ".join(map(fts5, parts)) + ")"
        case AllOf(parts):
            return " AND ".join(f"({fts5(part)})" for part in parts)
        case Within(columns, part):
            return f"{{{' '.join(columns)}}} : ({fts5(part)})"


def tsquery(matching: Matching, weights: dict[str, str], only: str = "") -> str:
    """As the text of PostgreSQL's `tsquery`; `weights` gives the letter under which each column is kept."""
    match matching:
        case Phrase(stems):
            return " <-> ".join(_lexeme(stem, only) for stem in stems)
        case Near(first, second, words):
            return _near(tsquery(first, weights, only), tsquery(second, weights, only), words)
        case AnyOf(parts):
            return " | ".join(f"({tsquery(part, weights, only)})" for part in parts)
        case AllOf(parts):
            return " & ".join(f"({tsquery(part, weights, only)})" for part in parts)
        case Within(columns, part):
            return tsquery(part, weights, "".join(sorted({weights[column] for column in columns})))


def _near(first: str, second: str, words: int) -> str:
    """That both are there says no more, but lets PostgreSQL look up their rows: by the distances alone it expects so
    many that it reads the whole table."""
    pairs = ((first, second), (second, first))
    behind = " | ".join(f"(({one}) <{gap}> ({other}))" for gap in range(1, words + 2) for one, other in pairs)
    return f"({first}) & ({second}) & ({behind})"


def _lexeme(stem: str, only: str) -> str:
    # A word without a stem is in no text; PostgreSQL has no way to say "nothing" but a word that nothing holds.
    plain = stem.replace("\x00", "").replace("\\", "\\\\").replace("'", "''") or "\u2400"
    return f"'{plain}'" + (f":{only}" if only else "")


def stems_of(matching: Matching) -> Sequence[str]:
    return list(dict.fromkeys(stem for one in phrases(matching) for stem in one.stems))
