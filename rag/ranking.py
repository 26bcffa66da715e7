"""Puts passages into order: pure functions over a question and what the index holds of each passage."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from catalog.naming import NUMBER_WORDS, ROMAN, same_series

from .diversity import Candidate, Ranked, arrange
from .fts import rarity
from .query import Mention, Option, Question, Term
from .stems import all_known_stems, known_stems, stems
from .weights import WEIGHTS, Weights

NEAR = 12  # words: matches within this window stand together
QUANTITY_WINDOW = 8  # words behind a matched one
THIN_WORDS = 12
OPENING = 12  # words of a passage that may be its heading
SPECIFICATIONS = frozenset(stems("specifications specs dimensions"))


@dataclass(frozen=True)
class Subject:
    """What a document is about, as stems."""

    names: frozenset[str]
    numbers: frozenset[str]


def rank(
    question: Question,
    candidates: Sequence[Candidate],
    rows: int,
    *,
    similar: Mapping[int, float] = MappingProxyType({}),
    weights: Weights = WEIGHTS,
) -> list[Ranked]:
    """Best first. `rows`: passages in the index; `similar`: likeness of meaning (cosine), by passage, where known."""
    worths = [rarity(term.frequency, rows) * term.weight for term in question.terms]
    if not sum(worths):
        return []
    all_known_stems([part for one in candidates for part in (one.text, one.heading, one.names, one.model_numbers)])
    subjects = _subjects(candidates)
    wanted = frozenset(part for term in question.terms for option in term.options for part in option.stems)
    in_title: dict[int, list[float]] = {pk: _titled(question, subject, weights) for pk, subject in subjects.items()}
    looks = [
        _look(question, candidate, subjects[candidate.document_id], in_title[candidate.document_id], wanted, weights)
        for candidate in candidates
    ]
    pages = _pages(looks)
    ranked = []
    for look in looks:
        score = _score(question, look, worths, pages[look.candidate.document_id, look.candidate.page], weights)
        score += _meant(similar.get(look.candidate.chunk_id), weights) * _factors(question, look, weights)
        fits = tuple(_distinguished(question.compared, at, look.subject) for at in range(len(question.compared)))
        ranked.append(Ranked(look.candidate, score, fits))
    ranked.sort(key=lambda one: (-one.score, one.candidate.chunk_id))
    return arrange(ranked, len(question.compared), weights)


@dataclass(frozen=True)
class _Look:
    """What a close look at a passage found, term by term of the question, 0 to 1."""

    candidate: Candidate
    subject: Subject
    words: Sequence[str]
    places: list[list[int]]
    text: list[float]
    heading: list[float]
    title: list[float]


def _subjects(candidates: Sequence[Candidate]) -> dict[int, Subject]:
    one_each = {candidate.document_id: candidate for candidate in candidates}
    return {
        pk: Subject(frozenset(known_stems(candidate.names)), frozenset(known_stems(candidate.model_numbers)))
        for pk, candidate in one_each.items()
    }


def _titled(question: Question, subject: Subject, weights: Weights) -> list[float]:
    numbers = question.mention.numbers.keys() & subject.numbers
    return [weights.in_title if _in_subject(term, subject, numbers) else 0.0 for term in question.terms]


def _look(
    question: Question,
    candidate: Candidate,
    subject: Subject,
    title: list[float],
    wanted: frozenset[str],
    weights: Weights,
) -> _Look:
    words = known_stems(candidate.text)
    text = _Places((*words, *[""] * NEAR, *stems(candidate.mended)) if candidate.mended else words, wanted)
    heading = _Places(known_stems(candidate.heading), wanted)
    found = [_best(term, text) for term in question.terms]
    return _Look(
        candidate,
        subject,
        words,
        [places for _, places in found],
        [_saturated(one, len(words), weights) for one in found],
        [_best(term, heading)[0] for term in question.terms],
        title,
    )


def _pages(looks: Sequence[_Look]) -> dict[tuple[int, int], list[float]]:
    """For each page, how far its passages together cover each term."""
    pages: dict[tuple[int, int], list[float]] = {}
    for look in looks:
        key = (look.candidate.document_id, look.candidate.page)
        covered = pages.get(key, look.text)
        pages[key] = [max(pair) for pair in zip(covered, look.text, strict=True)]
    return pages


def _score(question: Question, look: _Look, worths: Sequence[float], page: Sequence[float], weights: Weights) -> float:
    total = sum(worths)
    # A word of the title holds for every passage of the document; repeating it in the text tells nothing more.
    covered = [
        title or max(text, weights.in_heading * heading)
        for text, heading, title in zip(look.text, look.heading, look.title, strict=True)
    ]
    score = weights.text * _weighted(covered, worths) + weights.heading * _weighted(look.heading, worths)
    score += weights.page * _weighted([title or part for part, title in zip(page, look.title, strict=True)], worths)
    score += weights.proximity * _proximity([*zip(worths, look.places, strict=True)], total)
    if question.asks_quantity:
        score += weights.quantity * _quantity((place for at in look.places for place in at), look.words)
    if question.asks_specification and SPECIFICATIONS & {*known_stems(look.candidate.heading), *look.words[:OPENING]}:
        score += weights.specification
    score += weights.product * _fit(question, look.subject)
    return score * _factors(question, look, weights)


def _meant(cosine: float | None, weights: Weights) -> float:
    """The share of a passage that means what the question means; unlike texts have some likeness too."""
    return weights.dense * max(0.0, (cosine or 0.0) - weights.unlike) / (1 - weights.unlike)


def _weighted(parts: Sequence[float], worths: Sequence[float]) -> float:
    return sum(part * worth for part, worth in zip(parts, worths, strict=True)) / sum(worths)


class _Places:
    """Where each stem that a question has stands in a text."""

    def __init__(self, words: Sequence[str], wanted: frozenset[str]) -> None:
        self.at: dict[str, list[int]] = {}
        if wanted.isdisjoint(words):
            return
        for place, word in enumerate(words):
            if word in wanted:
                self.at.setdefault(word, []).append(place)

    def of(self, option: Option) -> list[int]:
        first = self.at.get(option.stems[0], [])
        if len(option.stems) == 1 or not first:
            return first
        rest = [set(self.at.get(part, ())) for part in option.stems[1:]]
        return [place for place in first if all(place + 1 + step in part for step, part in enumerate(rest))]


def _best(term: Term, places: _Places) -> tuple[float, list[int]]:
    """The weight of the best option that is there, and where any of them stands."""
    weight, found = 0.0, list[int]()
    for option in term.options:
        if at := places.of(option):
            weight = max(weight, option.weight)
            found += at
    return weight, found


def _saturated(found: tuple[float, list[int]], words: int, weights: Weights) -> float:
    """BM25's share for a term: repeating a word helps less and less, and less in a long text."""
    weight, at = found
    if not at:
        return 0.0
    norm = 1 - weights.length + weights.length * words / weights.mean_words
    full = len(at) / (len(at) + weights.saturation * norm)
    return weight * full * (1 + weights.saturation) / (1 + weights.saturation / 2)


