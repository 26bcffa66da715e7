"""A passage cut to the part that shows why it was found, with the words that were searched marked."""

from collections.abc import Iterable

from .query import Question, understand
from .stems import WORD, stem_all

CHARACTERS = 300


def highlight(text: str, question: str | Question, characters: int = CHARACTERS) -> list[tuple[str, bool]]:
    """Pieces of about `characters` characters of the text, in order; True marks a word that was searched.

    Joined, the pieces are the cut text, with `…` where it was cut.
    """
    asked = question if isinstance(question, Question) else understand(question)
    wanted = {part for term in asked.terms for option in term.options for part in option.stems if len(part) > 1}
    matches = list(WORD.finditer(text))
    found = stem_all([match.group().lower() for match in matches])
    spans = [match.span() for match, stem in zip(matches, found, strict=True) if stem in wanted]
    start, end = _window(text, spans, characters)
    return list(_pieces(text, start, end, (span for span in spans if start <= span[0] and span[1] <= end)))


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
    while start > 0 and not text[start - 1].isspace() and start > best - characters // 3:
        start -= 1
    while end < len(text) and not text[end].isspace() and end < start + characters + 40:
        end += 1
    return start, end


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
