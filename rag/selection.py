"""Selects the runs of units that make an answer: one by one what adds most, each compared product with its share."""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache

from catalog.naming import model_numbers

from .abstain import MARK
from .contrast import differing
from .evidence import Asked, Evidence, Weights, names_of
from .query import Mention, Question
from .stems import stem_all, stems, words
from .words import COMPARING, SEPARATORS

# `3. Encoder: …` explains a picture; it is no step.
LABEL = re.compile(r"^\W*\d+[.)]\s[^.]{1,40}:")
LEAST_WORDS = 2  # of letters
ROOM_FOR_STEPS = 30  # words that steps may take beyond the answer's: a list without its end helps nobody
SHORT = 8  # words of a sentence that an item keeps: a list without marks may look like one long item
AGAIN = 0.5  # of a run's words that stand in the answer already: it says nothing new
LEAD = 30  # words of a paragraph before what answers


@dataclass(frozen=True)
class Run:
    """Units `first` to `last` (not included) of a passage: the question's terms in it, and what else speaks for it."""

    passage: int
    first: int
    last: int
    words: int
    terms: dict[int, float]
    values: frozenset[str]
    worth: float
    factor: float = 1.0

    def overlaps(self, other: "Run") -> bool:
        return self.passage == other.passage and self.first < other.last and other.first < self.last

    def follows(self, other: "Run") -> bool:
        return self.passage == other.passage and self.first == other.last


