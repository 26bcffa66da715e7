"""Cuts the pages of a document into passages: pure functions over frozen values, no database.

A passage is a verbatim run of a page's text under one heading, of about 120 to 250 words. Tables, specification
lines and numbered steps stay together. A short end of a page that goes on overleaf is joined with what it begins.
`rag.layout` says what each line is.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from .layout import Line, LineKind, document_lines, ends_sentence

TARGET_WORDS = 150  # a passage is closed at the next good place once it has these
MAX_WORDS = 230
MAX_TABLE_WORDS = 360  # a table or a run of steps is kept whole up to here
MIN_SECTION_WORDS = 60  # shorter sections share a passage with the next
OVERLAP_WORDS = 35  # a last sentence up to this long is repeated at the start of the next passage
CARRY_WORDS = 45  # a page's unfinished end up to this long goes to the next page's first passage
HEADING_CHARACTERS = 300


@dataclass(frozen=True)
class PageText:
    """One page: its number from 1, its text as read, its language (ISO 639-1, may be empty)."""

    number: int
    text: str
    language: str = ""


@dataclass(frozen=True)
class Cut:
    """A passage: `text` stands verbatim on its page (on two pages: each part does, joined by a line break)."""

    page: int
    last_page: int
    heading: str
    text: str
    language: str = ""


@dataclass(frozen=True)
class _Block:
    """Lines that are not parted: a paragraph, a table, a run of steps."""

    page: PageText
    start: int
    end: int
    words: int
    path: tuple[str, ...]
    opens_section: bool = False
    kind: LineKind = LineKind.TEXT

    @property
    def text(self) -> str:
        return self.page.text[self.start : self.end]


@dataclass
class _Path:
    """The heading path while reading on."""

    entries: list[tuple[int, str]] = field(default_factory=list)

    def enter(self, level: int, text: str) -> None:
        self.entries = [entry for entry in self.entries if entry[0] < level] + [(level, text)]

    def texts(self) -> tuple[str, ...]:
        return tuple(text for _, text in self.entries)


def cut(pages: Sequence[PageText]) -> list[Cut]:
    """The passages of a document, in reading order. Pages without text give none."""
    path = _Path()
    cuts: list[Cut] = []
    carried: Cut | None = None
    for page, lines in zip(pages, document_lines([page.text for page in pages]), strict=True):
        found = list(_pack(list(_blocks(page, lines, path))))
        if carried and found and _fit(carried, found[0]):
            found[0] = _join(carried, found[0])
        elif carried:
            cuts.append(carried)
        carried = None
        if found and page is not pages[-1] and _goes_on(found[-1]):
            carried = found.pop()
        cuts += found
    return cuts


def mended(text: str) -> str:
    """The words of a text that its layout hides from a search: parted at a line's end, or set with ligatures."""
    words = [left.group() + gap.group(1) for gap in _GAP.finditer(text) if (left := _word_before(text, gap.start()))]
    if _LIGATURE.search(text):
        words += [unicodedata.normalize("NFKC", word) for word in text.split() if _LIGATURE.search(word)]
    return " ".join(dict.fromkeys(words))


# PDFium writes a hyphen at a line's end as U+0002 or U+FFFE; others leave the hyphen and the line break.
_GAP = re.compile(r"(?:[\u0002\ufffe\u00ad]|[-\u2010][ \t]*\r?\n\s*)([^\W\d_]+)")
_WORD_END = re.compile(r"[^\W\d_]+\Z")
_LIGATURE = re.compile(r"[\ufb00-\ufb06]")
LONGEST_WORD = 60


def _word_before(text: str, end: int) -> re.Match[str] | None:
    return _WORD_END.search(text[max(0, end - LONGEST_WORD) : end])


def _blocks(page: PageText, lines: Sequence[Line], path: _Path) -> Iterator[_Block]:
    """Groups lines; a heading opens the block that follows it and stands in its text."""
    group: list[Line] = []
    opens = False
    for line in lines:
        if line.kind is LineKind.SKIP or (line.kind is LineKind.BLANK and not group):
            continue
        if line.kind is LineKind.HEADING:
            if group and any(member.kind is not LineKind.HEADING for member in group):
                yield _block(page, group, path, opens)
                group, opens = [], False
            path.enter(line.level, line.heading)
            opens = True
        elif group and not _belongs(group, line):
            yield _block(page, group, path, opens)
            group, opens = [], False
        group.append(line)
    if group:
        yield _block(page, group, path, opens)


