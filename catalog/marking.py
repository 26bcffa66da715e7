"""Finds a quoted passage again on its page: in the page's text, and among the words of its picture.

A quote and a page differ in what nobody reads: spaces and line breaks, hyphens that part a word, ligatures, the marks
of headings and lists, the order in which a right-to-left line was stored. Both are compared without these.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from itertools import groupby

from rapidfuzz import fuzz

from .facsimile import Word

OPEN, CLOSE = "\ufdd0", "\ufdd1"  # noncharacters: no text holds them
LIKE = 88.0  # of 100: a passage that its page holds not letter for letter
SHORTEST = 12  # letters of a passage that may be found so
MOST_MARKS = 8  # of one page
CUT = "[…]"  # stands for the middle of a long quote
END_LENGTH = 90  # characters that are left of each end of one
FARTHEST = 4000  # letters between them
GAP = 60  # parts of 10,000: words so far apart stand in other columns

Span = tuple[int, int]
Box = tuple[int, int, int, int]


def folded(text: str) -> tuple[str, list[int]]:
    """The letters and digits of a text, without case and ligatures; and where in the text each of them stands."""
    letters: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        for part in unicodedata.normalize("NFKC", sign).casefold():
            if part.isalnum():
                letters.append(part)
                places.append(place)
    return "".join(letters), places


def shortened(quote: str) -> str:
    """A quote short enough for an address: both of its ends, with CUT between them."""
    words = quote.strip()
    if len(words) <= 2 * END_LENGTH + len(CUT):
        return words
    head, tail = words[:END_LENGTH], words[-END_LENGTH:]
    return f"{head.rsplit(None, 1)[0]} {CUT} {tail.split(None, 1)[-1]}"


def found(quote: str, whole: str) -> Span | None:
    """Where a quote, perhaps a shortened one, stands in the folded text."""
    head, cut, tail = quote.partition(CUT)
    start = find(folded(head)[0], whole)
    if not cut or not start:
        return start
    end = find(folded(tail)[0], whole[start[1] : start[1] + FARTHEST])
    return (start[0], start[1] + end[1]) if end else None


def find(quote: str, whole: str) -> Span | None:
    """Where the folded quote stands in the folded text: exactly, else what is like it."""
    if not quote:
        return None
    at = whole.find(quote)
    if at >= 0:
        return at, at + len(quote)
    if len(quote) < SHORTEST:
        return None
    near = fuzz.partial_ratio_alignment(quote, whole, score_cutoff=LIKE)
    return (near.dest_start, near.dest_end) if near and near.dest_end > near.dest_start else None


def spans(text: str, quotes: Iterable[str]) -> list[Span]:
    """Where the quotes stand in the text, those that are found, in order and joined where they meet."""
    letters, places = folded(text)
    places_of = [place for quote in quotes for place in _places(quote, letters)]
    joined: list[Span] = []
    for start, end in sorted((places[first], places[last - 1] + 1) for first, last in places_of):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def marked(text: str, quotes: Iterable[str]) -> str:
    """The text with OPEN and CLOSE around what is quoted, each pair within one line, behind the mark of an item."""
    clean = text.replace(OPEN, "").replace(CLOSE, "")
    pieces, at = [], 0
    for start, end in spans(clean, quotes):
        pieces += [clean[at:start], *(_line(line) for line in clean[start:end].splitlines(keepends=True))]
        at = end
    return "".join([*pieces, clean[at:]])


def _line(line: str) -> str:
    words = line.strip("\r\n")
    lead = len(words) - len(words.lstrip("#-•* \t"))
    return f"{words[:lead]}{OPEN}{words[lead:]}{CLOSE}{line[len(words) :]}" if words[lead:] else line


def boxes(words: Sequence[Word], quotes: Iterable[str]) -> list[Box]:
    """The stretches of lines on which the quotes stand: left, top, right, bottom in parts of 10,000 of the page."""
    return _lines(quoted(words, quotes))


def quoted(words: Sequence[Word], quotes: Iterable[str]) -> list[Word]:
    """The words of a page that the quotes take."""
    letters, owners = _folded_words(words)
    chosen = {owner for quote in quotes for first, last in _places(quote, letters) for owner in owners[first:last]}
    return [words[n] for n in sorted(chosen)]


def _folded_words(words: Sequence[Word]) -> tuple[str, list[int]]:
    letters: list[str] = []
    owners: list[int] = []
    for number, word in enumerate(words):
        own = folded(word.text)[0]
        letters.append(own)
        owners += [number] * len(own)
    return "".join(letters), owners


def _places(quote: str, letters: str) -> Iterable[Span]:
    """Where a quote stands. One whose lines stand apart, as the cells of a table do: each line for itself."""
    if place := found(quote, letters):
        yield place
        return
    for line in quote.replace(CUT, "\n").replace(": ", "\n").splitlines():
        own = folded(line)[0]
        if len(own) >= SHORTEST and (part := find(own, letters)):
            yield part


def _lines(words: Sequence[Word]) -> list[Box]:
    """Words that follow each other on a line, as one box."""
    joined: list[Box] = []
    for word in words:
        own = (word.left, word.top, word.right, word.bottom)
        last = joined[-1] if joined else None
        if last and _same_line(last, own):
            joined[-1] = (min(last[0], own[0]), min(last[1], own[1]), max(last[2], own[2]), max(last[3], own[3]))
        else:
            joined.append(own)
    return [box for box, _again in groupby(joined)]


def _same_line(one: Box, other: Box) -> bool:
    overlap = min(one[3], other[3]) - max(one[1], other[1])
    height = min(one[3] - one[1], other[3] - other[1])
    gap = max(one[0], other[0]) - min(one[2], other[2])
    return overlap > 0.5 * height and gap < max(GAP, 2.5 * height)
