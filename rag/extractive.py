"""Answers without a model: picks the sentences, steps and lines of the passages that answer, and cites each.

Nothing is written but what stands in the passages. Where no passage holds what the question asks for, it abstains.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from catalog.naming import model_numbers

from . import fts
from .abstain import coverage_of, lack
from .expected import Expected, expected
from .passage import Passage
from .query import Mention, Option, Question, Term
from .stems import stem_all, stems
from .units import Unit, units

WORDS = 110  # of an answer at most
WINDOW = 55  # words of one piece at most
COMMON = 3  # documents
ACTION = re.compile(
    r"(?:^|[.:,;]\s|\band |\bthen |\bto |\bby |\byou (?:can|must|may|should) |^\W*\d+[.)]\s)"
    r"(?:press|hold|click|select|turn|set|move|choose|open|connect|check|use|switch|loosen|tighten|adjust|remove|replace|"
    r"restart|unplug|plug|install|make sure|enable|disable|contact|change|clean|wash|load|update|push|pull|rotate|"
    r"pressing|holding|turning|setting|selecting|clicking|using|moving|contacting|restarting)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Weights:
    """What makes a run of units an answer; chosen on shared/eval (docs/answers.md)."""

    name: float = 0.35  # a word of the product's name, against any other word of the question
    context: float = 0.6  # a word that stands only in the heading or the title above
    again: float = 0.65  # a word that the answer has already
    value: float = 0.6  # the kind of value that was asked for
    label: float = 0.25  # begins with a word of the question, as a line of a specification does
    action: float = 0.25  # says what to do, where no value is asked for
    rank: float = 0.7  # what retrieval thought of the passage
    beside: float = 0.1  # goes on where the answer stands already
    length: float = 0.03  # taken off for a full window
    foreign: float = 0.5  # factor for a language that neither the question nor we want
    near: float = 0.4  # of the best passage's score that a passage must have
    fitting: float = 0.5  # of the best fit with the product that a value must have
    least: float = 0.4  # of the first run's score that a further one must have
    window: int = 45  # words of one run at most


WEIGHTS = Weights()


@dataclass(frozen=True)
class Piece:
    """A run of units of one passage; `label` names the product where two are compared."""

    passage: int
    units: tuple[Unit, ...]
    label: str = ""

    @property
    def text(self) -> str:
        return " ".join(unit.text for unit in self.units)


@dataclass(frozen=True)
class Extract:
    """`lack` names what was missing where it abstains; `confidence` is the share of the question that was found."""

    pieces: tuple[Piece, ...] = ()
    confidence: float = 0.0
    lack: str = ""

    @property
    def abstained(self) -> bool:
        return not self.pieces

    @property
    def sources(self) -> list[int]:
        """Which passages it takes from, in the order of the answer."""
        return list(dict.fromkeys(piece.passage for piece in self.pieces))

    def quotes(self, passage: int) -> list[str]:
        """What it takes from one passage, word for word."""
        return [piece.text for piece in self.pieces if piece.passage == passage]


@dataclass(frozen=True)
class Asked:
    """A question ready for scoring: what each of its words is worth, and the kinds of value that it asks for."""

    terms: tuple[Term, ...]
    worth: tuple[float, ...]
    kinds: tuple[Expected, ...]
    language: str
    wants_action: bool
    names: frozenset[int]

    @property
    def total(self) -> float:
        return sum(self.worth) or 1.0


@dataclass(frozen=True)
class Run:
    """Units `first` to `last` (not included) of a passage: the question's terms in it, and what else speaks for it."""

    passage: int
    first: int
    last: int
    words: int
    terms: dict[int, float]
    worth: float
    factor: float = 1.0

    def overlaps(self, other: "Run") -> bool:
        return self.passage == other.passage and self.first < other.last and other.first < self.last

    def follows(self, other: "Run") -> bool:
        return self.passage == other.passage and self.first == other.last


@dataclass
class Read:
    """A passage cut and compared with the question. Per unit: weight by term, and kinds of value that it holds."""

    index: int
    passage: Passage
    units: list[Unit]
    terms: list[dict[int, float]]
    opening: list[dict[int, float]]
    acts: list[bool]
    values: list[frozenset[str]]
    context: dict[int, float]
    fit: float


