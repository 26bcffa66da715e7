"""Specifications: labelled values in tables, definition lists and "label: value" lines, in the page's own words."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from .dom import HEADINGS, Page, ancestors, squeeze, text_of
from .records import SpecRecord

MAX_LABEL = 80  # characters
MAX_VALUE = 600
MAX_SPECS = 400
SPEC_WORDS = re.compile(
    r"\b(spec(s|ifications?)?|technical|tech[- ]?data|dimensions?|weight|measurements?|technische|daten"
    r"|abmessungen|gewicht|caract[ée]ristiques|especificaciones|dati tecnici|מפרט|מידות|משקל)\b",
    re.I,
)
COLON = re.compile(r"^(?P<label>[^:：]{1,80}?)\s*[:：]\s+(?P<value>\S.*)$", re.S)
DASH = re.compile(r"^(?P<label>[^–—]{2,60}?)\s+[–—-]\s+(?P<value>\S.*)$", re.S)
BULLET = re.compile(r"^[\s•·▪●*‣◦-]+")
# A heading that is itself the label of the one value below it.
MEASURE = re.compile(
    r"^(net |gross |shipping )?(weight|dimensions?|size|measurements?|power( consumption| supply| output)?|impedance"
    r"|polyphony|frequency (response|range)|sensitivity|gewicht|abmessungen|משקל|מידות)( \(.{1,30}\))?:?$",
    re.I,
)
# A line that only looks like a labelled value.
NO_LABEL = re.compile(
    r"^(https?|note|please note|tip|warning|caution|important|example|e\.g|q|a|step \d+|\d+|quote|share|tel|phone|fax"
    r"|e-?mail|call|from|to|by|re|posted|published|sku|barcode|vendor|quantity|price|qty|sale|available in|update"
    r"|ps|nb)$",
    re.I,
)
SENTENCE = re.compile(r"[.!?]\s|[.!?]$")


def read_specifications(page: Page) -> tuple[SpecRecord, ...]:
    """In the order of the page, each pair once."""
    main = page.main
    if main is None:
        return ()
    seen: dict[tuple[str, str, str], SpecRecord] = {}
    for record in pairs(main, page):
        key = (record.section.casefold(), record.label.casefold(), record.value.casefold())
        if record.label and record.value and len(seen) < MAX_SPECS:
            seen.setdefault(key, record)
    return tuple(seen.values())


def pairs(main: LexborNode, page: Page) -> Iterator[SpecRecord]:
    for node in main.css("table, dl, ul, ol, p, div, span"):
        if page.in_frame(node):
            continue
        if node.tag == "table":
            yield from from_table(node)
        elif node.tag == "dl":
            yield from from_definitions(node)
        elif node.tag in ("ul", "ol"):
            yield from from_list(node)
        else:
            yield from from_lines(node)


def section_of(node: LexborNode) -> str:
    """The nearest heading before a node: among its earlier siblings, or those of its ancestors."""
    current: LexborNode | None = node
    for _ in range(7):
        if current is None or current.tag in ("body", "main", "html"):
            return ""
        earlier = current.prev
        while earlier is not None:
            if (found := heading_in(earlier)) is not None:
                return found
            earlier = earlier.prev
        current = current.parent
    return ""


def heading_in(node: LexborNode) -> str | None:
    tag = node.tag or ""
    if tag in HEADINGS or tag in ("summary", "caption", "legend"):
        return text_of(node)[:200]
    if tag.startswith("-") or tag in ("script", "style"):
        return None
    inner = node.css(", ".join((*HEADINGS, "summary")))
    return text_of(inner[-1])[:200] if inner else None


def pair(label: str, value: str, section: str) -> SpecRecord | None:
    label = BULLET.sub("", squeeze(label)).rstrip(" :：")
    value = squeeze(value)
    if not label or not value or len(label) > MAX_LABEL or len(value) > MAX_VALUE or label == value:
        return None
    return SpecRecord(label, value, section)


def from_table(table: LexborNode) -> Iterator[SpecRecord]:
    if table.css_first("table") is not None:
        inner = [node for node in table.css("table") if node.mem_id != table.mem_id]
        if inner:
            return  # a table for layout; the inner ones are read by themselves
    rows = [[text_of(cell) for cell in row.css("th, td")] for row in table.css("tr")]
    rows = [row for row in rows if any(row)]
    caption, columns = section_of(table), max((len(row) for row in rows), default=0)
    if columns == 2:
        yield from two_columns(rows, caption)
    elif columns > 2 and len(rows) > 1:
        yield from compared(rows, caption)


def two_columns(rows: list[list[str]], section: str) -> Iterator[SpecRecord]:
    for row in rows:
        if len(row) == 1 or (len(row) == 2 and not row[1]):
            section = row[0] or section
        elif len(row) == 2 and (record := pair(row[0], row[1], section)):
            yield record


def compared(rows: list[list[str]], section: str) -> Iterator[SpecRecord]:
    """Columns of variants: the column's head becomes the section of its values."""
    head = rows[0]
    for row in rows[1:]:
        for name, value in zip(head[1:], row[1:], strict=False):
            if record := pair(row[0], value, name or section):
                yield record


