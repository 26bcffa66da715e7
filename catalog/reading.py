"""The text of a document's page, cut into blocks that a template can lay out: headings, lists, tables, paragraphs.

The light markup is described at `DocumentPage`. Nothing here makes HTML; templates escape every text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

HEADING = re.compile(r"(#{1,6})\s+(.+)")
ITEM = re.compile(r"[-•]\s+(.+)")
# A label is short and no sentence; `https://…` and `10:30` are no labels.
LABELLED = re.compile(r"([^:.!?]{1,60}(?:\.[^\s:.!?]+)*):\s+(\S.*)")


@dataclass(frozen=True)
class Block:
    """`kind` is heading, list, table, text or lines (text whose line breaks count)."""

    kind: str
    text: str = ""
    level: int = 0
    items: list[str] = field(default_factory=list)
    rows: list[tuple[str, str]] = field(default_factory=list)


def _kind_of(line: str) -> str:
    if not line.strip():
        return "gap"
    if HEADING.fullmatch(line.strip()):
        return "heading"
    if ITEM.fullmatch(line.strip()):
        return "list"
    return "table" if LABELLED.fullmatch(line.strip()) else "text"


def _blocks_of(kind: str, lines: list[str]) -> Iterator[Block]:
    if kind == "heading":
        for line in lines:
            marks, text = HEADING.fullmatch(line).groups()  # type: ignore[union-attr]
            yield Block("heading", text=text, level=min(len(marks) + 2, 6))
    elif kind == "list":
        yield Block("list", items=[ITEM.fullmatch(line).group(1) for line in lines])  # type: ignore[union-attr]
    elif kind == "table" and len(lines) > 1:
        yield Block("table", rows=[LABELLED.fullmatch(line).groups() for line in lines])  # type: ignore[misc,union-attr]
    elif kind in ("table", "text"):
        yield from (Block("text", text=line) for line in lines)


def web_blocks(text: str) -> list[Block]:
    """Blocks of a web page's text. A heading's level begins at 3, as it stands below the page's own headings."""
    lines = (line.strip() for line in text.splitlines())
    return [block for kind, run in groupby(lines, _kind_of) for block in _blocks_of(kind, list(run))]


def pdf_blocks(text: str) -> list[Block]:
    """Blocks of a PDF page's text: runs of lines, cut at empty lines."""
    runs = re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\r", "\n").strip())
    return [Block("lines", text=run.strip()) for run in runs if run.strip()]
