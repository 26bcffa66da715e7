"""The parts of a question that compares products, and what a number that stands alone there is short for."""

import re
from collections.abc import Sequence

from . import fts
from .vocabulary import beginning_with, frequencies
from .words import SEPARATORS, is_stop

DIGITS = "0123456789"
BARE_NUMBER_LETTERS = 4  # `112t` may stand for a model without its name
SHORTEST_NUMBER = 3  # digits: a `12` is mostly a size
LETTERS_BEHIND = re.compile("[a-z]{1,2}")


def segments(words: Sequence[str]) -> list[str]:
    """The parts of a comparison; a number alone takes over the name before it: `rootmaster 112 vs 115`."""
    parts: list[list[str]] = [[]]
    for word in words:
        if word in SEPARATORS:
            parts.append([])
        else:
            parts[-1].append(word)
    names: list[str] = []
    found = []
    for part in (part for part in parts if part):
        first = part[0]
        if names and first[0].isdigit() and len(first.lstrip(DIGITS + ".")) <= BARE_NUMBER_LETTERS:
            part = [*names, *part]
        names = _names_before_number(part) or names or [word for word in part if not is_stop(word)][:2]
        found.append(" ".join(part))
    return found


def _names_before_number(part: Sequence[str]) -> list[str]:
    for position, word in enumerate(part):
        if word[0].isdigit() and position:
            return [name for name in part[max(0, position - 2) : position] if not is_stop(name)]
    return []


def short_numbers(parts: Sequence[str]) -> list[dict[str, int]]:
    """For each part of a comparison the numbers of titles that its own is short for, with how many titles have them:
    `112` for RM-112T.

    Where the parts' numbers have letters in common, only with those: beside it `115` is RM-115T and no ABM-115H.
    """
    longer = [_numbers_with_letters(part) for part in parts]
    known = frequencies((number for numbers in longer for number in numbers), fts.DOCUMENTS)
    found = [[number for number in numbers if known[number]] for numbers in longer]
    letters = [{number.lstrip(DIGITS) for number in numbers} for numbers in found if numbers]
    shared = set.intersection(*letters) if letters else set()
    return [{n: known[n] for n in numbers if not shared or n.lstrip(DIGITS) in shared} for numbers in found]


def _numbers_with_letters(part: str) -> list[str]:
    numbers = [word for word in part.split() if word.isdigit() and len(word) >= SHORTEST_NUMBER]
    return [term for one in numbers for term in beginning_with(one) if LETTERS_BEHIND.fullmatch(term[len(one) :])]
