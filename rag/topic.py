"""Whether a question is about what the documents are about at all: weather and football are not.

A question that names a brand or a model of ours is. Any other must find its words here, most of them together;
what no document has, and what was only guessed from a likely typing error, counts against it in full.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from . import fts
from .abstain import MARK, unknown_words
from .evidence import Evidence, held_together
from .passage import Passage
from .query import Question, Term
from .stems import stem, stems
from .words import question_words

LEAST = 0.5  # of the question's worth that must stand together, where it names no product
LEAST_OF_MANY = 0.4  # where MANY of its words do: long questions tell much that no manual says
LEAST_BESIDE_NAME = 0.65  # and fewer than MANY_BESIDE_NAME words, where it names what no document knows
MANY = 3
FEW = 2  # terms that must stand in one sentence: two words of any passage mean nothing together
MANY_BESIDE_NAME = 4
SHORTEST_TYPO = 6  # letters: a shorter word one letter off is another word
TYPO = 0.8
NAME = re.compile(r"(?<=[\w,] )[A-Z]\w+")  # a capital within a sentence


@dataclass(frozen=True)
class _Asked:
    """By term what it is worth and how far it is trusted; the worth of everything, known or not."""

    worth: list[float]
    trust: list[float]
    total: float
    names_other: bool

    def is_met(self, matched: Mapping[int, float], terms: Sequence[Term]) -> bool:
        share = sum(self.worth[n] * self.trust[n] * weight for n, weight in matched.items()) / self.total
        words = sum(len(terms[n].text.split()) for n in matched if self.trust[n])
        if self.names_other:
            return share >= (LEAST_OF_MANY if words >= MANY_BESIDE_NAME else LEAST_BESIDE_NAME)
        return share >= (LEAST_OF_MANY if words >= MANY else LEAST)


def is_off_topic(question: Question, passages: Sequence[Passage], read: Sequence[Evidence]) -> bool:
    """Whether it names nothing of ours, and no passage in its language or English holds enough of its words."""
    if names_product(question, passages):
        return False
    asked = _asked(question)
    ours = [one for one in read if one.passage.language in ("", "en", question.language)]
    few = sum(1 for sure in asked.trust if sure) <= FEW
    held = (matched for one in ours for matched in (one.terms if few else held_together(one)))
    return not any(asked.is_met(matched, question.terms) for matched in held)


def names_product(question: Question, passages: Sequence[Passage]) -> bool:
    """Whether it names a model that titles know, or a brand of these passages by its first word."""
    numbers = (number for number in question.mention.numbers if not MARK.fullmatch(number))
    if any(sign.isalpha() for number in numbers for sign in number):
        return True
    asked = set(stems(question.english))
    return any(asked.intersection(stems(brand)[:1]) for brand in {passage.brand_name for passage in passages})


def _asked(question: Question) -> _Asked:
    rows = fts.row_count(fts.CHUNKS)
    most = fts.rarity(0, rows)
    unknown = unknown_words(question)
    worth = [most if term.guessed else fts.rarity(term.frequency, rows) * term.weight for term in question.terms]
    trust = [_trust(term) for term in question.terms]
    strange = {*unknown, *(term.text for term, sure in zip(question.terms, trust, strict=True) if not sure)}
    names = set(question_words(" ".join(NAME.findall(question.text))))
    return _Asked(worth, trust, sum(worth) + most * len(unknown) or 1.0, bool(strange & names))


def _trust(term: Term) -> float:
    """1 for a word of the documents; 0 for a bare number or sign, and for a guess that no typing error explains."""
    if len(term.text) == 1 or term.text.isdigit():
        return 0.0
    if not term.guessed:
        return 1.0
    written = stem(term.text)
    near = any(OSA.distance(written, "".join(option.stems)) <= 1 for option in term.options)
    return TYPO if near and len(written) >= SHORTEST_TYPO else 0.0
