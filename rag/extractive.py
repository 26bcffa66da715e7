"""Answers without a model: picks the sentences, steps and lines of the passages that answer, and cites each.

Nothing is written but what stands in the passages. Where no passage holds what the question asks for, it abstains.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from .abstain import lack
from .evidence import WEIGHTS, Evidence, Weights, asked_of, common_lines, coverage, evidence_of
from .passage import Passage
from .query import Question
from .selection import Run, compares_in_general, selected
from .things import unnamed_things
from .topic import is_off_topic
from .units import Unit
from .whose import names_one, that_may_answer

WORDS = 110  # of an answer at most
SAME = 0.8  # of the best fit with the product


@dataclass(frozen=True)
class Piece:
    """A run of units of one passage."""

    passage: int
    units: tuple[Unit, ...]

    @property
    def text(self) -> str:
        return " ".join(unit.text for unit in self.units)

    @property
    def quote(self) -> str:
        """Its own words, a line for each paragraph, step or item."""
        return "\n".join(self.lines)

    @property
    def lines(self) -> list[str]:
        return [" ".join(unit.text for unit in block) for _n, block in groupby(self.units, lambda unit: unit.block)]


@dataclass(frozen=True)
class Extract:
    """`lack` names what was missing where it abstains; `confidence` is the share of the question that was found."""

    pieces: tuple[Piece, ...] = ()
    confidence: float = 0.0
    lack: str = ""

    @property
    def abstained(self) -> bool:
        return not self.pieces

    @property
    def sources(self) -> list[int]:
        """Which passages it takes from, in the order of the answer."""
        return list(dict.fromkeys(piece.passage for piece in self.pieces))

    def quotes(self, passage: int) -> list[str]:
        """What it takes from one passage, word for word."""
        return [piece.quote for piece in self.pieces if piece.passage == passage]


def extract(question: Question, passages: Sequence[Passage], *, weights: Weights = WEIGHTS) -> Extract:
    """The answer's pieces, the telling ones first; none where the passages do not answer."""
    if not passages:
        return Extract(lack="passages")
    asked = asked_of(question, passages, weights)
    common = common_lines(passages)
    everything = [evidence_of(index, passage, question, asked, common) for index, passage in enumerate(passages)]
    read = that_may_answer(question, passages, everything)
    fitting = max(one.fit for one in read) * weights.fitting
    values = {name for one in read if one.fit >= fitting for held in one.values for name in held}
    share = max(coverage(one, asked, weights) for one in read)
    told = values.intersection(kind.name for kind in asked.kinds if kind.decides)
    if compares_in_general(question, asked) or (len(question.compared) > 1 and told):
        share = 1.0  # names that are found, and besides at most the kind of value that is compared
    if missing := lack(question, passages, kinds=asked.kinds, values=values, coverage=share):
        return Extract(lack=missing, confidence=share)
    if is_off_topic(question, passages, read):
        return Extract(lack="topic", confidence=share)
    admitted = [one.passage for one in read]
    if names_one(question, passages) and unnamed_things(question.text, _about_it(read), admitted):
        return Extract(lack="thing", confidence=share)
    pieces = _pieces(selected(read, question, asked, weights, WORDS), everything)
    return Extract(tuple(pieces), share, "" if pieces else "text")


def _about_it(read: Sequence[Evidence]) -> list[Passage]:
    """The passages that are about what the question names as much as any."""
    best = max(one.fit for one in read)
    return [one.passage for one in read if one.fit >= SAME * best]


def _pieces(runs: Sequence[Run], read: Sequence[Evidence]) -> list[Piece]:
    """The runs in the order in which they were chosen, passage by passage, in the order of the text."""
    pieces = []
    for passage in dict.fromkeys(run.passage for run in runs):
        one = read[passage]
        chosen = sorted({at for run in runs if run.passage == passage for at in range(run.first, run.last)})
        start = 0
        for end in range(1, len(chosen) + 1):
            if end == len(chosen) or one.places[chosen[end]] != one.places[chosen[end - 1]] + 1:
                pieces += _piece(passage, [one.units[at] for at in chosen[start:end]], one.passage.document_title)
                start = end
    return list({piece.text: piece for piece in reversed(pieces)}.values())[::-1]


def _piece(passage: int, chosen: list[Unit], title: str) -> list[Piece]:
    """One piece, without headings at the end, under which nothing follows, and without the title, which stands above
    it; none of headings alone."""
    while chosen and chosen[-1].is_heading:
        chosen.pop()
    while len(chosen) > 1 and chosen[0].text.casefold() == title.casefold():
        chosen.pop(0)
    return [Piece(passage, tuple(chosen))] if chosen else []
