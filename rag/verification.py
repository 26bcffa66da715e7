"""Checks what a model said against the sources that it cites, sentence by sentence.

Numbers with their units, names of models, and names of keys and menus must stand in a cited source, and enough of the
sentence's words with them. A citation that does not carry its sentence is dropped, or gives way to the source that
does; a sentence that none carries is marked UNCONFIRMED, and so it is stored and shown.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from .claims import LINK, MARKS, UNCONFIRMED, Claim, Details, Measure, claims, details, measures, squeezed, units_in
from .passage import Passage
from .sources import cited_numbers, without_false_citations
from .stems import stem, stem_all, words
from .synonyms import hebrew_forms, is_hebrew, translations
from .turned import is_turned
from .units import units
from .words import cleaned, is_stop, question_words

LEAST = 0.4  # of a sentence's own words that must stand in its source
LEAST_HEBREW = 0.3  # of those that the glossary translates, or of all where the source is Hebrew too
FEW = 3  # words of its own: a sentence with fewer and no detail says nothing that could be wrong
MOST_QUOTES = 3  # of a source
_BEGUN = re.compile(r"\s*\[[\d, ]*$")  # a citation of which the end has not come
_PART = re.compile(
    r"\b(?:and|while|whereas|but|versus|vs\.?|than|against|compared (?:to|with))\b|[,;]\s|"
    r"(?<!\w)(?:ואילו|לעומת|אבל)(?!\w)",
    re.IGNORECASE,
)
DETAIL = 3.0  # words that a detail is worth when the sentence is looked for that carries a claim


@dataclass(frozen=True)
class Ground:
    """A source as claims are checked against it."""

    number: int
    passage: Passage
    plain: str
    tight: str  # letters and digits alone
    stems: frozenset[str]
    measures: frozenset[Measure]
    lines: tuple[tuple[frozenset[str], frozenset[str]], ...]  # of each line: bare numbers, units

    def lacks(self, told: Details) -> Details:
        """The details that do not stand here."""
        return Details(
            frozenset(one for one in told.measures if not self.has(one)),
            frozenset(model for model in told.models if model not in self.tight),
            frozenset(name for name in told.names if stem(name) not in self.stems),
            frozenset(link for link in told.links if link not in self.plain),
        )

    def has(self, one: Measure) -> bool:
        """Its unit may stand elsewhere in the line, as in `Weight (kg): 10.2`."""
        if not one.unit:
            return any(one.number == other.number for other in self.measures)
        if one in self.measures:
            return True
        return any(one.number in bare and one.unit in beside for bare, beside in self.lines)


def ground(number: int, passage: Passage) -> Ground:
    about = "\n".join((passage.document_title, passage.brand_name, passage.heading, *passage.product_names))
    whole = f"{about}\n{passage.text}"
    plain = cleaned(whole).casefold()
    lines = [(measures(line), units_in(line)) for line in passage.text.split("\n")]
    bare = tuple((frozenset(m.number for m in found if not m.unit), frozenset(beside)) for found, beside in lines)
    return Ground(number, passage, plain, squeezed(whole), frozenset(stem_all(words(plain))), measures(whole), bare)


@dataclass(frozen=True)
class Verified:
    """`quotes` has the sentences of each source, by its number, that carry what was said."""

    text: str
    confirmed: int
    unconfirmed: int
    quotes: dict[int, list[str]]


class Verifier:
    """Checks the growing text of one answer; what was checked once is remembered."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.grounds = {n: ground(n, passage) for n, passage in enumerate(passages, 1)}
        self.carrying = lru_cache(maxsize=500)(self._carrying)

    def so_far(self, text: str) -> str:
        """The text while it grows: whole sentences are checked, what follows has no citations yet."""
        return "\n".join(self._lines(_BEGUN.sub("", text), growing=True))

    def whole(self, text: str) -> Verified:
        """The finished text, each sentence with the sources that carry it, or marked."""
        shown = "\n".join(self._lines(_BEGUN.sub("", text.strip())))
        resting = [each for line in shown.split("\n") for each in _resting(line)]
        return Verified(shown, sum(1 for _, cited in resting if cited), shown.count(UNCONFIRMED), self._quotes(resting))

    def _lines(self, text: str, *, growing: bool = False) -> Iterator[str]:
        head = ""
        lines = text.split("\n")
        for at, line in enumerate(lines):
            if line.lstrip().startswith("|"):
                yield self._row(line, head)
                head = head or line
            else:
                yield self._line(line, growing=growing and at == len(lines) - 1)
                head = ""

    def _line(self, line: str, *, growing: bool = False) -> str:
        found = list(claims(line))
        shown = []
        for at, claim in enumerate(found):
            later = next((other.cited for other in found[at + 1 :] if other.cited), ())
            if growing and (claim.open or not (claim.cited or later)):
                shown.append(f"{claim.lead}{claim.text}{claim.end}")
            else:
                shown.append(self._shown(claim, later))
        return "".join(shown)

    def _row(self, line: str, head: str = "") -> str:
        """A row of a table is one claim; its citations stay in their cells, each a source of its column's product."""
        cited, said = tuple(cited_numbers(line)), MARKS.sub("", line).replace("|", " ")
        numbers = self.carrying(said, cited)
        if numbers and not self._in_their_columns(line, head):
            return f"{MARKS.sub('', line).rstrip().removesuffix('|').rstrip()} {UNCONFIRMED} |"
        if numbers or (not cited and (says_nothing(said) or (not head and self._names_what_there_is(said)))):
            return without_false_citations(line, [{"n": n} for n in numbers])
        where = self._elsewhere(said)
        marks = "".join(f"[{n}]" for n in where) or UNCONFIRMED
        return f"{MARKS.sub('', line).rstrip().removesuffix('|').rstrip()} {marks} |"

    def _names_what_there_is(self, said: str) -> bool:
        """Whether the head of a table names models of the sources and gives no values."""
        told = details(said)
        return not told.measures and not _in_all([one.lacks(told) for one in self.grounds.values()])

    def _in_their_columns(self, line: str, head: str) -> bool:
        """Whether each cell's values stand in the source that it cites, and that source is about its column's model."""
        columns = [details(cell).models for cell in head.split("|")]
        for at, cell in enumerate(line.split("|")):
            grounds = [self.grounds[n] for n in cited_numbers(cell) if n in self.grounds]
            model = columns[at] if at < len(columns) else frozenset()
            told = Details(details(MARKS.sub("", cell)).measures, model)
            if grounds and told and _in_all([one.lacks(told) for one in grounds]):
                return False
        return True

    def _shown(self, claim: Claim, later: Sequence[int]) -> str:
        """A claim with the citations that hold. What is not cited itself may rest on the `later` ones of its line."""
        plain = f"{claim.lead}{claim.text}{claim.end}"
        if not claim.cited and (says_nothing(claim.text) or self.carrying(claim.text, tuple(later))):
            return plain
        numbers = self.carrying(claim.text, claim.cited) if _own_words(claim.text) else ()
        if not numbers and says_nothing(claim.text):
            return plain
        numbers = numbers or self._elsewhere(claim.text)
        marks = "".join(f"[{n}]" for n in numbers) or UNCONFIRMED
        return f"{claim.lead}{claim.text} {marks}{claim.end}"

    def _elsewhere(self, text: str) -> tuple[int, ...]:
        """The first source of all that carries a claim by itself."""
        return next(((n,) for n in self.grounds if self.carrying(text, (n,))), ())

    def _carrying(self, text: str, cited: tuple[int, ...]) -> tuple[int, ...]:
        """Those of the cited sources that carry a claim, each by itself, else together; none where they do not."""
        told = details(text)
        grounds = [self.grounds[n] for n in cited if n in self.grounds]
        alone = tuple(one.number for one in grounds if not one.lacks(told) and fits(text, one.stems))
        alone = tuple(number for number in alone if not turns_round(text, self.grounds[number].passage))
        if alone or len(grounds) < 2:
            return alone
        together = frozenset(each for one in grounds for each in one.stems)
        lost = _in_all([one.lacks(told) for one in grounds])
        if lost or not fits(text, together) or not _each_its_own(text, grounds):
            return ()
        return () if any(turns_round(text, one.passage) for one in grounds) else tuple(one.number for one in grounds)

    def _quotes(self, resting: Iterable[tuple[str, Sequence[int]]]) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        for text, cited in resting:
            for number in cited:
                if number in self.grounds and (quote := carrier(text, self.grounds[number].passage)):
                    kept = found.setdefault(number, [])
                    if quote not in kept and len(kept) < MOST_QUOTES:
                        kept.append(quote)
        return found