def _block(page: PageText, group: Sequence[Line], path: _Path, opens: bool) -> _Block:
    return _Block(page, group[0].start, group[-1].end, _words(group), path.texts(), opens, group[-1].kind)


def _belongs(group: Sequence[Line], line: Line) -> bool:
    """Whether a line goes on with the block: steps with steps, rows with rows, a paragraph to its sentence's end."""
    last = group[-1]
    if last.kind is LineKind.HEADING:
        return True
    if line.kind is LineKind.BLANK:
        return last.kind in (LineKind.ROW, LineKind.ITEM) and _words(group) < MAX_TABLE_WORDS
    if line.kind in (LineKind.ITEM, LineKind.ROW):
        goes_on = last.kind in (line.kind, LineKind.BLANK) or last.text.endswith(":")
        return goes_on and _words(group) < MAX_TABLE_WORDS
    if last.kind is LineKind.ITEM:  # the step's next line
        return not ends_sentence(last.text) and _words(group) < MAX_TABLE_WORDS
    return last.kind is LineKind.TEXT and not ends_sentence(last.text) and _words(group) < MAX_WORDS


def _words(group: Sequence[Line]) -> int:
    return sum(len(member.text.split()) for member in group)


def _pack(blocks: Sequence[_Block]) -> Iterator[Cut]:
    """Fills passages of a page with blocks."""
    chosen: list[_Block] = []
    for block in _split_long(blocks):
        words = sum(member.words for member in chosen)
        limit = MAX_TABLE_WORDS if block.kind is LineKind.ROW and not block.opens_section else MAX_WORDS
        full = words + block.words > limit
        if chosen and (full or words >= TARGET_WORDS or (block.opens_section and words >= MIN_SECTION_WORDS)):
            yield _cut(chosen)
            chosen = _overlap(chosen, block)
        chosen.append(block)
    if chosen:
        yield _cut(chosen)


def _overlap(chosen: Sequence[_Block], block: _Block) -> list[_Block]:
    last = chosen[-1]
    if block.opens_section or last.opens_section or last.words > OVERLAP_WORDS or len(chosen) < 2:
        return []
    return [last]


def _split_long(blocks: Sequence[_Block]) -> Iterator[_Block]:
    """Parts blocks that are too long for one passage at line breaks, else at spaces."""
    for block in blocks:
        if block.words <= MAX_TABLE_WORDS:
            yield block
            continue
        start = block.start
        for end in _breaks(block):
            text = block.page.text[start:end]
            yield replace(block, start=start, end=end, words=len(text.split()), opens_section=start == block.start)
            start = end


def _breaks(block: _Block) -> Iterator[int]:
    words = 0
    for match in re.finditer(r"\S+(\s*)", block.text):
        words += 1
        if words >= MAX_WORDS or (words >= TARGET_WORDS and "\n" in match.group(1)):
            yield block.start + match.end()
            words = 0
    if words:
        yield block.end


def _cut(blocks: Sequence[_Block]) -> Cut:
    page = blocks[0].page
    text = page.text[blocks[0].start : blocks[-1].end].strip()
    return Cut(page.number, page.number, _heading(blocks), text, page.language)


def _heading(blocks: Sequence[_Block]) -> str:
    """The path of the first block, then the headings of further short sections in the same passage."""
    path = " › ".join(blocks[0].path)
    further = dict.fromkeys(block.path[-1] for block in blocks[1:] if block.path and block.path != blocks[0].path)
    return " · ".join(part for part in (path, *further) if part)[:HEADING_CHARACTERS]


def _goes_on(last: Cut) -> bool:
    return len(last.text.split()) <= CARRY_WORDS and not ends_sentence(last.text)


def _fit(one: Cut, other: Cut) -> bool:
    follows = other.language == one.language and other.page == one.last_page + 1
    return follows and len(one.text.split()) + len(other.text.split()) <= MAX_TABLE_WORDS


def _join(one: Cut, other: Cut) -> Cut:
    heading = " · ".join(dict.fromkeys(part for part in (one.heading, other.heading) if part))
    return Cut(one.page, other.last_page, heading[:HEADING_CHARACTERS], f"{one.text}\n{other.text}", other.language)
