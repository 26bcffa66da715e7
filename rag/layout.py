"""What each line of a page is: heading, list item or step, table row, text, or furniture to leave out.

In web pages headings are marked with `#` (catalog.models.DocumentPage). In the text of PDFs nothing is marked, so the
lines' own shape decides: short, capitalised, without a full stop, followed by something that is no heading.
"""

import enum
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from catalog.naming import UNITS

HEADING_WORDS = 9
HEADING_CHARACTERS = 70
ROW_CHARACTERS = 140
EDGE_LINES = 2  # running titles and page numbers stand in a page's first or last lines
SMALL_WORDS = frozenset(
    "a an and at by for from in into of on or the to vs with your de del des du la le les el y und mit von di e".split()
)


class LineKind(enum.Enum):
    BLANK = "blank"
    HEADING = "heading"
    ITEM = "item"  # a step or a bullet
    ROW = "row"  # of a table, or `label: value`
    TEXT = "text"
    SKIP = "skip"


@dataclass(frozen=True)
class Line:
    """A line by its place in the page's text; `text` has no outer white space, `level` counts from 1 for headings."""

    start: int
    end: int
    text: str
    kind: LineKind
    level: int = 0

    @property
    def heading(self) -> str:
        return self.text.lstrip("#").strip()


def document_lines(pages: Sequence[str]) -> list[list[Line]]:
    """The lines of each page, in order."""
    furniture = _furniture(pages)
    marked = any(_MARKED.search(text) for text in pages)
    return [_page_lines(text, furniture, marked) for text in pages]


def ends_sentence(text: str) -> bool:
    return bool(_SENTENCE_END.search(text))


_MARKED = re.compile(r"^#{1,6} \S", re.MULTILINE)
_SENTENCE_END = re.compile(r"[.!?…。！？׃][\"'”’)\]]*\s*$")
_ITEM = re.compile(r"(?:[-•●▪■◦‣*·–]|\(?\d{1,2}[.)]|\(?[a-zA-Z][.)]|[ivx]{1,4}\.|o)\s+\S")
_NUMBERED = re.compile(
    r"(?:(?:chapter|section|appendix)\s+)?(?:\d{1,2}(?:\.\d{1,2}){0,3}|[A-Z])[.)]?\s+\S", re.IGNORECASE
)
_LABEL_VALUE = re.compile(r"[^\W\d_][^:]{0,48}: \S")
_COUNTED = re.compile(r"\s\d+(?:[.,]\d+)?\s+([^\W\d_]+)")
_DIGIT = re.compile(r"\d")
_LETTER = re.compile(r"[^\W\d_]")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")


def _page_lines(text: str, furniture: frozenset[str], marked: bool) -> list[Line]:
    raw = [match for match in _LINE.finditer(text) if match.group()]
    last = len(raw) - 1
    lines = []
    for position, match in enumerate(raw):
        stripped = match.group().strip()
        edge = position < EDGE_LINES or position > last - EDGE_LINES
        kind = LineKind.SKIP if edge and _shape(stripped) in furniture else _kind(stripped, marked)
        level = _level(stripped, marked) if kind is LineKind.HEADING else 0
        lines.append(Line(match.start(), match.end(), stripped, kind, level))
    return lines if marked else _settle(lines)


def _kind(text: str, marked: bool) -> LineKind:
    if not text:
        return LineKind.BLANK
    if marked:
        if _MARKED.match(text):
            return LineKind.HEADING
    elif _looks_like_heading(text):
        return LineKind.HEADING
    if _ITEM.match(text):
        return LineKind.ITEM
    if len(text) <= ROW_CHARACTERS and (_LABEL_VALUE.match(text) or _looks_like_row(text)):
        return LineKind.ROW
    return LineKind.TEXT


def _looks_like_row(text: str) -> bool:
    """A table's row: short, with a number in it, and no sentence."""
    return len(text) <= 90 and not ends_sentence(text) and _DIGIT.search(text) is not None and not text.endswith(",")


def _looks_like_heading(text: str) -> bool:
    if len(text) > HEADING_CHARACTERS or text[-1] in ".,;:!?…-–/(" or not _LETTER.search(text):
        return False
    if _LABEL_VALUE.match(text) or text.count(",") > 1 or _is_counted(text):
        return False
    numbered = _NUMBERED.match(text)
    words = text.split()
    if len(words) > HEADING_WORDS or (words[0][0].islower() and not numbered):
        return False
    if text[0] in '•●▪■◦‣*·-–"“(' or "http" in text or "www." in text or "@" in text:
        return False
    letters = [word for word in words if word[0].isalpha()]
    long_words = [word for word in letters if word.lower() not in SMALL_WORDS]
    if not long_words or sum(len(word) for word in letters) < 4:
        return False
    capitalised = sum(1 for word in long_words if word[0].isupper() or not word[0].isascii())
    digits = sum(1 for word in words[1:] if word[0].isdigit())
    return capitalised >= 0.6 * len(long_words) and digits <= 1


def _is_counted(text: str) -> bool:
    """`Control Range 8 octaves` and `Power adapter 12 VDC` are rows of a table, `APC Key 25 User Guide` is none."""
    return any(word[0].islower() or word.lower() in UNITS for word in _COUNTED.findall(text))


def _level(text: str, marked: bool) -> int:
    if marked:
        return len(text) - len(text.lstrip("#"))
    if text.isupper():
        return 1
    if (number := re.match(r"\d{1,2}(?:\.\d{1,2})*", text)) and " " in text:
        return 1 + number.group().count(".") + 1
    return 2


def _settle(lines: list[Line]) -> list[Line]:
    """Takes back headings that the lines around speak against: three short lines in a row are a list, not titles."""
    settled = list(lines)
    for index in range(1, len(lines)):
        if lines[index].kind is LineKind.ROW and _runs_on(lines[index - 1]):
            settled[index] = replace(lines[index], kind=LineKind.TEXT)
    position = 0
    while position < len(lines):
        if lines[position].kind is not LineKind.HEADING:
            position += 1
            continue
        end = position
        while end < len(lines) and lines[end].kind is LineKind.HEADING:
            end += 1
        keep = 1 if end - position > 2 else end - position
        before = lines[position - 1] if position else None
        if before and _runs_on(before):
            keep = 0
        kind = LineKind.ROW if keep else LineKind.TEXT
        for index in range(position + keep, end):
            settled[index] = replace(lines[index], kind=kind, level=0)
        position = end
    return settled


def _runs_on(line: Line) -> bool:
    """A full line of prose without its end: the next line goes on with the sentence, whatever it looks like."""
    return line.kind in (LineKind.TEXT, LineKind.ITEM) and len(line.text) > 60 and not ends_sentence(line.text)


def _furniture(pages: Sequence[str]) -> frozenset[str]:
    """The shapes of lines that stand at the edges of many pages: running titles, page numbers."""
    counts: Counter[str] = Counter()
    for text in pages:
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        counts.update({_shape(line) for line in lines[:EDGE_LINES] + lines[-EDGE_LINES:] if line})
    least = max(3, len(pages) // 5)
    return frozenset(shape for shape, count in counts.items() if shape and count >= least)


def _shape(line: str) -> str:
    """A line without its numbers, so that `12 User Guide` and `13 User Guide` are one."""
    return re.sub(r"\d+", "0", line.strip()).casefold()