def _resting(line: str) -> list[tuple[str, tuple[int, ...]]]:
    """What a checked line says, and the sources on which each claim of it rests: its own or those behind it."""
    if line.lstrip().startswith("|"):
        return [(MARKS.sub("", line).replace("|", " "), tuple(cited_numbers(line)))]
    found = list(claims(line))
    later = [next((other.cited for other in found[at:] if other.cited), ()) for at in range(len(found))]
    return [(claim.text, cited) for claim, cited in zip(found, later, strict=True)]


def _in_all(missing: Sequence[Details]) -> bool:
    """Whether some detail is missing in every source."""
    return any(
        frozenset.intersection(*(getattr(one, kind) for one in missing))
        for kind in ("measures", "models", "names", "links")
    )


def _each_its_own(text: str, grounds: Sequence[Ground]) -> bool:
    """Whether each part of a comparison that gives a model its value stands in one source: not A's weight for B's."""
    parts = map(details, _PART.split(text))
    return all(any(not one.lacks(part) for one in grounds) for part in parts if part.models and part.measures)


def turns_round(text: str, passage: Passage) -> bool:
    """Whether the sentence of a source that says most of a claim says the contrary of it."""
    sentence = carrier(text, passage)
    return bool(sentence) and is_turned(text, sentence)


