"""Specifications in rows of plain elements: a label beside or above its value, told by class names or the heading."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from .dom import HEADINGS, text_of
from .records import SpecRecord
from .spec_lines import children, is_marked, pair, plausible, section_of

MAX_LABEL = 60  # characters
MAX_VALUE = 300
LABELS = re.compile(r"(^|[-_ ])(labels?|names?|keys?|terms?|attr(ibute)?s?|props?|property|spec-title)($|[-_ ])", re.I)
VALUES = re.compile(r"(^|[-_ ])(values?|vals?|data|items?|details?|contents?|desc(ription)?|spec-text)($|[-_ ])", re.I)
LEAVES = frozenset({"span", "strong", "b", "p", "div", "em", "dt", "dd", "label", *HEADINGS})


def from_rows(node: LexborNode) -> Iterator[SpecRecord]:
    """The rows right below an element: each with two cells, or labels and values in turn."""
    inner = [child for child in children(node) if child.tag not in ("script", "style", "br", "hr", "img", "svg")]
    if len(inner) < 2 or len(inner) > 200:
        return
    rows = [(cells, child) for child in inner if (cells := cells_of(child))]
    if len(rows) >= 2 or (rows and hinted(*rows[0][0])):
        yield from two_cells(node, inner, rows)
    elif len(inner) >= 4:
        yield from in_turn(node, inner)


def cells_of(row: LexborNode) -> tuple[LexborNode, LexborNode] | None:
    """The two elements of which a row is made, or None."""
    if row.tag not in ("div", "li", "section", "article", "p", "a", "span"):
        return None
    cells = [child for child in children(row) if child.tag not in ("svg", "img", "br", "hr")]
    if len(cells) != 2 or any(cell.tag not in LEAVES for cell in cells) or loose_text(row):
        return None
    return cells[0], cells[1]


def loose_text(row: LexborNode) -> bool:
    child = row.child
    while child is not None:
        if child.tag == "-text" and (child.text(deep=False) or "").strip():
            return True
        child = child.next
    return False


def hinted(label: LexborNode, value: LexborNode) -> bool:
    ours, theirs = label.attributes.get("class") or "", value.attributes.get("class") or ""
    return bool(LABELS.search(ours) and VALUES.search(theirs) and ours != theirs)


def two_cells(
    node: LexborNode, inner: list[LexborNode], rows: list[tuple[tuple[LexborNode, LexborNode], LexborNode]]
) -> Iterator[SpecRecord]:
    section = own_heading(inner) or section_of(node)
    marked = is_marked(node, section)
    for (label, value), _row in rows:
        if (marked or hinted(label, value)) and (record := read_pair(label, value, section)):
            yield record


def in_turn(node: LexborNode, inner: list[LexborNode]) -> Iterator[SpecRecord]:
    """Label, value, label, value as children of one element."""
    section = ""
    if inner[0].tag in HEADINGS and inner[1].tag != "p" and signature(inner[0]) != signature(inner[2]):
        section, inner = text_of(inner[0]), inner[1:]
    labels, values = inner[0::2], inner[1::2]
    if len({*map(signature, labels)}) != 1 or len({*map(signature, values)}) != 1 or len(labels) != len(values):
        return
    if signature(labels[0]) == signature(values[0]) or any(x.tag not in LEAVES for x in (labels[0], values[0])):
        return
    section = section or section_of(node)
    if is_marked(node, section) or hinted(labels[0], values[0]):
        for label, value in zip(labels, values, strict=True):
            if record := read_pair(label, value, section):
                yield record


def signature(node: LexborNode) -> tuple[str, str]:
    return node.tag or "", node.attributes.get("class") or ""


def own_heading(inner: list[LexborNode]) -> str:
    return text_of(inner[0])[:200] if inner[0].tag in HEADINGS else ""


def read_pair(label: LexborNode, value: LexborNode, section: str) -> SpecRecord | None:
    name = text_of(label)
    if not name or len(name) > MAX_LABEL or not plausible(name) or value.css_first("a, table, ul ul") is not None:
        return None
    text = text_of(value)
    return pair(name, text, section, "rows") if len(text) <= MAX_VALUE else None
