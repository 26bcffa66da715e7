"""Regular expressions that staff write over addresses. A careless one can take years on one address (ReDoS).

Two bounds stand against it: what proves slow on addresses that are made for it is refused when it is saved and when a
scrape begins, and each comparison ends after a time. Python's own `re` can be stopped by nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST, LONGEST = 200, 500  # patterns, and characters of one
SECONDS = 0.5  # for one pattern and one address, of processor time
PROBE_SECONDS = 0.1
PROBE = 500  # characters of an address that is made for a pattern; no address is longer than twice that
COMMON = ("a", "0", "a-", "a0", "a/", "/a", "a.", "a_", "-", "%20", "a=0&")


class BadPattern(ValueError):
    """One that is not understood, or too slow; the message is for whoever wrote it."""


class SlowPattern(Exception):
    """A comparison that was broken off."""

    def __init__(self, pattern: str) -> None:
        super().__init__(pattern)
        self.pattern = pattern


@dataclass(frozen=True)
class Pattern:
    text: str
    compiled: Any

    def is_in(self, address: str, seconds: float = SECONDS) -> bool:
        """Raises SlowPattern."""
        try:
            return self.compiled.search(address, timeout=seconds) is not None
        except TimeoutError as problem:
            raise SlowPattern(self.text) from problem


def compiled(lines: str) -> tuple[Pattern, ...]:
    """The patterns, one a line. Raises BadPattern."""
    texts = [text for line in lines.splitlines() if (text := line.strip())]
    if len(texts) > MOST:
        raise BadPattern(
            _(
                "These are %(n)d paths to leave out, and at most %(most)d are compared. "
                "Put several into one, as in /(blog|news)/."
            )
            % {"n": len(texts), "most": MOST}
        )
    return tuple(map(one, texts))


def one(text: str) -> Pattern:
    import regex  # here, as models are loaded by every process

    told = {"line": shown(text)}
    if len(text) > LONGEST:
        raise BadPattern(
            _("“%(line)s…” is longer than %(most)d characters. Write a part of the address, such as /blog/.")
            % (told | {"most": LONGEST})
        )
    try:
        return Pattern(text, regex.compile(text))
    except (regex.error, OverflowError, RecursionError, ValueError) as problem:
        raise BadPattern(
            _("“%(line)s” cannot be understood: %(problem)s. Write a part of the address, such as /blog/.")
            % (told | {"problem": problem})
        ) from problem


def shown(text: str) -> str:
    """Its beginning, set apart from the words around: among Hebrew ones its signs would change places."""
    return f"\u2068{text[:100]}\u2069"


def proven(lines: str) -> tuple[Pattern, ...]:
    """The same, each of them tried on addresses that are made for it. Raises BadPattern."""
    patterns = compiled(lines)
    for pattern in patterns:
        try:
            for address in probes(pattern.text):
                pattern.is_in(address, PROBE_SECONDS)
        except SlowPattern as problem:
            raise BadPattern(
                _(
                    "“%(line)s” takes too long to compare with some addresses, for it repeats what repeats. "
                    "Write a part of the address, such as /blog/, or leave out a + or *."
                )
                % {"line": shown(pattern.text)}
            ) from problem
    return patterns


def probes(text: str) -> Iterator[str]:
    """Addresses on which a pattern that can be slow is: they repeat what it asks for, and end otherwise."""
    words = dict.fromkeys([*COMMON, *re.findall(r"\w+", text)[:20], *re.findall(r"\w", text)[:40]])
    for word in words:
        repeated = word * (PROBE // len(word))
        yield f"/{repeated}!"
        yield f"{repeated}/\n"


def validate_patterns(lines: str) -> None:
    try:
        proven(lines)
    except BadPattern as problem:
        raise ValidationError(str(problem), code="pattern") from problem
