"""A passage cut to the part that shows why it was found, with the words that were searched marked."""

import re
from collections.abc import Iterable
from functools import lru_cache

from .query import Question, understand
from .stems import WORD, stem_all

CHARACTERS = 300

# How a web page's text marks headings and list entries (see `DocumentPage`), and signs that manuals set before entries.
_MARK = re.compile(r"(?:#{1,6}|[-–•▪■●○◦‣])[ \t]+(?=\S)")
# PDFium writes a hyphen at a line's end as U+0002 or U+FFFE.
_PARTED = re.compile(r"[\u0002\ufffe\u00ad](?:[ \t]*\r?\n\s*)?")


@lru_cache(maxsize=500)
def readable(text: str) -> str:
    """The text in one line for reading: without the marks of headings and lists, which are parted by ` · ` instead."""
    pieces: list[str] = []
    after_mark = False
    for line in _PARTED.sub("", text).splitlines():
        words = line.strip()
        mark = _MARK.match(words)
        words = " ".join(words[mark.end() if mark else 0 :].split())
        if words and pieces:
            pieces.append(" · " if mark or after_mark else " ")
        if words:
            pieces.append(words)
            after_mark = bool(mark)
    return "".join(pieces)


def highlight(text: str, question: str | Question, characters: int = CHARACTERS) -> list[tuple[str, bool]]:
    """Pieces of about `characters` characters of the text, in order; True marks a word that was searched.

    Joined, the pieces are the cut text, with `…` where it was cut.
    """
    asked = question if isinstance(question, Question) else understand(question)
    wanted = {part for term in asked.terms for option in term.options for part in option.stems if len(part) > 1}
    spans = [span for span, stem in _words(text) if stem in wanted]
    start, end = _window(text, spans, characters)
    return list(_pieces(text, start, end, (span for span in spans if start <= span[0] and span[1] <= end)))


@lru_cache(maxsize=500)
def _words(text: str) -> list[tuple[tuple[int, int], str]]:
    """Where each word stands, and its stem: while somebody types, the same passages are shown again and again."""
    matches = list(WORD.finditer(text))
    stems = stem_all([match.group().lower() for match in matches])
    return [(match.span(), stem) for match, stem in zip(matches, stems, strict=True)]


def _window(text: str, spans: list[tuple[int, int]], characters: int) -> tuple[int, int]:
    """The stretch with the most marked words, widened to whole words."""
    if len(text) <= characters:
        return 0, len(text)
    best, most = 0, -1
    for begin, _ in spans:
        count = sum(1 for span in spans if begin <= span[0] and span[1] <= begin + characters * 3 // 4)
        if count > most:
            best, most = begin, count
    start = max(0, min(best - characters // 6, len(text) - characters))
    end = min(len(text), start + characters)
    start = _word_start(text, start, characters // 8)
    while end < len(text) and not text[end].isspace() and end < start + characters + 40:
        end += 1
    return start, end


def _word_start(text: str, at: int, reach: int) -> int:
    """The start of the word that `at` is in; of the next word where that is more than `reach` characters back."""
    begin = max(text.rfind(" ", 0, at), text.rfind("\n", 0, at)) + 1
    if at - begin <= reach:
        return begin
    following = re.compile(r"\s\S").search(text, at, at + reach)
    return following.end() - 1 if following else at


def _pieces(text: str, start: int, end: int, spans: Iterable[tuple[int, int]]) -> Iterable[tuple[str, bool]]:
    if start:
        yield "… ", False
    at = start
    for begin, stop in spans:
        if begin > at:
            yield text[at:begin], False
        yield text[begin:stop], True
        at = stop
    if at < end:
        yield text[at:end], False
    if end < len(text):
        yield " …", False
