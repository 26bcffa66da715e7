"""Specifications: labelled values in the page's own words, however they are laid out."""

from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from .dom import Page
from .records import SpecRecord
from .spec_lines import from_definitions, from_lines, from_list
from .spec_rows import from_rows
from .spec_tables import from_table

MAX_SPECS = 400


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
    for node in (main, *main.css("table, dl, ul, ol, p, div, span, section, article, td, center, font")):
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
            if node.tag in ("div", "section", "article"):
                yield from from_rows(node)
