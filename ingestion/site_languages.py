"""Languages of a site's pages: what their addresses say, and which ones a brand's visit reads."""

import re
from urllib.parse import parse_qsl, urlsplit

DEFAULT = "en,he"
LOCALE = re.compile(r"^(?P<first>[a-z]{2})([-_](?P<second>[a-z]{2,4}))?$", re.I)
PARAMETER = re.compile(r"^(lang|language|locale|hl|lng|idioma|langue|sprache)$", re.I)
# Codes that name a language by themselves as a part of an address. Others of two letters are as often a series or a
# place; those count with their country (sl-si), or when the page itself says so.
PLAIN = frozenset("ar cs da de el en es fi fr he hu it iw ja ko nl no pl pt ro ru sv tr uk zh".split())
CODES = PLAIN | frozenset("bg ca et eu fa gl hi hr id is ka lt lv mk ms nb nn sk sl sq sr th vi".split())
# Codes of countries that sites use as if they were languages.
COUNTRIES = {
    "jp": "ja", "cn": "zh", "kr": "ko", "br": "pt", "mx": "es", "at": "de", "tw": "zh", "cz": "cs", "dk": "da",
    "se": "sv", "gr": "el", "ua": "uk", "il": "he",
}  # fmt: skip
# Languages whose code is no country's, so that a country can only stand before it (de-en: English, for Germany).
NO_COUNTRY = frozenset("cs da el en he ja ko sv zh".split())
SAME = {"iw": "he", "nb": "no", "nn": "no"}


def language_of_label(label: str) -> str:
    """The language that one part of an address names, as in fr, en-US, jp-ja, zh-hans; "" where it names none."""
    found = LOCALE.match(label)
    if found is None:
        return ""
    first, second = found["first"].lower(), (found["second"] or "").lower()
    if not second:
        code = first if first in PLAIN else COUNTRIES.get(first, "")
    elif second in NO_COUNTRY and first not in NO_COUNTRY:
        code = second
    else:
        code = next((code for code, known in ((first, PLAIN), (second, CODES), (first, CODES)) if code in known), "")
    return SAME.get(code, code)


def address_language(url: str) -> str:
    """The language that a page's address names: in its host, one of its first two parts, its file or a parameter."""
    parts = urlsplit(url)
    labels = (parts.hostname or "").split(".")
    if len(labels) > 2 and (language := language_of_label(labels[0])):
        return language
    for key, value in parse_qsl(parts.query):
        if PARAMETER.match(key) and (language := language_of_label(value)):
            return language
    return path_language(parts.path) or ""


def path_language(path: str) -> str | None:
    """The language that the first parts of a path name, as in /fr/products, /en-us/ or /de/en/ (country, language)."""
    segments = path.strip("/").split("/")[:2]
    first = language_of_label(segments[0])
    second = language_of_label(segments[1]) if len(segments) > 1 else ""
    # A country may stand before the language (/us/en/, /de/fr/) and then says nothing of it.
    if (
        second
        and first not in NO_COUNTRY
        and (first or re.fullmatch(r"[a-z]{2}|global|int|intl|international|eu|europe|world", segments[0], re.I))
    ):
        return second
    return first or None
