"""Markup that is made to cost hours: elements in elements without end, one element with thousands of attributes.

Parsing and selecting are done in C, where nothing can interrupt them, so such markup is refused beforehand.
"""

import re

from ..errors import Unreadable
from ..reasons import why

MOST_LEVELS = 512  # what browsers allow too
MOST_ATTRIBUTES = 3000
LONG_TAG = 20_000  # characters
# They have no content, are ended by what follows them, or hold no elements at all.
FLAT_NAMES = (
    "area base br col embed hr img input link meta param source track wbr p li dt dd td th tr tbody thead tfoot option "
    "optgroup a b big code em font i s small strike strong tt u nobr button html head body rp rt colgroup "
    "caption"
)
NO_FLAT = rf"(?!(?:{FLAT_NAMES.replace(' ', '|')})(?![a-z0-9:-]))"
TAG = re.compile(rf"<(?:(!--)|(/?){NO_FLAT}([a-z][a-z0-9:-]*))", re.I)
OPENING = re.compile(rf"<{NO_FLAT}[a-z]", re.I)
REST = re.compile(r"[^<>]*")
LONG = re.compile(rf"<[^<>]{{{LONG_TAG},}}")
RAW = frozenset({"script", "style", "textarea", "title", "iframe", "xmp", "noembed", "noframes"})


def check_nesting(markup: str) -> None:
    """Raises Unreadable. It looks at tags alone, in one pass."""
    for long in LONG.finditer(markup):
        if len(long[0].split(None, MOST_ATTRIBUTES)) > MOST_ATTRIBUTES:
            raise Unreadable(why("many_attributes", most=MOST_ATTRIBUTES))
    if len(OPENING.findall(markup)) <= MOST_LEVELS:
        return  # however they stand in each other
    level = drawing = at = 0
    while tag := TAG.search(markup, at):
        comment, end, name = tag.groups()
        at = tag.end()
        if comment:
            at = end_of(markup, "-->", tag.start())
            continue
        name = name.lower()
        if end:
            level = max(0, level - 1)
            drawing -= name == "svg" and drawing > 0
        elif name in RAW:
            at = end_of(markup, f"</{tag[3]}", at)
        elif not (drawing and closes_itself(markup, at)):
            level += 1
            drawing += name == "svg"
            if level > MOST_LEVELS:
                raise Unreadable(why("deeply_nested", most=MOST_LEVELS))


def closes_itself(markup: str, at: int) -> bool:
    """Whether a tag, from the end of its name on, ends in a slash, as those of drawings do."""
    rest = REST.match(markup, at)
    return rest is not None and rest[0].endswith("/")


def end_of(markup: str, what: str, start: int) -> int:
    """Where `what` comes next; the end of the markup where it does not."""
    found = markup.find(what, start)
    return found if found >= 0 else len(markup)
