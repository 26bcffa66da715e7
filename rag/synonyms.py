"""Words that mean the same: the staff's SearchSynonym rows, and Hebrew words under their prefixes and endings."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

from .models import SearchSynonym
from .vocabulary import nearest
from .words import is_stop

FOLDER = Path(__file__).parent / "glossary"
LONGEST = 4  # words of a term
SHORTEST_MISTYPED = 5  # letters; shorter Hebrew words are too near to each other
PREFIXES = "הובלמשכ"
# Plural, feminine and construct endings, and what stands in their place in the dictionary's form.
_ENDINGS = (
    *(("יים", ""), ("ים", ""), ("ים", "ה"), ("ות", ""), ("ות", "ה"), ("ות", "ת"), ("ית", "")),
    *(("ת", "ה"), ("ה", ""), ("י", ""), ("ם", "")),
)
_FINAL = str.maketrans("כמנפצ", "ךםןףץ")


@dataclass(frozen=True)
class Translation:
    """`length` words from `start` on mean `synonyms`."""

    start: int
    length: int
    term: str
    synonyms: tuple[str, ...]


def translations(words: Sequence[str]) -> list[Translation]:
    """What the glossary says of a question's words, longest terms first, none over another."""
    spans = _spans(words)
    known = {term: tuple(synonyms.split("\n")) for term, synonyms in _meaning([term for term, *_ in spans])}
    found = [Translation(start, length, term, known[term]) for term, start, length in spans if term in known]
    found += _mistyped(words, {place for one in found for place in range(one.start, one.start + one.length)})
    return list(_apart(found))


def _meaning(terms: Sequence[str]) -> list[tuple[str, str]]:
    """Terms and their synonyms, one a line, as far as the glossary has them."""
    if not terms:
        return []
    marks = ", ".join(["%s"] * len(terms))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT term, synonyms FROM {SearchSynonym._meta.db_table} WHERE active AND term IN ({marks})",  # noqa: S608
            terms,
        )
        return list(cursor.fetchall())


def is_hebrew(word: str) -> bool:
    return any("\u05d0" <= letter <= "\u05ea" for letter in word)


def hebrew_forms(word: str) -> list[str]:
    """A Hebrew word without its prefixes, plural and possessive endings; as written first, most cut last."""
    forms = {word: None}
    bare = word
    for _ in range(3):
        if len(bare) < 3 or bare[0] not in PREFIXES:
            break
        bare = bare[1:]
        forms[bare] = None
    for form in list(forms):
        forms.update(dict.fromkeys(_without_ending(form)))
    return list(forms)


def _without_ending(word: str) -> Iterator[str]:
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            base = word[: -len(ending)]
            yield base + instead if instead else base[:-1] + base[-1].translate(_FINAL)


def _spans(words: Sequence[str]) -> list[tuple[str, int, int]]:
    """Every term that may stand in the words, with its place; longer and less altered ones first."""
    spans: list[tuple[str, int, int]] = []
    for length in range(min(LONGEST, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            first, *rest = words[start : start + length]
            forms = hebrew_forms(first) if is_hebrew(first) else _english_forms(first)
            spans += [(" ".join((form, *rest)), start, length) for form in forms]
    return spans


def _english_forms(word: str) -> list[str]:
    forms = [word]
    for ending, instead in (("ies", "y"), ("es", ""), ("s", ""), ("ing", ""), ("ing", "e"), ("ed", ""), ("ed", "e")):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            forms.append(word[: -len(ending)] + instead)
    return forms


def _mistyped(words: Sequence[str], translated: set[int]) -> list[Translation]:
    """Hebrew words that the glossary does not know but one typing error away."""
    unknown = [
        (position, word)
        for position, word in enumerate(words)
        if is_hebrew(word) and len(word) >= SHORTEST_MISTYPED and position not in translated and not is_stop(word)
    ]
    if not unknown:
        return []
    known = dict(SearchSynonym.objects.filter(active=True, language="he").values_list("term", "synonyms"))
    terms = list(known)
    found = []
    for position, word in unknown:
        forms = [form for form in hebrew_forms(word)[:3] if len(form) >= SHORTEST_MISTYPED]
        term = next((near for form in forms if (near := nearest(form, terms))), "")
        if term:
            found.append(Translation(position, 1, term, tuple(known[term].split("\n"))))
    return found


def _apart(found: Iterable[Translation]) -> Iterator[Translation]:
    taken: set[int] = set()
    for translation in found:
        places = set(range(translation.start, translation.start + translation.length))
        if not places & taken:
            taken |= places
            yield translation


def starter_glossary() -> dict[str, tuple[str, list[str]]]:
    """The glossary that the project brings: term -> (language, synonyms)."""
    glossary: dict[str, tuple[str, list[str]]] = {}
    for language in ("he", "en"):
        with (FOLDER / f"{language}.csv").open(encoding="utf-8", newline="") as file:
            for terms, synonyms in csv.reader(row for row in file if row.strip() and not row.startswith("#")):
                for term in terms.split("|"):
                    meant = [word for word in synonyms.split("|") if word != term]
                    glossary.setdefault(term.strip().lower(), (language, meant))
    return {term: entry for term, entry in glossary.items() if entry[1]}


def seed(model: Any = SearchSynonym) -> int:
    """Add the starter glossary's terms that are missing; what is there, staff's edits too, stays. How many it were."""
    present = set(model.objects.values_list("term", flat=True))
    new = [
        model(term=term, language=language, synonyms="\n".join(words))
        for term, (language, words) in starter_glossary().items()
        if term not in present
    ]
    model.objects.bulk_create(new)
    return len(new)
