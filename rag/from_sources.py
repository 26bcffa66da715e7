"""Writes an answer from the passages' own sentences, or says that they do not answer and offers the nearest pages."""

from collections.abc import Sequence
from typing import Any

from . import extractive
from .passage import Passage
from .presentation import compose, no_answer
from .providers import EXTRACTIVE
from .query import Question
from .sources import page_of, source
from .writer import Writer, in_turn

NEAREST = 3  # pages offered where nothing answers


def write(writer: Writer, question: Question, passages: Sequence[Passage], *, notice: str = "") -> None:
    """The answer put together from the passages' own sentences, or the nearest pages."""
    found = in_turn(writer, lambda: extractive.extract(question, passages))
    if found.abstained:
        abstain(writer, question, passages, provider=EXTRACTIVE, lack=found.lack, notice=notice)
        return
    numbers, sources = numbered(passages, found)
    writer.write(sources=sources, provider=EXTRACTIVE, notice=notice)
    writer.finish(compose(found, numbers, passages))


def numbered(
    passages: Sequence[Passage], found: extractive.Extract
) -> tuple[dict[extractive.Piece, int], list[dict[str, Any]]]:
    """The number of the source of each piece, one source a page; and the sources."""
    numbers: dict[extractive.Piece, int] = {}
    sources: dict[tuple[int, int, int], dict[str, Any]] = {}
    for piece in found.pieces:
        passage = passages[piece.passage]
        pages = page_of(passage, piece.quote)
        place = (passage.document_id, *pages)
        if place not in sources:
            sources[place] = source(len(sources) + 1, passage, pages=pages)
        sources[place]["quotes"].append(piece.quote)
        numbers[piece] = sources[place]["n"]
    return numbers, list(sources.values())


def abstain(
    writer: Writer, question: Question, passages: Sequence[Passage], *, provider: str, lack: str = "", notice: str = ""
) -> None:
    """Say that the material does not answer, and offer the nearest pages."""
    nearest = list({(p.document_id, p.page): p for p in reversed(passages)}.values())[::-1][:NEAREST]
    sources = [source(n, passage) for n, passage in enumerate(nearest, 1)]
    text = no_answer(question, lack, passages)
    writer.finish(text, sources=sources, provider=provider, abstained=True, notice=notice)
