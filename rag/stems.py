"""The stem of a word exactly as the index has it: SQLite's own tokenizer is asked, in a small database in memory."""

import re
import sqlite3
import threading
from collections.abc import Sequence

# Folds case and accents, and English endings. Measured on real questions against no stemming: docs/search.md.
TOKENIZER = "porter unicode61 remove_diacritics 2"

WORD = re.compile(r"[^\W_]+")
_lock = threading.Lock()
_known: dict[str, str] = {}  # of all threads
MOST_KNOWN = 200_000
_texts_known: dict[str, tuple[str, ...]] = {}
MOST_TEXTS = 6_000


def words(text: str) -> list[str]:
    """The words of a text as the tokenizer parts them, in lower case."""
    return WORD.findall(text.lower())


def stem(word: str) -> str:
    """The stem of one word; "" where the tokenizer sees none."""
    return stem_all((word,))[0]


def stems(text: str) -> list[str]:
    return stem_all(words(text))


def known_stems(text: str) -> tuple[str, ...]:
    """As `stems`, remembered: while somebody types, the same passages are looked at again and again."""
    return all_known_stems((text,))[0]


def all_known_stems(texts: Sequence[str]) -> list[tuple[str, ...]]:
    """The stems of each text. The words that are new in any of them are asked for together."""
    found = {text: own for text in texts if (own := _texts_known.get(text)) is not None}
    missing = [text for text in dict.fromkeys(texts) if text not in found]
    if missing:
        parted = [words(text) for text in missing]
        stems, at = stem_all([word for each in parted for word in each]), 0
        for text, each in zip(missing, parted, strict=True):
            found[text] = tuple(stems[at : at + len(each)])
            at += len(each)
        if len(_texts_known) > MOST_TEXTS:
            _texts_known.clear()
        _texts_known.update(found)
    return [found[text] for text in texts]


def stem_all(of: Sequence[str]) -> list[str]:
    """The stems of words, in their order. New words are asked for together: one by one they cost 100 µs each."""
    known = _known
    try:
        return [known[word] for word in of]
    except KeyError:
        have = {word: own for word in of if (own := known.get(word)) is not None}
    missing = {word for word in of if word not in have}
    plain = [word for word in missing if word.isalnum()]
    have.update(zip(plain, found, strict=True) if len(found := _ask(" ".join(plain))) == len(plain) else ())
    have.update({word: (_ask(word) or [""])[0] for word in missing if word not in have})
    if len(known) > MOST_KNOWN:
        known.clear()
    known.update(have)
    return [have[word] for word in of]


def _ask(text: str) -> list[str]:
    """The tokenizer's terms for a text, in order."""
    with _lock:
        _texts.execute("DELETE FROM texts")
        _texts.execute("INSERT INTO texts VALUES (?)", (text,))
        return [term for (term,) in _texts.execute("SELECT term FROM terms ORDER BY offset")]


def _tokenizer() -> sqlite3.Connection:
    """One for all threads: requests come in threads of their own, and making one takes longer than using it."""
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    connection.execute(f"CREATE VIRTUAL TABLE texts USING fts5(text, tokenize='{TOKENIZER}')")
    connection.execute("CREATE VIRTUAL TABLE terms USING fts5vocab(texts, instance)")
    return connection


_texts = _tokenizer()