def _in_subject(term: Term, subject: Subject, numbers: Iterable[str]) -> bool:
    """Whether a title says a term, or the term is part of a model number that the question and the title share."""
    number = ROMAN.get(term.text) or NUMBER_WORDS.get(term.text) or term.text
    return any(number in shared for shared in numbers) or any(
        all(part in subject.names or part in subject.numbers for part in option.stems)
        for option in term.options
        if option.weight >= WEIGHTS.mended
    )


def _fit(question: Question, subject: Subject) -> float:
    """How far a document is about what the question names, 0 to 1."""
    return max(_share(mention, subject) for mention in question.compared or (question.mention,))


def _share(mention: Mention, subject: Subject) -> float:
    if not mention.total:
        return 0.0
    names = sum(worth for name, worth in mention.names.items() if name in subject.names or name in subject.numbers)
    numbers = sum(worth for number, worth in mention.numbers.items() if number in subject.numbers)
    return (names + numbers) / mention.total


def _distinguished(compared: Sequence[Mention], at: int, subject: Subject) -> float:
    """How far a document is about one of the products compared and not about the others, 0 to 1."""
    others = [mention for position, mention in enumerate(compared) if position != at]
    common = set.intersection(*({*mention.names, *mention.numbers} for mention in compared)) if compared else set()
    own = {part: worth for part, worth in {**compared[at].names, **compared[at].numbers}.items() if part not in common}
    about = subject.names | subject.numbers
    foreign = {part for other in others for part in (*other.names, *other.numbers)} - {*own, *common}
    if not own:  # `the first APC Key 25` beside `APC Key 25 mk2`
        return 0.0 if foreign & about else _share(compared[at], subject)
    return sum(worth for part, worth in own.items() if part in about) / sum(own.values())