def from_definitions(node: LexborNode) -> Iterator[SpecRecord]:
    section, label = section_of(node), ""
    for child in node.css("dt, dd"):
        if child.tag == "dt":
            label = text_of(child)
        elif label and (record := pair(label, text_of(child), section)):
            yield record


def from_list(node: LexborNode) -> Iterator[SpecRecord]:
    """A list counts when most of its items are labelled values, or when it stands under a heading that says so."""
    items = [child for child in children(node) if child.tag == "li"]
    if not items or any(item.css_first("ul, ol, table, dl, p + p") is not None for item in items):
        return
    yield from labelled([text_of(item) for item in items], node, least=2)


def from_lines(node: LexborNode) -> Iterator[SpecRecord]:
    """A paragraph (or a block without inner blocks) whose lines, parted by <br>, are labelled values."""
    inner = {child.tag for child in children(node)}
    if node.tag == "p" or ("br" in inner and not inner & {"p", "div", "ul", "ol", "table", "section"}):
        if any(a.tag in ("li", "td", "th", "dd", "dt", "p") for a in ancestors(node)) and node.tag != "p":
            return
        lines = lines_of(node)
        siblings = 0
        if not lines:
            return
        if len(lines) == 1 and node.tag == "p" and node.parent is not None:
            siblings = sum(1 for c in children(node.parent) if c.tag == "p" and COLON.match(text_of(c)))
        yield from labelled(lines, node, least=1 if siblings >= 3 or starts_bold(node) else 2)


def starts_bold(node: LexborNode) -> bool:
    first = next(iter(children(node)), None)
    return first is not None and first.tag in ("b", "strong") and len(text_of(first)) <= MAX_LABEL


def children(node: LexborNode) -> Iterator[LexborNode]:
    child = node.child
    while child is not None:
        if child.tag and not child.tag.startswith("-"):
            yield child
        child = child.next


def lines_of(node: LexborNode) -> list[str]:
    """The lines that <br> parts; a label that stands alone on its line is joined with the value below."""
    raw = [""]
    for inner in node.traverse(include_text=True):
        if inner.tag == "-text":
            raw[-1] += inner.text(deep=False) or ""
        elif inner.tag == "br":
            raw.append("")
    lines: list[str] = []
    for line in filter(None, map(squeeze, raw)):
        if lines and lines[-1].endswith(":") and not BULLET.match(line) and not COLON.match(line):
            lines[-1] += f" {line}"
        else:
            lines.append(line)
    return lines


def labelled(lines: list[str], node: LexborNode, *, least: int) -> Iterator[SpecRecord]:
    section = section_of(node)
    marked = bool(SPEC_WORDS.search(section)) or any(
        SPEC_WORDS.search(f"{a.attributes.get('class') or ''} {a.attributes.get('id') or ''}".replace("_", " "))
        for a, _ in zip(ancestors(node), range(5), strict=False)
    )
    found = []
    for line in lines:
        match = COLON.match(line) or (marked and DASH.match(line)) or None
        if match and plausible(match["label"]) and (record := pair(match["label"], match["value"], section)):
            found.append(record)
    if not found and len(lines) <= 3 and MEASURE.match(section):
        measured = [line for line in lines if re.search(r"\d", line)]
        yield from (record for line in measured if (record := pair(section, line, "")))
    # Prose has a colon here and there; a list of values has one in most lines.
    if found and (marked or (len(found) >= least and len(found) * 2 >= len(lines))):
        yield from found


def plausible(label: str) -> bool:
    label = BULLET.sub("", label).strip()
    return (
        bool(re.search(r"\w", label))
        and not NO_LABEL.match(label)
        and not SENTENCE.search(label)
        and len(label.split()) <= 9
    )
