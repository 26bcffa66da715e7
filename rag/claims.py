"""Cuts an answer into its claims, and says which details of a text can be checked word for word.

A claim is a sentence, a step or a row of a table with the citations behind it. Its details are numbers with their
units, names of models, and names of keys and menus.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from .sources import CITATION
from .units import NUMBERED, SHORTENED
from .words import cleaned

UNCONFIRMED = "[?]"
MARKS = re.compile(rf"(?:\s*(?:{CITATION.pattern}|\[\?\]))+")
# A sentence ends at its mark, its citations behind it or before it, and white space.
_END = re.compile(r"[.!?:](?:[\"”’)*]*)" + rf"(?:{MARKS.pattern})?(?=\s|$)|(?:{MARKS.pattern})\s*[.!?;](?=\s|$)")
_LEAD = re.compile(r"^\s*(?:[-*•]\s+|\(?\d{1,2}[.)]\s+|#+\s+)?")

_UNITS = {
    "kg": 'kg kgs kilo kilos kilogram kilograms ק"ג קילו קילוגרם קילוגרמים',
    "g": "g gr gram grams גרם",
    "lb": "lb lbs pound pounds",
    "oz": "oz ounce ounces",
    "w": "w watt watts wrms וואט ואט",
    "v": "v vdc vac volt volts וולט",
    "ma": "ma milliamp milliamps מיליאמפר",
    "a": "a amp amps ampere אמפר",
    "hz": "hz hertz הרץ",
    "khz": "khz kilohertz קילוהרץ",
    "db": "db dba dbu dbv decibel decibels דציבל",
    "mm": 'mm millimeter millimeters millimetre millimetres מ"מ מילימטר',
    "cm": 'cm centimeter centimeters centimetre centimetres ס"מ סנטימטר',
    "m": "m meter meters metre metres מטר מטרים",
    "in": "in inch inches \" ” ″ אינץ' אינץ",
    "ft": "ft foot feet רגל",
    "ms": "ms msec millisecond milliseconds אלפיות מילישניות",
    "s": "s sec secs second seconds שניה שנייה שניות",
    "min": "min mins minute minutes דקה דקות",
    "h": "h hr hrs hour hours שעה שעות",
    "day": "day days יום ימים",
    "month": "month months חודש חודשים",
    "year": "year years שנה שנים",
    "ohm": "ohm ohms ω Ω אוהם",
    "bit": "bit bits ביט",
    "mb": "mb megabyte megabytes",
    "gb": "gb gigabyte gigabytes",
    "%": "% percent אחוז אחוזים",
    "°": "° °c °f degrees מעלות",
}
_UNIT = {name.casefold(): unit for unit, names in _UNITS.items() for name in names.split()}
_NAMES = "|".join(re.escape(name) for name in sorted(_UNIT, key=len, reverse=True))
UNIT = re.compile(rf"(?<![^\W\d_])(?:{_NAMES})(?![^\W\d_])", re.IGNORECASE)
_SMALL = {
    word: str(n) for n, word in enumerate("two three four five six seven eight nine ten eleven twelve".split(), 2)
}
NUMBER = re.compile(
    rf"(?<![\w.,])(\d+(?:[.,]\d+)*|{'|'.join(_SMALL)})(?:[\s-]{{0,2}}({_NAMES})(?![^\W\d_]))?(?!\d)", re.IGNORECASE
)
MODEL = re.compile(r"(?<![^\W_])(?=[A-Za-z0-9-]*[A-Za-z])(?=[A-Za-z0-9-]*\d)[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*")
_QUOTED = re.compile(r"\*\*(.+?)\*\*|[\"“]([^\"“”]{1,60})[\"”]")
_LATIN = re.compile(r"[A-Za-z][A-Za-z'’+/-]*[A-Za-z+]|[A-Z]")
LINK = re.compile(r"\b(?:https?://|www\.)[^\s)\]>]+|\b[\w.+-]+@[\w-]+\.\w+", re.IGNORECASE)


class Measure(NamedTuple):
    number: str
    unit: str  # empty: none that we know


@dataclass(frozen=True)
class Details:
    measures: frozenset[Measure] = frozenset()
    models: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.measures or self.models or self.names or self.links)

    def __len__(self) -> int:
        return len(self.measures) + len(self.models) + len(self.names) + len(self.links)


@dataclass(frozen=True)
class Claim:
    """`lead` is the mark of its list item, `text` its words, `end` the signs behind its citations."""

    lead: str
    text: str
    cited: tuple[int, ...] = ()
    end: str = ""
    open: bool = field(default=False)  # its sentence has not ended yet


def claims(line: str) -> Iterator[Claim]:
    """The claims of one line of an answer, in order."""
    lead = _LEAD.match(line).group()  # type: ignore[union-attr] # it matches nothing at least
    rest, start = line[len(lead) :], 0
    for match in _END.finditer(rest):
        if SHORTENED.search(rest[start : match.end()]) or NUMBERED.fullmatch(rest[start : match.end()] + " "):
            continue
        yield _claim(lead, rest[start : match.end()])
        lead, start = "", match.end()
    if rest[start:].strip():
        claim = _claim(lead, rest[start:])
        yield Claim(claim.lead, claim.text, claim.cited, claim.end, open=True)


def _claim(lead: str, said: str) -> Claim:
    cited = tuple(dict.fromkeys(int(n) for group in CITATION.findall(said) for n in group.split(",")))
    text = MARKS.sub("", said).rstrip()
    end = text[-1:] if text.endswith((".", "!", "?", ";")) else ""
    return Claim(lead, text.removesuffix(end), cited, end)


def details(text: str) -> Details:
    """What of a claim must stand in its source."""
    links = frozenset(match.group().rstrip(".,;").casefold() for match in LINK.finditer(text))
    plain = LINK.sub(" ", text)
    return Details(measures(plain), frozenset(squeezed(m) for m in MODEL.findall(plain)), names(plain), links)


def measures(text: str) -> frozenset[Measure]:
    """Every number that stands by itself, with its unit."""
    found = NUMBER.finditer(_readable(text))
    return frozenset(Measure(plain_number(m.group(1)), _UNIT.get((m.group(2) or "").casefold(), "")) for m in found)


def units_in(text: str) -> set[str]:
    return {_UNIT[match.group().casefold()] for match in UNIT.finditer(_readable(text))}


def plain_number(text: str) -> str:
    """`1,200` and `1200`, `4,5` and `4.50`, `eight` and `8` are the same."""
    number = _SMALL.get(text.casefold(), text)
    number = re.sub(r"[,.](?=\d{3}(?:\D|$))", "", number) if re.search(r"\d[,]\d{3}(?:\D|$)", number) else number
    number = number.replace(",", ".")
    if number.count(".") == 1:
        number = number.rstrip("0").rstrip(".")
    return number.lstrip("0") or "0"


def names(text: str) -> frozenset[str]:
    """Words that are names: in bold or quotes, with a capital within a sentence, and any Latin word in Hebrew."""
    found = [word for pair in _QUOTED.findall(text) for part in pair for word in _LATIN.findall(part)]
    bare = text.replace("**", "")
    in_hebrew = bool(re.search(r"[\u05d0-\u05ea]", bare))
    for match in _LATIN.finditer(bare):
        before = bare[: match.start()].rstrip()
        begins = not before or before[-1] in '.!?:;|"“(–—-•'
        if in_hebrew or (match.group()[0].isupper() and not begins):
            found.append(match.group())
    return frozenset(part.casefold() for word in found for part in re.split(r"[/'’+-]", word) if len(part) > 1)


def squeezed(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", _readable(text).lower())


def _readable(text: str) -> str:
    """Compatibility forms and hidden signs folded; a minus sign and dashes as a hyphen."""
    return re.sub("[\u2010-\u2015\u2212]", "-", cleaned(unicodedata.normalize("NFKC", text)))
