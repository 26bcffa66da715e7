"""Answers without a model: picks the sentences, steps and lines of the passages that answer, and cites each.

Nothing is written but what stands in the passages. Where no passage holds what the question asks for, it abstains.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

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
    value: float = 0.35  # the kind of value that was asked for
    fit: float = 0.0  # the document is about the product asked for
    rank: float = 0.6  # what retrieval thought of the passage
    length: float = 0.15  # taken off for a full window
    fitting: float = 0.7
    near: float = 0.5
    action: float = 0.15
    grow: tuple[int, ...] = (70, 40)
    worse: float = 0.5
    foreign: float = 0.5  # factor for a language that neither the question nor we want


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
    """Units `first` to `last` (not included) of a passage, and what speaks for them."""

    passage: int
    first: int
    last: int
    score: float
    coverage: float
    values: frozenset[str]


@dataclass
class Read:
    """A passage cut and compared with the question. Per unit: weight by term, and kinds of value that it holds."""

    index: int
    passage: Passage
    units: list[Unit]
    terms: list[dict[int, float]]
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
    runs = [run for one in read if (run := _best_run(one, asked, passages, weights))]
    runs.sort(key=lambda run: -run.score)
    fitting = max(one.fit for one in read) * weights.fitting
    values = {name for one in read if one.fit >= fitting for held in one.values for name in held}
    coverage = max((run.coverage for run in runs), default=0.0)
    missing = lack(question, passages, kinds=asked.kinds, values=values, coverage=coverage)
    if missing or not runs:
        return Extract(lack=missing or "text", confidence=coverage)
    enough = passages[0].score * weights.near
    near = [run for run in runs if passages[run.passage].score >= enough]
    return Extract(tuple(_pieces(near, read, question, weights)), coverage)


def _common(passages: Sequence[Passage]) -> set[str]:
    """Lines that several documents have in common: what a site says everywhere."""
    seen: dict[str, set[int]] = {}
    for passage in passages:
        for line in passage.text.split("\n"):
            seen.setdefault(line.strip(), set()).add(passage.document_id)
    return {line for line, documents in seen.items() if len(documents) >= COMMON}


def _names(passage: Passage) -> str:
    return " ".join((passage.document_title, passage.brand_name, *passage.product_names))


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


def _best_run(one: Read, asked: Asked, passages: Sequence[Passage], weights: Weights) -> Run | None:
    """The run of at most WINDOW words that answers best."""
    best: Run | None = None
    top = max(passage.score for passage in passages) or 1.0
    base = weights.fit * one.fit + weights.rank * one.passage.score / top
    factor = 1.0 if one.passage.language in ("", "en", asked.language) else weights.foreign
    for first in range(len(one.units)):
        words, terms, values = 0, dict[int, float](), frozenset[str]()
        for last in range(first, len(one.units)):
            words += one.units[last].words
            if words > WINDOW and last > first:
                break
            terms = {n: max(terms.get(n, 0), w) for n, w in (*terms.items(), *one.terms[last].items())}
            values |= one.values[last]
            above = {n: w * weights.context for n, w in one.context.items() if n not in terms}
            share = sum(asked.worth[n] * w for n, w in (terms | above).items()) / asked.total
            acts = asked.wants_action and any(ACTION.search(unit.text) for unit in one.units[first : last + 1])
            score = (
                share + weights.action * acts + base + weights.value * bool(values) - weights.length * words / WINDOW
            )
            score *= factor
            if best is None or score > best.score:
                coverage = coverage_of(terms | above, asked.worth, asked.names)
                best = Run(one.index, first, last + 1, score, coverage, values)
    return best


def _pieces(runs: Sequence[Run], read: Sequence[Read], question: Question, w: Weights) -> list[Piece]:
    pieces: list[Piece] = []
    words = 0
    texts: set[str] = set()
    for run in runs:
        if pieces and run.score < w.worse * runs[0].score:
            break
        room = min(w.grow[len(pieces)], WORDS - words)
        one = read[run.passage]
        chosen = _grown(one, run, room)
        size = sum(unit.words for unit in chosen)
        piece = Piece(run.passage, chosen)
        if piece.text in texts or (pieces and words + size > WORDS):
            continue
        pieces.append(piece)
        texts.add(piece.text)
        words += size
        if len(pieces) == len(w.grow):
            break
    return pieces


def _grown(one: Read, run: Run, room: int) -> tuple[Unit, ...]:
    first, last = run.first, run.last
    words = sum(unit.words for unit in one.units[first:last])
    while last < len(one.units) and words + one.units[last].words <= room:
        words += one.units[last].words
        last += 1
    while first > 0 and words + one.units[first - 1].words <= room:
        first -= 1
        words += one.units[first].words
    return tuple(one.units[first:last])


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