def extract(question: Question, passages: Sequence[Passage], *, weights: Weights = WEIGHTS) -> Extract:
    """The answer's pieces, the telling ones first; none where the passages do not answer."""
    if not passages:
        return Extract(lack="passages")
    asked = _asked(question, passages, weights)
    common = _common(passages)
    read = [_read(index, passage, question, asked, common) for index, passage in enumerate(passages)]
    fitting = max(one.fit for one in read) * weights.fitting
    values = {name for one in read if one.fit >= fitting for held in one.values for name in held}
    coverage = max((_coverage(one, asked, weights) for one in read), default=0.0)
    missing = lack(question, passages, kinds=asked.kinds, values=values, coverage=coverage)
    if missing:
        return Extract(lack=missing or "text", confidence=coverage)
    groups = _compared(read, question) or [read]
    runs = [run for group in groups for run in _chosen(group, read, asked, weights, WORDS // len(groups))]
    return Extract(tuple(_pieces(runs, read)), coverage)


def _coverage(one: Read, asked: Asked, weights: Weights) -> float:
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
        best = max(best, coverage_of(terms, asked.worth, asked.names))
    return best


def _common(passages: Sequence[Passage]) -> set[str]:
    """Lines that several documents have in common: what a site says everywhere."""
    seen: dict[str, set[int]] = {}
    for passage in passages:
        for line in passage.text.split("\n"):
            seen.setdefault(line.strip(), set()).add(passage.document_id)
    return {line for line, documents in seen.items() if len(documents) >= COMMON}


def _names(passage: Passage) -> str:
    return " ".join((passage.document_title, passage.brand_name, *passage.product_names, passage.doc_name))


def _asked(question: Question, passages: Sequence[Passage], weights: Weights) -> Asked:
    rows = fts.row_count(fts.CHUNKS)
    about: set[str] = set()
    for passage in passages[:3]:
        about |= {*stems(_names(passage)), *stem_all(model_numbers(_names(passage)))}
    named = {*question.mention.names, *question.mention.numbers} & about
    names = frozenset(
        n for n, term in enumerate(question.terms) if any(set(option.stems) <= named for option in term.options)
    )
    worth = tuple(
        fts.rarity(term.frequency, rows) * term.weight * (weights.name if n in names else 1.0)
        for n, term in enumerate(question.terms)
    )
    kinds = tuple(expected(question.text))
    return Asked(question.terms, worth, kinds, question.language, wants_action=not kinds, names=names)


def _read(index: int, passage: Passage, question: Question, asked: Asked, common: set[str]) -> Read:
    cut = units(passage.text, wrapped=passage.is_paged)
    terms = [_matches(stems(unit.text), asked) for unit in cut]
    kept = [n for n, unit in enumerate(cut) if terms[n] or unit.text not in common]
    names = _names(passage)
    return Read(
        index,
        passage,
        [cut[n] for n in kept],
        [terms[n] for n in kept],
        [_matches(stems(cut[n].text)[:3], asked) for n in kept],
        [bool(ACTION.search(cut[n].text)) for n in kept],
        [_values(cut[n], terms[n], asked) for n in kept],
        _matches(stems(f"{passage.heading} {names}"), asked),
        _fit(question, names),
    )


def _values(unit: Unit, terms: dict[int, float], asked: Asked) -> frozenset[str]:
    """The kinds of value asked for that a unit holds; some count only beside a word of the question."""
    topical = bool(terms.keys() - asked.names)
    return frozenset(kind.name for kind in asked.kinds if (topical or kind.decides) and kind.value.search(unit.text))


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


def _fit(question: Question, names: str) -> float:
    """How far a passage's document is about a product that the question names, 0 to 1; 1 where it names none."""
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


def _runs(one: Read, asked: Asked, base: float, w: Weights) -> Iterator[Run]:
    """All runs of units of at most a window's words, with what speaks for each whatever else is chosen."""
    for first in range(len(one.units)):
        words, terms, values, acts = 0, dict[int, float](), frozenset[str](), False
        label = w.label * any(n not in asked.names for n in one.opening[first])
        for last in range(first, len(one.units)):
            words += one.units[last].words
            if words > w.window and last > first:
                break
            for n, weight in one.terms[last].items():
                terms[n] = max(terms.get(n, 0), weight)
            values |= one.values[last]
            acts = acts or (asked.wants_action and one.acts[last])
            worth = base + w.value * bool(values) + w.action * acts + label - w.length * words / w.window
            yield Run(one.index, first, last + 1, words, dict(terms), worth)


def _compared(read: Sequence[Read], question: Question) -> list[list[Read]]:
    """For a comparison the passages of each product; none where one of them has no passages of its own."""
    about = [{*stems(names), *stem_all(model_numbers(names))} for names in (_names(one.passage) for one in read)]
    groups: list[list[Read]] = [[] for _ in question.compared]
    for one, words in zip(read, about, strict=True):
        shares = [_own_share(question.compared, n, words) for n in range(len(groups))]
        if shares and max(shares) > 0 and shares.count(max(shares)) == 1:
            groups[shares.index(max(shares))].append(one)
    return groups if len(groups) > 1 and all(groups) else []


def _own_share(compared: Sequence[Mention], at: int, about: set[str]) -> float:
    """How far a document is about one of the products compared by what only that one is called."""
    words = {**compared[at].names, **compared[at].numbers}
    others = {part for n, mention in enumerate(compared) if n != at for part in (*mention.names, *mention.numbers)}
    own = {part: worth for part, worth in words.items() if part not in others}
    foreign = (others - words.keys()) & about
    if not own:
        return 0.0 if foreign else 0.5
    return sum(worth for part, worth in own.items() if part in about) / sum(own.values())


def _chosen(group: Sequence[Read], read: Sequence[Read], asked: Asked, w: Weights, room: int) -> list[Run]:
    """Run by run what adds most, as long as there is room and it adds enough."""
    top = max(one.passage.score for one in group) or 1.0
    runs: list[Run] = []
    for one in group:
        if one.passage.score < w.near * top:
            continue
        factor = 1.0 if one.passage.language in ("", "en", asked.language) else w.foreign
        runs += [replace(run, factor=factor) for run in _runs(one, asked, w.rank * one.passage.score / top, w)]
    chosen: list[Run] = []
    have: dict[int, float] = {}
    first = 0.0
    while room > 0:
        best, score = None, 0.0
        for run in runs:
            if run.words > room or any(run.overlaps(other) for other in chosen):
                continue
            gain = _gain(run, have, read[run.passage], chosen, asked, w)
            if gain > score:
                best, score = run, gain
        if best is None or score < w.least * first:
            break
        first = first or score
        chosen.append(best)
        room -= best.words
        have |= best.terms
    return chosen


def _gain(run: Run, have: dict[int, float], one: Read, chosen: Sequence[Run], asked: Asked, w: Weights) -> float:
    share = sum(asked.worth[n] * weight * (w.again if n in have else 1.0) for n, weight in run.terms.items())
    share += sum(
        asked.worth[n] * weight * w.context for n, weight in one.context.items() if n not in run.terms and n not in have
    )
    beside = w.beside * any(run.follows(other) for other in chosen)
    return run.factor * (share / asked.total + run.worth + beside)


def _pieces(runs: Sequence[Run], read: Sequence[Read]) -> list[Piece]:
    """The runs in the order in which they were chosen, passage by passage, in the order of the text."""
    pieces = []
    for passage in dict.fromkeys(run.passage for run in runs):
        places = sorted({place for run in runs if run.passage == passage for place in range(run.first, run.last)})
        start = 0
        for at, place in enumerate(places):
            if at + 1 == len(places) or places[at + 1] != place + 1:
                pieces.append(Piece(passage, tuple(read[passage].units[n] for n in places[start : at + 1])))
                start = at + 1
    return pieces


def compose(found: Extract, numbers: dict[int, int]) -> str:
    """The answer's text: each piece's blocks as lines, each with the number of its source."""
    return "\n\n".join(_composed(piece, numbers[piece.passage]) for piece in found.pieces)


def _composed(piece: Piece, number: int) -> str:
    lines: list[str] = []
    block = -1
    for unit in piece.units:
        if unit.block == block:
            lines[-1] += " " + unit.text
        else:
            lines.append(unit.text)
        block = unit.block
    return "\n".join(f"{line} [{number}]" for line in lines)
