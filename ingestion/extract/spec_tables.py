"""Specifications in tables: two columns, columns of variants, and rows grouped by a cell that spans them."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from ..addresses import looks_like_document
from .dom import text_of
from .records import SpecRecord
from .spec_lines import pair, section_of

MAX_SPAN = 50  # rows or columns
# Heads of columns that say only that labels and values follow.
LABEL_HEAD = re.compile(
    r"^(parameters?|specifications?|spec|features?|propert(y|ies)|items?|attributes?|descriptions?|models?|types?|name|)$",
    re.I,
)
VALUE_HEAD = re.compile(r"^(values?|details?|descriptions?|specifications?|data|info(rmation)?)$", re.I)
MEASURED = re.compile(r"\d\s?(mm|cm|m|in|inch|kg|g|lb|lbs|oz|hz|khz|w|v|ma|a|db|ohms?|ω|°|\"|″|”|ms|%)\b|^\d+$", re.I)
Cell = tuple[str, str, bool]  # text, tag, whether it goes on from the row above or the column before


def from_table(table: LexborNode) -> Iterator[SpecRecord]:
    if any(node.mem_id != table.mem_id for node in table.css("table")[:2]):
        return  # a table for layout; the inner ones are read by themselves
    links = table.css("a[href]")
    rows = table.css("tr")
    if len(links) * 2 >= len(rows) and sum(looks_like_document(a.attributes.get("href") or "") for a in links) >= 1:
        return  # a table of files
    cells = [row for row in grid(rows) if any(text for text, _, _ in row)]
    columns = max((len(row) for row in cells), default=0)
    if sum(heads_of(row) > 1 for row in cells) * 2 > len(cells):
        yield from nested(cells, section_of(table))
    elif columns == 2:
        yield from two_columns(cells, section_of(table))
    elif columns > 2 and len(cells) > 1:
        yield from (compared if has_head(cells) else grouped)(cells, section_of(table))


def grid(rows: list[LexborNode]) -> list[list[Cell]]:
    """The cells of each row by column, spanned ones repeated (HTML, 4.9.12)."""
    table: list[list[Cell]] = []
    below: dict[int, tuple[int, Cell]] = {}  # columns that a cell from above still fills, and for how many rows
    for row in rows:
        line: list[Cell] = []

        def fill(line: list[Cell] = line) -> None:
            while (kept := below.get(len(line))) is not None:
                if kept[0] <= 1:
                    del below[len(line)]
                else:
                    below[len(line)] = (kept[0] - 1, kept[1])
                line.append(kept[1])

        for cell in row.css("th, td"):
            fill()
            text, tag = text_of(cell), cell.tag or "td"
            down, across = (span(cell, name) for name in ("rowspan", "colspan"))
            for n in range(across):
                if down > 1:
                    below[len(line)] = (down - 1, (text, tag, True))
                line.append((text, tag, n > 0))
        fill()
        table.append(line)
    return table


def span(cell: LexborNode, name: str) -> int:
    value = cell.attributes.get(name) or ""
    return min(int(value), MAX_SPAN) if value.isdecimal() and len(value) < 4 and int(value) else 1


def has_head(rows: list[list[Cell]]) -> bool:
    """Whether the first row names the columns."""
    head = rows[0]
    if any(spanned for _, _, spanned in rows[1][:1]) or (len(head) > 1 and head[1][2]):
        return False
    if all(tag == "th" for _, tag, _ in head) or LABEL_HEAD.match(head[0][0]):
        return True
    return not any(MEASURED.search(text) for text, _, _ in head[1:])


def heads_of(row: list[Cell]) -> int:
    """How many head cells stand before the values of a row; 0 where it has no values."""
    count = next((n for n, (_, tag, _) in enumerate(row) if tag == "td"), 0)
    return count if any(text for text, _, _ in row[count:]) else 0


def nested(rows: list[list[Cell]], section: str) -> Iterator[SpecRecord]:
    """Group, subgroup and label in head cells of each row; the last one before the values is the label."""
    columns = [text for text, _, _ in rows[0]] if all(tag == "th" for _, tag, _ in rows[0]) else []
    for row in rows:
        texts, heads = [text for text, _, _ in row], heads_of(row)
        if not heads:
            continue
        label = next((text for text in reversed(texts[:heads]) if text), "")
        group = texts[0] if heads > 1 and texts[0] != label else section
        values = texts[heads:]
        named = columns[heads:] if len(set(columns[heads:])) == len(values) > 1 else []
        for name, value in zip(named, values, strict=False):
            yield from filter(None, [pair(label, value, name, "table")])
        if not named:
            yield from filter(None, [pair(label, " | ".join(dict.fromkeys(filter(None, values))), group, "table")])


def two_columns(rows: list[list[Cell]], section: str) -> Iterator[SpecRecord]:
    for number, row in enumerate(rows):
        texts = [text for text, _, _ in row]
        if len(row) == 1 or row[1][2] or not texts[1]:
            section = texts[0] or section
        elif number == 0 and LABEL_HEAD.match(texts[0]) and VALUE_HEAD.match(texts[1]):
            continue
        elif record := pair(texts[0], texts[1], section, "table"):
            yield record


def compared(rows: list[list[Cell]], section: str) -> Iterator[SpecRecord]:
    """Columns of variants: the column's head becomes the section of its values."""
    head = [text for text, _, _ in rows[0]]
    for row in rows[1:]:
        texts = [text for text, _, _ in row]
        if len(set(texts)) == 1:
            continue  # a heading across the table
        for name, value in zip(head[1:], texts[1:], strict=False):
            if record := pair(texts[0], value, name or section, "table"):
                yield record


def grouped(rows: list[list[Cell]], section: str) -> Iterator[SpecRecord]:
    """A first column that names groups, where it spans rows or stands before labels; else a value in several cells."""
    grouping = any(spanned for row in rows for _, _, spanned in row[:1])
    for row in rows:
        texts = [text for text, _, _ in row]
        if len(set(texts)) == 1:
            section = texts[0]
        elif len(row) > 2 and row[1][2]:  # a label across two columns
            yield from filter(None, [pair(texts[0], texts[-1], section, "table")])
        elif grouping and len(row) > 2:
            yield from filter(None, [pair(texts[1], ", ".join(filter(None, texts[2:])), texts[0] or section, "table")])
        else:
            values = list(dict.fromkeys(filter(None, texts[1:])))
            yield from filter(None, [pair(texts[0], " | ".join(values), section, "table")])