def _proximity(rare: Sequence[tuple[float, list[int]]], total: float) -> float:
    """The greatest share of the question's worth that stands within one window of the text."""
    events = sorted((place, index) for index, (_, at) in enumerate(rare) for place in at)
    best, worth, start = 0.0, 0.0, 0
    counts: dict[int, int] = {}
    for place, index in events:
        counts[index] = counts.get(index, 0) + 1
        worth += rare[index][0] if counts[index] == 1 else 0
        while place - events[start][0] > NEAR:
            gone = events[start][1]
            counts[gone] -= 1
            worth -= rare[gone][0] if not counts[gone] else 0
            start += 1
        best = max(best, worth)
    return best / total


_HAS_DIGIT = re.compile(r"\d")


def _quantity(matched: Iterable[int], words: Sequence[str]) -> float:
    return float(any(_HAS_DIGIT.search(word) for place in matched for word in _beside(place, words)))


def _beside(place: int, words: Sequence[str]) -> Sequence[str]:
    return (*words[max(0, place - 2) : place], *words[place + 1 : place + 1 + QUANTITY_WINDOW])


def _factors(question: Question, look: _Look, weights: Weights) -> float:
    factor = 1.0
    if not look.candidate.language:
        factor *= weights.unknown_language
    elif look.candidate.language not in ("en", question.language):
        factor *= weights.foreign_language
    if len(look.words) < THIN_WORDS:
        factor *= weights.thin
    if _conflicts(question, look.subject):
        factor *= weights.sibling
    elif _is_stranger(question, look):
        factor *= weights.stranger
    if _has_other_mark(question, look.subject):
        factor *= weights.other_mark
    return factor


def _is_stranger(question: Question, look: _Look) -> bool:
    """A model number was asked for, and neither the document's subject nor the passage has one of them."""
    numbers = question.mention.numbers
    if not numbers or numbers.keys() & look.subject.numbers:
        return False
    return not any(_stands_at(number, look) for number in numbers)


def _stands_at(number: str, look: _Look) -> bool:
    """Whether one of the matched places begins with a model number, written in up to three words."""
    words = look.words
    return any(
        "".join(words[place : place + length]) == number
        for places in look.places
        for place in places
        for length in (1, 2, 3)
    )


def _conflicts(question: Question, subject: Subject) -> bool:
    """True when the document is about another model of a series that the question names."""
    asked = question.mention.numbers
    for number in asked:
        if number in subject.numbers:
            continue
        series = {other for other in subject.numbers if same_series(number, other)}
        if series and not series & asked.keys():
            return True
    return False


def _has_other_mark(question: Question, subject: Subject) -> bool:
    marks = {number for number in subject.numbers if re.fullmatch(r"(?:mk|gen)\d+", number)}
    return bool(marks) and not any(mark in question.mention.numbers for mark in marks)
