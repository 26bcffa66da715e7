"""The language of a text. Loaded only where documents are read: the model takes a moment and some memory."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

# What manuals of this trade are written in.
CANDIDATES = [
    "en",
    "de",
    "fr",
    "es",
    "it",
    "pt",
    "nl",
    "sv",
    "da",
    "no",
    "fi",
    "pl",
    "cs",
    "hu",
    "ru",
    "uk",
    "el",
    "tr",
    "ja",
    "zh",
    "ko",
    "he",
    "ar",
]
ENOUGH = 60  # letters
FEW = 8  # letters of a script that one language has for itself
# In this order: Japanese has Chinese signs too.
SCRIPTS = {
    "he": re.compile("[\u05d0-\u05ea]"),
    "ja": re.compile("[\u3040-\u30ff]"),
    "ko": re.compile("[\uac00-\ud7af]"),
    "el": re.compile("[\u0370-\u03ff]"),
    "th": re.compile("[\u0e00-\u0e7f]"),
}


@cache
def identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    model = LanguageIdentifier.from_model_file(MODEL_FILE)
    model.set_languages(CANDIDATES)
    return model


def language_of(text: str) -> str:
    """Two letters, or "" where there is too little text to tell."""
    letters = re.sub(r"[\W\d_]+", " ", text[:4000])
    count = len(letters.replace(" ", ""))
    if written := by_script(letters, count):
        return written
    return str(identifier().classify(letters.lower())[0]) if count >= ENOUGH else ""


def by_script(letters: str, count: int) -> str:
    """The language that is alone in using these letters: a few words are enough, though model names stand between."""
    if count < FEW:
        return ""
    for language, script in SCRIPTS.items():
        if len(script.findall(letters)) > count * 0.3:
            return language
    return ""


def languages_of(pages: Sequence[str]) -> list[str]:
    """The language of each page; one with too little text has that of the pages around it, where these agree."""
    told = [language_of(page) for page in pages]
    before, after = carried(told), carried(told[::-1])[::-1]
    return [
        own or (last or following if page.strip() and (last == following or not (last and following)) else "")
        for own, last, following, page in zip(told, before, after, pages, strict=True)
    ]


def carried(told: Sequence[str]) -> list[str]:
    """For each page the language that was told last."""
    last, found = "", []
    for language in told:
        last = language or last
        found.append(last)
    return found
