"""When two questions ask the same: most words, all numbers and models, and the way of asking in common."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from catalog.naming import NO_NAME, model_key

from . import fts
from .named import FEW, RARE
from .stems import known_stems
from .vocabulary import frequencies
from .words import cleaned, is_stop, question_words

NAME = re.compile(r"[^\W_]+(?:[-.][^\W_]+)*")
LEAST = 0.75  # of both questions' words that they have in common
# Small words that turn a question round, which searching rightly leaves out.
TURNING = frozenset(
    """
    off not no without never before after more less than max maximum min minimum left right first last same different
    only how why where when who whose לא בלי ללא לפני אחרי איך למה מדוע איפה היכן מתי מי כמה יותר פחות
    """.split()
)
# These turn it round behind a verb or at the end: `turn it on`, but not `settings on the Tremor`.
PARTICLES = frozenset("on in out up down".split())
MOVING = frozenset("turn turned turning switch switched switching power powered powering plug fade turns it".split())


@lru_cache(maxsize=5_000)
def normalised(question: str) -> str:
    """The question without case, punctuation and spacing: what two askings of the same have in common."""
    text = unicodedata.normalize("NFKC", question).casefold()
    return " ".join(re.findall(r"[^\W_]+", text))


@dataclass(frozen=True)
class Shape:
    """What likeness looks at: stems of the words that tell something, numbers and models, words that turn it round."""

    words: frozenset[str]
    numbers: frozenset[str]
    turning: frozenset[str]


@lru_cache(maxsize=5_000)
def shape(question: str) -> Shape:
    words = question_words(cleaned(question))
    turning = frozenset(word for place, word in enumerate(words) if _turns(words, place))
    telling = [word for word in words if not is_stop(word) and word not in TURNING]
    return Shape(frozenset(known_stems(" ".join(telling))), _numbers(cleaned(question)), turning)


def _turns(words: Sequence[str], place: int) -> bool:
    behind_verb = place == len(words) - 1 or words[place - 1] in MOVING
    return words[place] in TURNING or (words[place] in PARTICLES and place > 0 and behind_verb)


def _numbers(question: str) -> frozenset[str]:
    """`Tremor 25`, `MPK-249` and `mpk 249` with the name before the number; a number without one alone."""
    found, before = set(), ""
    for token in NAME.findall(question):
        key = model_key(token)
        if key.isdigit() and before and before not in NO_NAME and not is_stop(before):
            key = before + key
        if any(sign.isdigit() for sign in key):
            found.add(key)
        before = model_key(token) if token.isascii() else ""
    return frozenset(found)


def overlap(one: Shape, other: Shape) -> float:
    """The share of their words that both have; 0 where numbers, models or the way of asking differ."""
    if one.numbers != other.numbers or one.turning != other.turning or not (one.words and other.words):
        return 0.0
    return len(one.words & other.words) / len(one.words | other.words)


def are_alike(one: str, other: str) -> bool:
    """Never for questions that differ in a word by which titles tell products apart."""
    first, second = shape(one), shape(other)
    return overlap(first, second) >= LEAST and not _names_products(first.words ^ second.words)


def _names_products(stems: frozenset[str]) -> bool:
    counts = frequencies(stems, fts.DOCUMENTS) if stems else {}
    most = max(FEW, RARE * fts.row_count(fts.DOCUMENTS)) if any(counts.values()) else 0
    return any(0 < count <= most for count in counts.values())


def grouped(questions: Sequence[str]) -> list[list[int]]:
    """The places of questions that ask the same, the first of each group being its oldest place; groups in order."""
    groups: list[list[int]] = []
    exact: dict[str, int] = {}
    kinds: dict[tuple[frozenset[str], frozenset[str]], list[int]] = {}
    for place, question in enumerate(questions):
        key = normalised(question)
        if key not in exact:
            seen = shape(question)
            kin = kinds.setdefault((seen.numbers, seen.turning), [])
            found = next((n for n in kin if are_alike(questions[groups[n][0]], question)), None)
            exact[key] = len(groups) if found is None else found
            if found is None:
                kin.append(len(groups))
                groups.append([])
        groups[exact[key]].append(place)
    return groups
