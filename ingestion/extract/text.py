"""The readable text of a page in the light markup of catalog.models.DocumentPage."""

import re

from selectolax.lexbor import LexborNode

from .dom import HEADINGS, SILENT, Page, squeeze, text_of

BLOCKS = frozenset(
    "address article blockquote details div dl dt dd fieldset figcaption figure form h1 h2 h3 h4 h5 h6 hr li main ol p "
    "pre section summary table tbody thead tr ul".split()
)
MAX_DEPTH = 150  # elements in elements; deeper ones are read as they stand
CONTROLS = frozenset({"button", "input", "textarea", "label", "option"})
PANEL = re.compile(
    r"(^|[-_ ])(tab-?(panel|pane|content)s?|panel|accordion(-\w+)*|collapse|collapsible|info-section(-\w+)*)($|[-_ ])",
    re.I,
)
TWO_COLONS = re.compile(r"\s*:\s*:\s*")
HIDDEN = re.compile(r"(^|\s)(visually-hidden|sr-only|screen-reader-text|hidden|is-hidden)(\s|$)")


class Writer:
    """Collects lines; `flush` ends the line that is being put together."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.parts: list[str] = []
        self.prefix = ""

    def flush(self) -> None:
        line = squeeze("".join(self.parts))
        self.parts = []
        if line and line not in ("•", "·", "|", "-"):
            line = self.prefix + line.lstrip("•· ")
            if line.count(":") > 1:
                line = TWO_COLONS.sub(": ", line)
            # Shops repeat their titles and labels for each screen size.
            if not self.lines or self.lines[-1] != line:
                self.lines.append(line)
        self.prefix = ""


def main_text(page: Page) -> str:
    """Headings behind #, list items behind '- ', table rows as 'label: value' or 'a | b | c', one block a line."""
    return page.once(_main_text)


def _main_text(page: Page) -> str:
    writer = Writer()
    if page.main is not None:
        walk(page.main, page, writer)
        writer.flush()
    return "\n".join(writer.lines)


def walk(node: LexborNode, page: Page, writer: Writer, depth: int = 0) -> None:
    if depth > MAX_DEPTH:
        writer.parts.append(node.text(deep=True, separator=" ", strip=False) or "")
        return
    child = node.child
    while child is not None:
        tag = child.tag
        if tag == "-text":
            writer.parts.append(child.text(deep=False) or "")
        elif tag == "br":
            prefix = writer.prefix
            writer.flush()
            writer.prefix = prefix
        elif tag and not tag.startswith(("-", "!", "#")) and not skipped(child, page):
            visit(child, tag, page, writer, depth + 1)
        child = child.next


def skipped(node: LexborNode, page: Page) -> bool:
    if node.tag in SILENT or node.tag in CONTROLS or page.in_frame(node):
        return True
    attributes = node.attributes
    hidden = (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or bool(HIDDEN.search(attributes.get("class") or ""))
    )
    return hidden and not is_panel(node)


def is_panel(node: LexborNode) -> bool:
    """A tab or an accordion's part, hidden until it is asked for: what it says belongs to the page."""
    attributes = node.attributes
    words = f"{attributes.get('class') or ''} {attributes.get('id') or ''} {attributes.get('data-hook') or ''}"
    return attributes.get("role") == "tabpanel" or bool(PANEL.search(words))


def visit(node: LexborNode, tag: str, page: Page, writer: Writer, depth: int) -> None:
    if tag in HEADINGS:
        writer.flush()
        if text := text_of(node):
            writer.prefix = "#" * int(tag[1]) + " "
            writer.parts.append(text)
            writer.flush()
    elif tag == "tr":
        writer.flush()
        writer.parts.append(row_text(node))
        writer.flush()
    elif tag == "dt":
        writer.flush()
        walk(node, page, writer, depth)
        writer.parts.append(": ")
    elif tag in BLOCKS:
        if tag != "dd":
            writer.flush()
        if tag == "li":
            writer.prefix = "- "
        walk(node, page, writer, depth)
        writer.flush()
    else:
        walk(node, page, writer, depth)


def row_text(row: LexborNode) -> str:
    cells = [text for cell in row.css("th, td") if (text := text_of(cell))]
    if len(cells) == 2:
        return f"{cells[0].rstrip(':')}: {cells[1]}"
    return " | ".join(cells)
