"""The language of a page, decided where documents are indexed, never while somebody waits for a page.

Manuals often hold five languages one after another, so each page speaks for itself. The commonest words decide, which
takes microseconds; only where they don't, py3langid is loaded (half a second, once in a process).
"""

import re
from collections import Counter
from functools import cache
from typing import Any

CANDIDATES = "en de fr es it pt nl sv da no fi pl cs ru el tr ja zh ko he ar".split()
ENOUGH_WORDS = 12  # below this a page of parameters or labels has no language of its own
SAMPLE_CHARACTERS = 3000
CLEAR_SHARE = 0.12  # of all words
SCARCE_SHARE = 0.04

_WORDS = {
    "en": "the and to of is in you your for with this that on or are when press be from will",
    "de": "der die das und sie zu den mit ist von des für auf dem nicht eine ein oder werden um",
    "fr": "le les des et vous pour une est dans du sur votre que avec au ou cette pas par appuyez",
    "es": "el los las y para que una del con por su se al es esta puede pulse como botón",
    "it": "il di per che una gli della nel con è premere alla si del sono questo può dei le",
    "pt": "o os as para que uma do da com em não você por seu ao é botão pressione dos das",
    "nl": "de het een van en op voor met is te dat niet u uw wordt naar door deze aan bij",
}
_LANGUAGES_OF: dict[str, list[str]] = {}
for _language, _common in _WORDS.items():
    for _word in _common.split():
        _LANGUAGES_OF.setdefault(_word, []).append(_language)

_SCRIPTS = {
    "he": re.compile("[\u0590-\u05ff]"),
    "ar": re.compile("[\u0600-\u06ff]"),
    "ja": re.compile("[\u3040-\u30ff]"),
    "ko": re.compile("[\uac00-\ud7af]"),
    "zh": re.compile("[\u4e00-\u9fff]"),
    "el": re.compile("[\u0370-\u03ff]"),
}
_NOT_LATIN = re.compile("[\u0370-\u03ff\u0590-\u06ff\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
_LETTERS = re.compile(r"[^\W\d_]+")


def language_of(text: str) -> str:
    """ISO 639-1, or "" where there is too little text to tell."""
    sample = text[:SAMPLE_CHARACTERS]
    if found := common_language(sample):
        return found
    words = _LETTERS.findall(sample.lower())
    return _identified(" ".join(words)) if len(words) >= 2 * ENOUGH_WORDS else ""


def common_language(text: str) -> str:
    """The language that script or commonest words make plain, or ""; no model is loaded."""
    if script := script_of(text):
        return script
    words = _LETTERS.findall(text.lower())
    if len(words) < ENOUGH_WORDS:
        return ""
    votes = Counter[str]()
    for word, count in Counter(words).items():
        for language in _LANGUAGES_OF.get(word, ()):
            votes[language] += count
    (first, most), (_, second) = [*votes.most_common(2), ("", 0), ("", 0)][:2]
    plain = most >= CLEAR_SHARE * len(words) and most >= 1.5 * second
    # Tables and lists have few of these words; then those that are there must be of one language nearly alone.
    scarce = most >= SCARCE_SHARE * len(words) and most >= 3 and most >= 2 / 3 * votes.total()
    return first if plain or scarce else ""


def script_of(text: str) -> str:
    """The language that the script alone tells, where most letters are of that script."""
    if text.isascii() or not _NOT_LATIN.search(text):
        return ""
    letters = sum(len(run) for run in _LETTERS.findall(text))
    counts = {language: len(script.findall(text)) for language, script in _SCRIPTS.items()}
    if counts["ja"] and counts["ja"] + counts["zh"] > 0.3 * letters:
        return "ja"
    language = max(counts, key=lambda name: counts[name])
    return language if counts[language] > 0.3 * letters else ""


def _identified(text: str) -> str:
    language, score = _identifier().classify(text)
    return str(language) if score > 0.9 else ""


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(CANDIDATES)
    return identifier
