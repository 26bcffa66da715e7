"""Two products compared without saying in what: the lines of their specifications that differ."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from .evidence import Evidence

LABELLED = re.compile(r"^\W*([^\W\d_][^:.]{1,30}): (\S.*)$")
MOST_WORDS = 20  # of a line
FEWEST = 2  # lines


class Line(NamedTuple):
    passage: int
    unit: int
    words: int
    value: str


def differing(groups: Sequence[Sequence[Evidence]], words: int) -> list[list[Line]]:
    """By product the lines that all of them have with other values, as many as so many words hold; none for fewer
    than two."""
    lines = [_labelled(group) for group in groups]
    shared = [label for label in lines[0] if all(label in other for other in lines)]
    labels = [label for label in shared if len({own[label].value for own in lines}) > 1]
    while labels and max(sum(own[label].words for label in labels) for own in lines) > words:
        labels.pop()
    return [[own[label] for label in labels] for own in lines] if len(labels) >= FEWEST else []


def _labelled(group: Sequence[Evidence]) -> dict[str, Line]:
    """The first line of each label, in the passage that fits the product best."""
    found: dict[str, Line] = {}
    for one in sorted(group, key=lambda evidence: -evidence.passage.score):
        for at, unit in enumerate(one.units):
            match = LABELLED.match(unit.text)
            if match and unit.words <= MOST_WORDS:
                label = match.group(1).strip().casefold()
                found.setdefault(label, Line(one.index, at, unit.words, " ".join(match.group(2).split()).casefold()))
    return found
