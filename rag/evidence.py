"""What the passages hold of a question: which of its words stand in which unit, which values, about which product."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from catalog.naming import model_numbers

from . import fts
from .abstain import unknown_words
from .expected import Expected, expected
from .passage import Passage
from .query import Mention, Option, Question, Term
from .stems import stem_all, stems
from .units import Unit, units

WINDOW = 55  # words within which a question should find its words together
COMMON = 3  # documents
LABELS = 2  # units above a value that may say what it is
LEADING = 3  # passages whose documents say what the question is about
OPENING = 3  # words of a unit that may be its label
ACTION = re.compile(
    r"(?:^|[.:,;]\s|\band |\bthen |\bto |\bby |\byou (?:can|must|may|should) |^\W*\d+[.)]\s)"
    r"(?:press|hold|click|select|turn|set|move|choose|open|connect|check|use|switch|loosen|tighten|adjust|remove|replace|"
    r"release|wait|insert|attach|tap|slide|lift|screw|power|"
    r"restart|unplug|plug|install|make sure|enable|disable|contact|change|clean|wash|load|update|push|pull|rotate|"
    r"pressing|holding|turning|setting|selecting|clicking|using|moving|contacting|restarting)\b",
    re.IGNORECASE,
)
HOW = re.compile(r"\bhow (?:do|can|to|should|would)\b|(?<!\w)(?:איך|כיצד)(?!\w)", re.IGNORECASE)
# `G4` and `mk2` say which one is meant, as its name does.
GENERATION = re.compile(r"(?:mk|mark|gen|generation|g)\s?\d{1,2}", re.IGNORECASE)
# Who asks for these may be answered by the name of a file.
FILES = re.compile(
    r"\b(?:downloads?|manuals?|guides?|documents?|documentation|pdfs?|files?|drivers?|firmware|software|updates?|"
    r"installers?|brochures?|datasheets?|versions?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Weights:
    """What makes a run of units an answer; chosen on the questions that docs/answers.md tells of."""

    name: float = 0.35  # a word of the product's name, against any other word of the question
    context: float = 0.6  # a word that stands only in the heading or the title above
    again: float = 0.65  # a word that the answer has already
    unknown: float = 0.35  # a word that no document knows, against the rarest that one knows
    value: float = 0.6  # the kind of value that was asked for
    label: float = 0.25  # begins with a word of the question, as a line of a specification does
    action: float = 0.25  # says what to do, where no value is asked for
    rank: float = 0.7  # what retrieval thought of the passage
    beside: float = 0.1  # goes on where the answer stands already
    length: float = 0.03  # taken off for a full window
    foreign: float = 0.5  # factor for a language that neither the question nor we want
    near: float = 0.4  # of the best passage's score that a passage must have
    same: float = 0.8  # of the best fit that further values must have
    fit: float = 0.3  # the document is about the product asked for, where a value is asked for
    fitting: float = 0.5  # of the best fit with the product that a value must have
    least: float = 0.5  # of the first run's score that a further one must have
    fresh: float = 0.08  # of the question's worth that a further run must add to what is there
    equal: float = 0.9  # or: of the first run's share of the question that it must hold itself
    window: int = 45  # words of one run at most
    pieces: int = 4  # runs at most


WEIGHTS = Weights()


@dataclass(frozen=True)
class Asked:
    """A question ready for scoring: what each of its words is worth, and the kinds of value that it asks for."""

    terms: tuple[Term, ...]
    worth: tuple[float, ...]
    kinds: tuple[Expected, ...]
    language: str
    wants_action: bool
    wants_steps: bool
    wants_file: bool
    names: frozenset[int]
    unknown: float  # what the words are worth that no document knows

    @property
    def total(self) -> float:
        return sum(self.worth) or 1.0

    def told_by(self, values: frozenset[str]) -> list[int]:
        """The terms that ask for these kinds of value: `12 V` tells a voltage without the word."""
        kinds = [kind for kind in self.kinds if kind.decides and kind.name in values]
        return [n for n, term in enumerate(self.terms) if any(kind.asked.search(term.text) for kind in kinds)]

    @property
    def terms_but_names(self) -> frozenset[int]:
        return frozenset(range(len(self.terms))) - self.names


@dataclass
class Evidence:
    """A passage cut and compared with the question. Per unit: weight by term, and kinds of value that it holds."""

    index: int
    passage: Passage
    units: list[Unit]
    places: list[int]  # of the units in the passage; what lies between says nothing
    terms: list[dict[int, float]]
    opening: list[dict[int, float]]
    acts: list[bool]
    values: list[frozenset[str]]
    rows: list[bool]  # values of several models in a row, their columns lost
    context: dict[int, float]
    fit: float


def coverage_of(matched: Mapping[int, float], asked: Asked) -> float:
    """How much of the question stands there, its names apart, 0 to 1."""
    total = asked.unknown + sum(w for n, w in enumerate(asked.worth) if n not in asked.names)
    return (
        sum(asked.worth[n] * weight for n, weight in matched.items() if n not in asked.names) / total if total else 1.0
    )


def coverage(one: Evidence, asked: Asked, weights: Weights) -> float:
    """How much of the question the best WINDOW words of a passage hold, with what stands above them."""
    best = 0.0
    for first in range(len(one.units)):
        words, terms = 0, {n: weight * weights.context for n, weight in one.context.items()}
        for last in range(first, len(one.units)):
            words += one.units[last].words
            if words > WINDOW and last > first:
                break
            for n, weight in one.terms[last].items():
                terms[n] = max(terms.get(n, 0), weight)
            terms |= dict.fromkeys(asked.told_by(one.values[last]), 1.0)
        best = max(best, coverage_of(terms, asked))
    return best


def held_together(one: Evidence) -> Iterator[dict[int, float]]:
    """The terms of each stretch of WINDOW words of a passage, with those of its heading and title."""
    for first in range(len(one.units)):
        words, terms = 0, dict(one.context)
        for last in range(first, len(one.units)):
            words += one.units[last].words
            if words > WINDOW and last > first:
                break
            for n, weight in one.terms[last].items():
                terms[n] = max(terms.get(n, 0), weight)
        yield terms


def common_lines(passages: Sequence[Passage]) -> set[str]:
    """Lines that several documents have in common: what a site says everywhere."""
    seen: dict[str, set[int]] = {}
    for passage in passages:
        for line in passage.text.split("\n"):
            seen.setdefault(line.strip(), set()).add(passage.document_id)
    return {line for line, documents in seen.items() if len(documents) >= COMMON}


def names_of(passage: Passage) -> str:
    return " ".join((passage.document_title, passage.brand_name, *passage.product_names, passage.doc_name))


def asked_of(question: Question, passages: Sequence[Passage], weights: Weights) -> Asked:
    rows = fts.row_count(fts.CHUNKS)
    about = _about(question, passages)
    named = {*question.mention.names, *question.mention.numbers} & about
    kinds = tuple(expected(question.text))
    names = frozenset(
        n
        for n, term in enumerate(question.terms)
        # `watts` asks for a power, whatever is called after it.
        if not any(kind.asked.search(term.text) for kind in kinds)
        if GENERATION.fullmatch(term.text) or any(set(option.stems) <= named for option in term.options)
    )
    worth = tuple(
        fts.rarity(term.frequency, rows) * term.weight * (weights.name if n in names else 1.0)
        for n, term in enumerate(question.terms)
    )
    # Nor does a document need the word `cost` to say `£39.00`.
    unknown = [word for word in unknown_words(question) if not any(kind.asked.search(word) for kind in kinds)]
    return Asked(
        question.terms,
        worth,
        kinds,
        question.language,
        wants_action=not kinds,
        wants_steps=not kinds and bool(HOW.search(question.text)),
        wants_file=bool(FILES.search(question.english)),
        names=names,
        unknown=weights.unknown * fts.rarity(0, rows) * len(unknown),
    )


def _about(question: Question, passages: Sequence[Passage]) -> set[str]:
    """Words and numbers of what the leading documents are about: of those with a number asked for, where some have."""
    names = [names_of(passage) for passage in passages[:LEADING]]
    each = [{*stems(name), *stem_all(model_numbers(name))} for name in names]
    numbered = [words for words in each if not words.isdisjoint(question.mention.numbers)]
    return {word for words in numbered or each for word in words}


def evidence_of(index: int, passage: Passage, question: Question, asked: Asked, common: set[str]) -> Evidence:
    cut = units(passage.text, wrapped=passage.is_paged)
    words = [stems(unit.text) for unit in cut]
    terms = [_matches(each, asked) for each in words]
    kept = [
        n
        for n, unit in enumerate(cut)
        if not unit.is_noise and (terms[n] or unit.text not in common) and (asked.wants_file or not unit.is_link)
    ]
    names = names_of(passage)
    return Evidence(
        index,
        passage,
        [cut[n] for n in kept],
        kept,
        [terms[n] for n in kept],
        [_matches(words[n][:OPENING], asked) for n in kept],
        [bool(ACTION.search(cut[n].text)) for n in kept],
        [_values(cut, terms, n, asked) for n in kept],
        [_is_row(cut[n].text, asked) for n in kept],
        _matches(stems(f"{passage.heading} {names}"), asked),
        fit(question, names),
    )


def _values(cut: Sequence[Unit], terms: Sequence[dict[int, float]], at: int, asked: Asked) -> frozenset[str]:
    """The kinds of value asked for that a unit holds."""
    found = []
    for kind in asked.kinds:
        if match := kind.value.search(cut[at].text):
            own = set(stems(match.group()))
            near = {n for held in terms[max(0, at - LABELS) : at + 1] for n in held} - asked.names
            beside = any(not any(set(option.stems) <= own for option in asked.terms[n].options) for n in near)
            if beside or not kind.beside:
                found.append(kind.name)
    return frozenset(found)


def _is_row(text: str, asked: Asked) -> bool:
    """Whether values of a kind asked for stand one behind the other with nothing between: `0.9 kg 3.1 kg 5.4 kg`."""
    for kind in asked.kinds:
        found = list(kind.value.finditer(text))
        if any(not text[one.end() : two.start()].strip() for one, two in pairwise(found)):
            return True
    return False


def _matches(words: Sequence[str], asked: Asked) -> dict[int, float]:
    """By term of the question: the weight of the best of its options that stands in these words."""
    at: dict[str, list[int]] = {}
    for place, word in enumerate(words):
        at.setdefault(word, []).append(place)
    found = {}
    for number, term in enumerate(asked.terms):
        weight = max((option.weight for option in term.options if _stands(option, at)), default=0.0)
        if weight:
            found[number] = weight
    return found


def _stands(option: Option, at: dict[str, list[int]]) -> bool:
    first, *rest = option.stems
    return any(
        all(place + step in at.get(part, ()) for step, part in enumerate(rest, 1)) for place in at.get(first, ())
    )


def fit(question: Question, names: str) -> float:
    """How far a document so named is about a product that the question names, 0 to 1; 1 where it names none."""
    about = {*stems(names), *stem_all(model_numbers(names))}
    mentions = question.compared or (question.mention,)
    return max((_share(mention, about) for mention in mentions), default=1.0)


def _share(mention: Mention, about: set[str]) -> float:
    """Model numbers decide where the question has some; they count as long as the names all together."""
    if not mention.total:
        return 1.0
    shares = [
        sum(w for part, w in words.items() if part in about) / sum(words.values())
        for words in (mention.numbers, mention.names)
        if words
    ]
    return max(shares[0], sum(shares) / len(shares))
