"""What a search text says beside what it looks for: a brand, a kind of document, a language.

Each is taken for a filter that the page shows and lets one take off again; taken off, its words search like any others.
Only short texts are read so: in a sentence, `manual` and `English` are mostly words of the question itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import ceil

from django.db import connection

from catalog.models import Brand, DocumentKind
from catalog.naming import fold

from .models import Chunk
from .stems import stems
from .synonyms import is_hebrew, translations
from .vocabulary import frequencies
from .words import cleaned, is_stop, question_words

MOST_WORDS = 7
MOSTLY = 1.5  # times as many passages as are its own
NAMES = ("brand", "kind", "language")
# Words behind a brand's own name that people leave out.
COMPANY = frozenset(
    """
    professional pro systems system audio engineering music musical instruments instrument electronics guitars guitar
    drums drum amplification amplifiers international usa technologies technology acoustics sound company co inc ltd
    gmbh corporation corp group keyboards cymbals percussion pianos piano cables lighting by and
    """.split()
)
_KINDS = {
    DocumentKind.QUICK_START: "quick start guide|quick start|quickstart guide|quickstart|getting started guide|"
    "מדריך התחלה מהירה|מדריך מהיר|התחלה מהירה",
    DocumentKind.MANUAL: "user manual|owner manual|owners manual|instruction manual|reference manual|user guide|"
    "users guide|owner guide|owners guide|manual|manuals|"
    "מדריך למשתמש|מדריך משתמש|ספר הוראות|חוברת הוראות|הוראות הפעלה|מדריך הפעלה|"
    "חוברת הפעלה|מדריך",
    DocumentKind.DATASHEET: "data sheet|datasheet|spec sheet|specification sheet|דף נתונים|דף מפרט",
    DocumentKind.FIRMWARE_NOTES: "firmware notes|release notes|changelog|הערות גרסה|הערות קושחה",
    DocumentKind.FAQ: "faq|faqs|שאלות נפוצות|שאלות ותשובות",
}
_LANGUAGES = {
    "he": "in hebrew|hebrew|בעברית|עברית",
    "en": "in english|english|באנגלית|אנגלית",
    "de": "in german|german|auf deutsch|deutsch|בגרמנית|גרמנית",
    "fr": "in french|french|en français|français|בצרפתית|צרפתית",
    "es": "in spanish|spanish|en español|español|בספרדית|ספרדית",
    "it": "in italian|italian|in italiano|italiano|באיטלקית|איטלקית",
}


def _phrases(table: Mapping[str, str]) -> dict[tuple[str, ...], str]:
    return {tuple(phrase.split()): value for value, phrases in table.items() for phrase in phrases.split("|")}


KINDS = _phrases({str(kind): phrases for kind, phrases in _KINDS.items()})
LANGUAGES = _phrases(_LANGUAGES)


@dataclass(frozen=True)
class Intent:
    """`text` is what is left to look for; `said` has the words that each of NAMES was read from."""

    text: str
    brand: Brand | None = None
    kind: str = ""
    language: str = ""
    said: dict[str, str] = field(default_factory=dict)


def read(text: str, *, literal: Iterable[str] = ()) -> Intent:
    """What a text says. Those of NAMES that are in `literal` are not read, their words stay in the text."""
    plain = [name for name in NAMES if name not in literal]
    words = question_words(cleaned(text))
    if not words or len(words) > MOST_WORDS or "?" in text:
        return Intent(text)
    said: dict[str, str] = {}
    kind, words = _taken("kind", KINDS, words, said) if "kind" in plain else ("", words)
    language, words = _taken("language", LANGUAGES, words, said) if "language" in plain else ("", words)
    if not kind and language and not _speaks_of_language(said["language"]):
        language, words = "", question_words(cleaned(text))
        said.pop("language")
    brand = _brand(words, said) if "brand" in plain else None
    left = " ".join(words) if kind or language else text
    return Intent(left, brand, kind, language, said)


def _speaks_of_language(words: str) -> bool:
    """`in Hebrew` does; `English` alone may belong to a name, such as English horn."""
    return words.startswith(("in ", "auf ", "en ", "ב")) or is_hebrew(words)


def _taken(
    name: str, phrases: Mapping[tuple[str, ...], str], words: Sequence[str], said: dict[str, str]
) -> tuple[str, list[str]]:
    """The value of the longest phrase in the words, and the words without it."""
    for length in range(min(3, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            value = phrases.get(tuple(words[start : start + length]))
            if value:
                said[name] = " ".join(words[start : start + length])
                return value, [*words[:start], *words[start + length :]]
    return "", list(words)


def _brand(words: Sequence[str], said: dict[str, str]) -> Brand | None:
    """The one brand that the words name; None where they name several."""
    translated = translations(words) if any(is_hebrew(word) for word in words) else ()
    at = {one.start: one for one in translated if is_hebrew(one.term)}
    spoken = [part for n, word in enumerate(words) for part in _spoken(word, at[n].synonyms if n in at else ())]
    if not spoken:
        return None
    found = [pk for pk, name in _active() if any(_stands_in(form, spoken) for form in _names(name))]
    if len(found) != 1:
        return None
    brand = Brand.objects.only("pk", "name", "slug").get(pk=found[0])
    if not _means(brand):
        return None
    said["brand"] = brand.name
    return brand


def _active() -> list[tuple[int, str]]:
    """Identity and name of the brands that are shown. Plain SQL, as this is asked at every letter typed."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, name FROM {Brand._meta.db_table} WHERE active")  # noqa: S608
        return cursor.fetchall()


def _means(brand: Brand) -> bool:
    """Whether most passages that have its name are its own: `Vintage`, `Show` and `Fusion` are brands and words."""
    names = [stem for word in _names(brand.name)[-1] for stem in stems(word)]
    enough = max(1, ceil(min(frequencies(names).values(), default=0) / MOSTLY))
    return Chunk.objects.filter(brand=brand)[:enough].count() == enough  # no more is counted than decides


def _spoken(word: str, meant: Sequence[str]) -> list[str]:
    return question_words(meant[0]) if meant else [fold(word)]


@lru_cache(maxsize=1_000)
def _names(name: str) -> list[list[str]]:
    """A brand's name in full, and without what companies are called."""
    words = question_words(fold(name))
    own = [word for word in words if word not in COMPANY]
    return [form for form in (words, own) if form and not (len(form) == 1 and (len(form[0]) < 3 or is_stop(form[0])))]


def _stands_in(name: list[str], words: list[str]) -> bool:
    return name[0] in words and any(
        words[start : start + len(name)] == name for start in range(len(words) - len(name) + 1)
    )
