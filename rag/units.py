"""Cuts a passage into what can be quoted by itself: sentences, steps, lines of a list or a table, headings.

The text of a unit is the passage's own, its line breaks made spaces.
"""

import re
from dataclasses import dataclass
from functools import cached_property

MARKER = re.compile(r"^(?:[•▪●◦·»✓*–-]\s*|\(?\d{1,2}[.)]\s+|[a-z][.)]\s+|#+\s+)(?=\S)")
# Signs of a symbol font stand for bullets; nobody else has that font. Control signs are what is left of others.
SYMBOL = re.compile(r"^[\ue000-\uf8ff\x80-\x9f][\ue000-\uf8ff\x80-\x9f\s]*(?=[\w\"“(])")
LEADERS = re.compile(r"\.{5,}|(?:\. ){5,}|…{3,}")  # a line of a table of contents
CONTENTS = re.compile(r"^(\d{1,2})(?:\.\d+)*\.?\s+[^\W\d_][^.!?:;]*$")  # `6 Factory reset and updates`, perhaps a page
LINK = re.compile(r"\(?\b(?:pdf|zip|exe|dmg|pkg)\b[^()]{0,20}\)?$", re.IGNORECASE)  # what it links is not what it says
# What themes of shops write beside pictures and buttons, for readers of the screen.
FURNITURE = re.compile(
    r"^(?:open media \d+ in (?:modal|gallery view)|/?\s*of\s+\d+|skip to (?:main )?(?:content|product information)|"
    r"load image \d+ in gallery view.*|(?:regular|sale|unit) price|couldn['’]t load pickup availability|"
    r"slide (?:left|right)|(?:decrease|increase) quantity for .*|add to (?:cart|basket|wishlist)|quick view)$",
    re.IGNORECASE,
)
# What makers must say, and nobody asks.
LEGAL = re.compile(
    r"\b(?:is|are) (?:a )?(?:registered )?trademarks?\b|\bspecifications are subject to change\b"
    r"|^trademarks (?:&|and) licen[cs]es$|\ball rights reserved\b"
    r"|\bthis site is protected by\b|\bprivacy policy and terms\b",
    re.IGNORECASE,
)
TAIL_WORDS = 4  # of a sentence that began on another page: `Knobs above).`
NUMBERED = re.compile(r"^\(?\d{1,2}[.)]\s+")
# A sentence ends here, unless a shortened word stands before the point.
SENTENCE_END = re.compile(r"(?<=[.!?])[\"”’)]*\s+(?=[\"“(]*[A-Z0-9\u05d0-\u05ea•])")
SHORTENED = re.compile(r"\b(?:e\.g|i\.e|approx|max|min|no|nos|vs|fig|incl|etc|dr|mr|ca|ver|vol|pp|p)\.$", re.IGNORECASE)
OPEN_END = re.compile(
    r"(?:[,(–/&]|\b(?:a|an|the|of|to|in|with|and|or|for|by|on|from|is|are|at|as|that|your|its|into|using|when|if))$",
    re.IGNORECASE,
)
ENDED = re.compile(r"[.!?:;][\"”’)]*$")
WRAPPED_FROM = 0.62  # of the usual full line: a line so long was broken by the layout, not by its writer
ROW_NUMBERS = 0.3  # of a table row's words hold digits
FULL_LINE = 60  # characters; in shorter columns every line counts as its own
HEADING_WORDS = 9
CONTENTS_WORDS = 10
MANY_CONTENTS = 3  # lines; two only where one number follows the other
LINK_WORDS = 15


@dataclass(frozen=True)
class Unit:
    """`block` counts the runs of text that belong together: a paragraph, a step, a list item."""

    text: str
    block: int
    is_heading: bool = False
    is_step: bool = False  # numbered
    is_item: bool = False  # of any list
    is_noise: bool = False  # says nothing by itself
    is_link: bool = False  # names a file to load

    @cached_property
    def words(self) -> int:
        return len(self.text.split())

    @cached_property
    def told(self) -> int:
        """Words of letters besides headings."""
        return 0 if self.is_heading else sum(any(map(str.isalpha, word)) for word in self.text.split())