def fits(text: str, stems: frozenset[str]) -> bool:
    """Whether enough of a claim's own words stand among these stems, Hebrew ones by what they mean."""
    told = question_words(cleaned(LINK.sub(" ", text)))
    in_hebrew = any(map(is_hebrew, told))
    terms = _meanings(told, stems) if in_hebrew else [{one} for one in stem_all(list(filter(_tells, told)))]
    least = LEAST_HEBREW if in_hebrew else LEAST
    return sum(bool(term & stems) for term in terms) >= least * len(terms)


def _tells(word: str) -> bool:
    return len(word) > 2 and not is_stop(word) and not word.isdigit()


def _meanings(told: Sequence[str], stems: frozenset[str]) -> list[set[str]]:
    """The stems that each Hebrew word may have in a source; only words that it could have there at all."""
    meant = [{part for word in one.synonyms for part in stem_all(words(word))} for one in translations(told)]
    if any(map(is_hebrew, stems)):
        meant += [set(stem_all(hebrew_forms(word))) for word in told if is_hebrew(word) and _tells(word)]
    return meant


def says_nothing(text: str) -> bool:
    """A lead-in, a heading or a courtesy: nothing in it could be wrong."""
    bare = text.replace("**", "").strip()
    if bare.endswith(":") or (text.strip().startswith("**") and text.strip().endswith("**")):
        return not details(bare).measures and not details(bare).links
    return len(_own_words(bare)) < FEW and not details(bare)


def _own_words(text: str) -> list[str]:
    return [word for word in question_words(cleaned(text)) if not is_stop(word)]


def carrier(text: str, passage: Passage) -> str:
    """The sentence or line of a passage that says most of a claim; "" where none says enough of it."""
    told = details(text)
    asked = question_words(cleaned(text))
    meant = [word for one in translations(asked) for word in one.synonyms] if any(map(is_hebrew, asked)) else asked
    own = frozenset(stem_all([part for word in meant if _tells(word) for part in words(word)]))
    best, most = "", 1.0
    for unit in units(passage.text, wrapped=passage.is_paged):
        if unit.is_noise or unit.is_heading:
            continue
        worth = len(own.intersection(stem_all(words(unit.text)))) + DETAIL * _held(told, unit.text)
        if worth > most:
            best, most = unit.text, worth
    return best


def _held(told: Details, text: str) -> int:
    tight, stems, found = squeezed(text), set(stem_all(words(text))), measures(text)
    held = sum(one in found for one in told.measures) + sum(model in tight for model in told.models)
    return held + sum(stem(name) in stems for name in told.names)
