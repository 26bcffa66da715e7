"""The words of the index: how frequent they are, and which one a mistyped word was meant to be."""

from collections import Counter
from collections.abc import Iterable, Sequence

from django.db import connection
from rapidfuzz import process
from rapidfuzz.distance import OSA

from . import fts
from .models import Word
from .stems import stem, stems

FREQUENT = 2_000  # passages; counting such words takes milliseconds, and they don't become rare
MOST_REMEMBERED = 5_000
SHORTEST_MENDED = 4  # letters; shorter words are too near to each other
SHORTEST_BEGUN = 2
TWO_ERRORS_FROM = 8  # letters
MOST_GUESSES = 3
MOST_LOOKED_AT = 3_000  # words that begin alike
LONGEST_WORD = 64  # letters
_frequent: dict[tuple[str, str, str], int] = {}


def frequencies(stems: Iterable[str], table: fts.FullTextTable = fts.CHUNKS) -> dict[str, int]:
    """In how many passages (or documents) each stem stands; 0 for unknown ones."""
    database = str(connection.settings_dict["NAME"])
    wanted = list(dict.fromkeys(stems))
    found = {word: _frequent[key] for word in wanted if (key := (database, table.name, word)) in _frequent}
    asked = [word for word in wanted if word not in found]
    if asked:
        marks = ", ".join(["%s"] * len(asked))
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT term, doc FROM {table.vocabulary} WHERE term IN ({marks})", asked)  # noqa: S608
            counted = dict(cursor.fetchall())
        found |= {word: counted.get(word, 0) for word in asked}
        if len(_frequent) > MOST_REMEMBERED:
            _frequent.clear()
        _frequent.update({(database, table.name, word): count for word, count in counted.items() if count >= FREQUENT})
    return found


def mended(word: str) -> list[str]:
    """Stems of the index within one or two typing errors of a word, nearest and commonest first; none for numbers."""
    if len(word) < SHORTEST_MENDED or not word.isalpha():
        return []
    wanted = stem(word)
    allowed = 2 if len(word) >= TWO_ERRORS_FROM else 1
    near: dict[str, tuple[int, int]] = {}
    for candidates in (beginning_with(prefix) for prefix in _prefixes(wanted)):
        terms = [term for term in candidates if abs(len(term) - len(wanted)) <= allowed and term.isalpha()]
        for term, distance, _ in process.extract(wanted, terms, scorer=OSA.distance, score_cutoff=allowed, limit=10):
            near[term] = (int(distance), -candidates[term])
    return sorted(near, key=lambda term: near[term])[:MOST_GUESSES]


def beginning(prefix: str) -> list[str]:
    """The commonest stems that begin with what was typed so far, from two letters on."""
    if len(prefix) < SHORTEST_BEGUN:
        return []
    found = beginning_with(prefix.lower(), MOST_GUESSES)
    return sorted(found, key=lambda term: (-found[term], term))[:MOST_GUESSES]


def nearest(word: str, terms: Sequence[str]) -> str:
    """The one of `terms` that a word was meant to be, or ""."""
    if len(word) < SHORTEST_MENDED:
        return ""
    found = process.extractOne(word, terms, scorer=OSA.distance, score_cutoff=1)
    return found[0] if found else ""


def _prefixes(word: str) -> list[str]:
    """Two letters to look under: as typed, swapped, and as if the first one were wrong or too much."""
    return list(dict.fromkeys((word[:2], word[1::-1], word[1:3])))


def beginning_with(prefix: str, at_most: int = MOST_LOOKED_AT) -> dict[str, int]:
    """The commonest stems with a prefix, and about how common they are."""
    end = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT term, frequency FROM {Word._meta.db_table} WHERE term >= %s AND term < %s "  # noqa: S608
            "ORDER BY frequency DESC LIMIT %s",
            [prefix, end, at_most],
        )
        return dict(cursor.fetchall())


def remember(texts: Iterable[str]) -> None:
    """Add the words of passages that are being stored; numbers are neither completed nor mended."""
    counts = Counter(word for text in texts for word in set(stems(text)) if 1 < len(word) <= LONGEST_WORD)
    table = Word._meta.db_table
    rows = [(term, count) for term, count in sorted(counts.items()) if not term.isdigit()]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} (term, frequency) VALUES (%s, %s) "  # noqa: S608
            f"ON CONFLICT (term) DO UPDATE SET frequency = {table}.frequency + excluded.frequency",
            rows,
        )