def units(text: str, *, wrapped: bool = True) -> list[Unit]:
    """The units of a text in their order. `wrapped`: its lines were broken by the layout, as in a PDF."""
    lines = [line.strip("\u200b \t\r") for line in text.split("\n")]
    blocks = _blocks([line for line in lines if line], wrapped=wrapped)
    cut: list[Unit] = []
    contents = _contents(blocks)
    for number, block in enumerate(SYMBOL.sub("", block) for block in blocks):
        if LEADERS.search(block) or number in contents or _says_nothing(block):
            cut.append(Unit(block, number, is_noise=True))
            continue
        if _is_heading(block):
            cut.append(Unit(MARKER.sub("", block) if block.startswith("#") else block, number, is_heading=True))
            continue
        if LINK.search(block) and len(block.split()) <= LINK_WORDS:
            cut.append(Unit(block, number, is_item=bool(MARKER.match(block)), is_link=True))
            continue
        is_step, is_item = bool(NUMBERED.match(block)), bool(MARKER.match(block))
        cut += [Unit(sentence, number, is_step=is_step, is_item=is_item) for sentence in _sentences(block)]
    return cut


def _says_nothing(block: str) -> bool:
    """A shop's furniture, or the tail of a sentence in brackets that began elsewhere."""
    is_tail = ")" in block and "(" not in block and len(block.split()) <= TAIL_WORDS and not MARKER.match(block)
    return is_tail or bool(FURNITURE.match(block) or LEGAL.search(block))


def _contents(blocks: list[str]) -> set[int]:
    """The lines of a table of contents: short, numbered one after the other, no sentences."""
    numbers = [_number_in_contents(block) for block in blocks]
    found: set[int] = set()
    start = 0
    for at in range(1, len(blocks) + 1):
        if at == len(blocks) or not 0 < numbers[at - 1] <= numbers[at]:
            run = range(start, at)
            if len(run) >= MANY_CONTENTS or (len(run) > 1 and numbers[at - 1] - numbers[start] < len(run)):
                found |= set(run)
            start = at
    return found


def _number_in_contents(block: str) -> int:
    match = CONTENTS.match(block)
    is_plain = match and not MARKER.match(block) and len(block.split()) <= CONTENTS_WORDS
    return int(match.group(1)) if match and is_plain else 0


def _blocks(lines: list[str], *, wrapped: bool) -> list[str]:
    full = _full_line(lines) if wrapped else 0
    blocks: list[str] = []
    last = ""
    for line in lines:
        if last and _goes_on(last, line, full):
            blocks[-1] += " " + line
        else:
            blocks.append(line)
        last = line
    return blocks


def _full_line(lines: list[str]) -> int:
    lengths = sorted(len(line) for line in lines)
    return lengths[int(len(lengths) * 0.9)] if lengths else 0


def _is_row(line: str) -> bool:
    """Whether a line looks like one of a table of values."""
    words = line.split()
    return len(words) > 2 and sum(any(c.isdigit() for c in word) for word in words) >= ROW_NUMBERS * len(words)


def _goes_on(last: str, line: str, full: int) -> bool:
    """Whether a line continues the one before it."""
    if LEADERS.search(line) or LEADERS.search(last):
        return False
    if MARKER.match(line) or SYMBOL.match(line) or last.startswith("#"):
        return False
    if line[0] in ",.;:)" or OPEN_END.search(last) or SHORTENED.search(last):
        return True
    if _is_row(last) and _is_row(line):
        return False
    if ENDED.search(last):
        return len(last) > WRAPPED_FROM * full > WRAPPED_FROM * FULL_LINE and not last.endswith(":")
    if line[0].islower():
        return True
    return full >= FULL_LINE and len(last) >= WRAPPED_FROM * full


def _is_heading(block: str) -> bool:
    if block.startswith("#"):
        return True
    words = block.split()
    return len(words) <= HEADING_WORDS and not re.search(r"[.!?;,]$|\d|:\s", block) and not MARKER.match(block)


def _sentences(block: str) -> list[str]:
    sentences: list[str] = []
    start = 0
    for end in SENTENCE_END.finditer(block):
        head = block[start : end.start()]
        if SHORTENED.search(head) or NUMBERED.fullmatch(head + " "):
            continue
        sentences.append(block[start : end.end()].strip())
        start = end.end()
    return [*sentences, block[start:].strip()] if block[start:].strip() else sentences
