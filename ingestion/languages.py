"""The language of a text. Loaded only where documents are read: the model takes a moment and some memory."""

import re
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


@cache
def identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    model = LanguageIdentifier.from_model_file(MODEL_FILE)
    model.set_languages(CANDIDATES)
    return model


def language_of(text: str) -> str:
    """Two letters, or "" where there is too little text to tell."""
    letters = re.sub(r"[\W\d_]+", " ", text[:4000])
    if len(letters.replace(" ", "")) < ENOUGH:
        return ""
    if sum("\u0590" <= letter <= "\u05ff" for letter in letters) > len(letters) * 0.3:
        return "he"
    return str(identifier().classify(letters.lower())[0])
