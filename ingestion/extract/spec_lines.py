"""Specifications as lines: definition lists, "label: value" in lists and paragraphs; and what every layout shares."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from selectolax.lexbor import LexborNode

from .dom import HEADINGS, ancestors, squeeze, text_of
from .records import SpecRecord

MAX_LABEL = 80  # characters
MAX_VALUE = 600
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
DIGIT = re.compile(r"\d")
HEADS = ", ".join((*HEADINGS, "summary"))
INLINE = frozenset("-text a abbr b bdi bdo br cite code em font i mark small span strong sub sup u".split())
SENTENCE = re.compile(r"[.!?]\s|[.!?]$")


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
    if tag in HEADINGS or tag in ("summary", "caption", "legend", "b", "strong") or is_tab(node):
        return text_of(node)[:200]
    if tag.startswith("-") or tag in ("script", "style"):
        return None
    inner = node.css(HEADS)
    return text_of(inner[-1])[:200] if inner else None


def is_tab(node: LexborNode) -> bool:
    return node.attributes.get("role") == "tab" and node.tag in ("div", "button", "a", "li")


def pair(label: str, value: str, section: str, source: str) -> SpecRecord | None:
    label = BULLET.sub("", squeeze(label)).rstrip(" :：")
    value = squeeze(value)
    if not label or not value or len(label) > MAX_LABEL or len(value) > MAX_VALUE or label == value:
        return None
    return SpecRecord(label, value, section, source)


def from_definitions(node: LexborNode) -> Iterator[SpecRecord]:
    section, label = section_of(node), ""
    for child in node.css("dt, dd"):
        if child.tag == "dt":
            label = text_of(child)
        elif label and (record := pair(label, text_of(child), section, "definitions")):
            yield record


def from_list(node: LexborNode) -> Iterator[SpecRecord]:
    """A list counts when most of its items are labelled values, or when it stands under a heading that says so."""
    items = [child for child in children(node) if child.tag == "li"]
    if not items or any(item.css_first("ul, ol, table, dl, p + p") is not None for item in items):
        return
    yield from labelled([item_text(item) for item in items], node, least=2)


def item_text(item: LexborNode) -> str:
    """`<b>Weight</b> 2 kg` and `<span>Weight</span><span>2 kg</span>` are labels and values without a colon."""
    first = next(iter(children(item)), None)
    text = text_of(item)
    if first is None or first.tag not in ("b", "strong", "span", "em", "label") or ":" in text:
        return text
    label = text_of(first)
    rest = text.removeprefix(label).strip(" –—-")
    return f"{label}: {rest}" if label and rest and text.startswith(label) and len(label) <= 40 else text


def from_lines(node: LexborNode) -> Iterator[SpecRecord]:
    """A paragraph, or the lines that <br> parts right inside a block, as labelled values."""
    if node.tag == "p":
        lines = under_bold(node, lines_of(node.traverse(include_text=True)))
        around = children(node.parent) if len(lines) == 1 and node.parent is not None else iter(())
        siblings = sum(1 for c in around if c.tag == "p" and COLON.match(text_of(c)))
        if lines:
            yield from labelled(lines, node, least=1 if siblings >= 3 or starts_bold(node) else 2)
    elif any(child.tag == "br" for child in children(node)) and not any(
        a.tag in ("li", "th", "dd", "dt", "p") or (a.tag == "td" and not is_layout(a)) for a in (node, *ancestors(node))
    ):
        for run in runs_of(node):
            lines = lines_of(inner for part in run for inner in part.traverse(include_text=True))
            bold = next((part for part in run if part.tag != "-text"), None)
            least = 1 if bold is not None and bold.tag in ("b", "strong") else 2
            yield from labelled(lines, run[0] if run[0].tag != "-text" else node, least=least)


def is_layout(cell: LexborNode) -> bool:
    return cell.css_first("table, h1, h2, p + p") is not None


def runs_of(node: LexborNode) -> Iterator[list[LexborNode]]:
    """What stands between the blocks right inside an element, with its line breaks."""
    run: list[LexborNode] = []
    child = node.child
    while child is not None:
        if child.tag in INLINE:
            run.append(child)
        elif run:
            yield run
            run = []
        child = child.next
    if run:
        yield run


def starts_bold(node: LexborNode) -> bool:
    first = next(iter(children(node)), None)
    return first is not None and first.tag in ("b", "strong") and len(text_of(first)) <= MAX_LABEL


def under_bold(node: LexborNode, lines: list[str]) -> list[str]:
    """`<b>Weight</b><br>2 kg` is a label above its value."""
    first = next(iter(children(node)), None)
    if len(lines) != 2 or first is None or not starts_bold(node) or text_of(first) != lines[0]:
        return lines
    return [f"{lines[0].rstrip(' :')}: {lines[1]}"]


def children(node: LexborNode) -> Iterator[LexborNode]:
    child = node.child
    while child is not None:
        if child.tag and not child.tag.startswith("-"):
            yield child
        child = child.next


def lines_of(nodes: Iterable[LexborNode]) -> list[str]:
    """The lines that <br> parts; a label that stands alone on its line is joined with the value below."""
    raw = [""]
    for inner in nodes:
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
    if not any(COLON.match(line) or DASH.match(line) for line in lines) and not is_measure(lines):
        return  # before looking around, which costs more
    section = section_of(node)
    marked = is_marked(node, section)
    found = []
    for line in lines:
        match = COLON.match(line) or (marked and DASH.match(line)) or None
        if match and plausible(match["label"]) and (record := pair(match["label"], match["value"], section, "lines")):
            found.append(record)
    if not found and is_measure(lines) and MEASURE.match(section):
        measured = [line for line in lines if re.search(r"\d", line)]
        yield from (record for line in measured if (record := pair(section, line, "", "heading")))
    # Prose has a colon here and there; a list of values has one in most lines.
    if found and (marked or (len(found) >= least and len(found) * 2 >= len(lines))):
        yield from found


def is_measure(lines: list[str]) -> bool:
    """Whether lines may be the value of the heading above them."""
    return len(lines) <= 3 and any(DIGIT.search(line) for line in lines)


def is_marked(node: LexborNode, section: str) -> bool:
    """Whether the heading above, or the name of an element around, says that specifications stand here."""
    if SPEC_WORDS.search(section):
        return True
    around = (node, *(a for a, _ in zip(ancestors(node), range(5), strict=False)))
    return any(marks_specs(f"{a.attributes.get('class') or ''} {a.attributes.get('id') or ''}") for a in around)


@lru_cache(maxsize=20_000)
def marks_specs(words: str) -> bool:
    return bool(SPEC_WORDS.search(words.replace("_", " ")))


def plausible(label: str) -> bool:
    label = BULLET.sub("", label).strip()
    return (
        bool(re.search(r"\w", label))
        and not NO_LABEL.match(label)
        and not SENTENCE.search(label)
        and len(label.split()) <= 9
    )