def selected(read: Sequence[Evidence], question: Question, asked: Asked, weights: Weights, words: int) -> list[Run]:
    """The runs of an answer of at most so many words, in the order in which they were chosen."""
    groups = _compared(read, question) or [list(read)]
    if len(groups) > 1 and compares_in_general(question, asked):
        lines = [line for own in differing(groups, words // len(groups)) for line in own]
        if lines:
            return [Run(line.passage, line.unit, line.unit + 1, line.words, {}, frozenset(), 0.0) for line in lines]
    return [run for group in groups for run in _chosen(group, asked, weights, words // len(groups))]


def compares_in_general(question: Question, asked: Asked) -> bool:
    """Whether products are compared without a word besides their names, their marks (`mk2`, `G4`) and those that
    compare."""
    rest = [word for n in asked.terms_but_names for word in asked.terms[n].text.split()]
    return len(question.compared) > 1 and not asked.kinds and not _says_in_what(rest)


def _says_in_what(said: Sequence[str]) -> bool:
    return any(word not in COMPARING | SEPARATORS and not MARK.fullmatch(word) for word in said)


def _runs(one: Evidence, asked: Asked, base: float, w: Weights) -> Iterator[Run]:
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
            if not (values or _speaks_of_it(terms, one, asked)):
                continue
            if not _says_something(one, first, last, asked):
                continue
            yield Run(one.index, first, last + 1, words, dict(terms), values, worth)


def _speaks_of_it(terms: Mapping[int, float], one: Evidence, asked: Asked) -> bool:
    """Whether a word of the question besides its names stands there or above; true where it has names alone."""
    telling = {n for n in asked.terms_but_names if _says_in_what(asked.terms[n].text.split())}
    return not telling or not telling.isdisjoint(terms) or not telling.isdisjoint(one.context)


def _says_something(one: Evidence, first: int, last: int, asked: Asked) -> bool:
    """Whether a run is more than headings and single words, and neither end of it only stands beside the answer."""
    if sum(unit.told for unit in one.units[first : last + 1]) < LEAST_WORDS:
        return False
    return first == last or not (_trails(one, last, asked) or _precedes(one, first, asked))


def _is_idle(one: Evidence, at: int, asked: Asked) -> bool:
    """No word of the question but its names, no value, no deed."""
    return not (one.terms[at].keys() - asked.names or one.values[at] or (asked.wants_action and one.acts[at]))


def _trails(one: Evidence, at: int, asked: Asked) -> bool:
    unit, before = one.units[at], one.units[at - 1]
    headed = before.is_heading and not _is_idle(one, at - 1, asked)
    bare = bool(one.values[at - 1]) and before.told < LEAST_WORDS  # `£39.00`: what costs so stands below
    goes_on = unit.block == before.block or headed or bare or before.text.endswith(":")
    return not goes_on and _is_idle(one, at, asked)


def _precedes(one: Evidence, at: int, asked: Asked) -> bool:
    unit, after = one.units[at], one.units[at + 1]
    if unit.block == after.block or not _is_idle(one, at, asked):
        return False
    leads = (unit.is_heading or unit.text.endswith(":")) and not _is_idle(one, at + 1, asked)
    return not leads


def _compared(read: Sequence[Evidence], question: Question) -> list[list[Evidence]]:
    """For a comparison the passages of each product; none where one of them has no passages of its own."""
    about = [{*stems(names), *stem_all(model_numbers(names))} for names in (names_of(one.passage) for one in read)]
    groups: list[list[Evidence]] = [[] for _ in question.compared]
    for one, its_words in zip(read, about, strict=True):
        shares = [_own_share(question.compared, n, its_words) for n in range(len(groups))]
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


def _chosen(group: Sequence[Evidence], asked: Asked, w: Weights, room: int) -> list[Run]:
    """Run by run what adds most, as long as there is room and it adds enough."""
    read = {one.index: one for one in group}
    runs = _candidates(group, asked, w)
    chosen: list[Run] = []
    have: dict[int, float] = {}
    said: set[str] = set()
    deciding = {kind.name for kind in asked.kinds if kind.decides}
    first = 0.0
    while room > 0 and len(chosen) < w.pieces:
        gains = [
            (_gain(run, have, read[run.passage], chosen, asked, w), -n)
            for n, run in enumerate(runs)
            if run.words <= room
            and not any(run.overlaps(other) for other in chosen)
            and _adds(run, read[run.passage], have, chosen, asked, w, said)
        ]
        score, place = max(gains, default=(0.0, 0))
        if score <= 0 or score < w.least * first:
            break
        best = runs[-place]
        best = _to_the_end(best, read[best.passage], chosen, room)
        best = _from_the_start(best, read[best.passage], chosen, room)
        first = first or score
        chosen.append(best)
        said |= {_same(unit.text) for unit in read[best.passage].units[best.first : best.last]}
        room -= best.words
        have |= best.terms
        if best.values & deciding:
            # The value is found. What follows may only be the same of the same product.
            fitting = w.same * max(one.fit for one in group)
            runs = [run for run in runs if run.values & deciding and read[run.passage].fit >= fitting]
    return chosen


def _adds(
    run: Run,
    one: Evidence,
    have: dict[int, float],
    chosen: Sequence[Run],
    asked: Asked,
    w: Weights,
    said: Set[str] = frozenset(),
) -> bool:
    """Whether a further run answers by itself: much of the question that is not there yet, or as much as the first."""
    if not chosen or any(run.follows(other) for other in chosen):
        return True
    if _repeats(run, one, said):
        return False
    if asked.wants_steps and not any(one.acts[run.first : run.last]):
        return False
    fresh = sum(asked.worth[n] * max(0.0, weight - have.get(n, 0.0)) for n, weight in run.terms.items())
    return fresh >= w.fresh * asked.total or _share(run, asked) >= w.equal * _share(chosen[0], asked)


def _repeats(run: Run, one: Evidence, said: Set[str]) -> bool:
    """Whether most of a run, or its value, stands in the answer already: editions of a manual say the same in the same
    words, and a shop says a price at each of its buttons."""
    again = [at for at in range(run.first, run.last) if _same(one.units[at].text) in said]
    words = sum(one.units[at].words for at in again)
    return words >= AGAIN * run.words or any(one.values[at] for at in again)


@lru_cache(maxsize=4_000)
def _same(text: str) -> str:
    return " ".join(words(text))


def _share(run: Run, asked: Asked) -> float:
    return sum(asked.worth[n] * weight for n, weight in run.terms.items() if n not in asked.names)


def _to_the_end(run: Run, one: Evidence, chosen: Sequence[Run], room: int) -> Run:
    """The run with the rest of the steps, the list or the paragraph that it begins, as far as there is room."""
    last, words = run.last, run.words
    taken = {place for other in chosen if other.passage == run.passage for place in range(other.first, other.last)}
    lead_in = one.units[last - 1]
    begun = lead_in.is_heading or lead_in.text.endswith(":")
    while last < len(one.units) and last not in taken and _goes_on(one, last, begun=begun):
        if words + one.units[last].words > room + ROOM_FOR_STEPS * one.units[last].is_step:
            break
        words += one.units[last].words
        last += 1
    return replace(run, last=last, words=words)


def _from_the_start(run: Run, one: Evidence, chosen: Sequence[Run], room: int) -> Run:
    """The run with what stands before it in its paragraph: `it` and `the switch` have their names from there."""
    first, words = run.first, run.words
    taken = {place for other in chosen if other.passage == run.passage for place in range(other.first, other.last)}
    while first > 0 and first - 1 not in taken and one.units[first - 1].block == one.units[first].block:
        if words + one.units[first - 1].words > min(room, run.words + LEAD):
            return run
        first -= 1
        words += one.units[first].words
    return replace(run, first=first, words=words)


def _goes_on(one: Evidence, at: int, *, begun: bool) -> bool:
    before, unit = one.units[at - 1], one.units[at]
    if unit.block == before.block and (not unit.is_item or unit.words <= SHORT):
        return True
    if before.text.endswith(":"):
        return not unit.is_heading
    if unit.is_item:
        is_next_step = unit.is_step and before.is_step and one.acts[at] and not LABEL.match(unit.text)
        return begun or is_next_step
    return False


def _candidates(group: Sequence[Evidence], asked: Asked, w: Weights) -> list[Run]:
    top = max(one.passage.score for one in group) or 1.0
    runs: list[Run] = []
    for one in group:
        if one.passage.score < w.near * top:
            continue
        factor = 1.0 if one.passage.language in ("", "en", asked.language) else w.foreign
        base = w.rank * one.passage.score / top + w.fit * one.fit * bool(asked.kinds)
        runs += [replace(run, factor=factor) for run in _runs(one, asked, base, w)]
    read = {one.index: one for one in group}
    return _without_rows(_of_the_product(runs, read, asked, w), read, w)


def _of_the_product(runs: list[Run], read: Mapping[int, Evidence], asked: Asked, w: Weights) -> list[Run]:
    """No values of a document that fits the product less, where one that fits it has a value of the kind asked for."""
    deciding = {kind.name for kind in asked.kinds if kind.decides}
    fitting = w.same * max((one.fit for one in read.values()), default=0.0)
    if not any(run.values & deciding and read[run.passage].fit >= fitting for run in runs):
        return runs
    return [run for run in runs if not run.values & deciding or read[run.passage].fit >= fitting]


def _without_rows(runs: list[Run], read: Mapping[int, Evidence], w: Weights) -> list[Run]:
    """No rows with the values of several models where one has its own line, in a document that fits as well."""
    best = w.same * max((one.fit for one in read.values()), default=0.0)
    rows = [any(read[run.passage].rows[run.first : run.last]) for run in runs]
    if any(run.values and not row and read[run.passage].fit >= best for run, row in zip(runs, rows, strict=True)):
        return [run for run, row in zip(runs, rows, strict=True) if not row]
    return runs


def _gain(run: Run, have: dict[int, float], one: Evidence, chosen: Sequence[Run], asked: Asked, w: Weights) -> float:
    share = sum(asked.worth[n] * weight * (w.again if n in have else 1.0) for n, weight in run.terms.items())
    share += sum(
        asked.worth[n] * weight * w.context for n, weight in one.context.items() if n not in run.terms and n not in have
    )
    beside = w.beside * any(run.follows(other) for other in chosen)
    return run.factor * (share / asked.total + run.worth + beside)
