"""Which products and brands a question names, in its own words: what a follow-up takes over, or puts in its place."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from catalog.models import Brand, Product
from catalog.naming import NO_NAME, UNITS, fold, model_key

from . import fts
from .abstain import MARK, MODEL
from .stems import stem_all
from .vocabulary import frequencies
from .words import is_stop

TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+'’/]*(?:-[A-Za-z0-9.+]+)*")
WRITTEN_MARK = re.compile(r"(?<=[a-z0-9])(?:mk|gen)(\d)")
# What a title says behind the name: `APC mini - User Guide`.
KIND = re.compile(
    r"\W*\b(?:(?:user|owner.?s?|quick\s?start|reference|instruction)\W+)?(?:guide|manual)\b.*$", re.IGNORECASE
)
LONGEST = 6  # words of a name
SHORTEST_KEY = 4  # letters of a name without a number
RARE = 0.03  # of the documents: a capitalised word of fewer titles than this names something
FEW = 3
ABBREVIATED = 5  # letters


@dataclass(frozen=True)
class Named:
    """A run of the question's text, from `start` to `end`, that names something. `brand` is set where it is a brand.

    Not `known`: it is written like a model (`GT-1000`), and no title or product has it.
    """

    text: str
    start: int
    end: int
    brand: Brand | None = None
    known: bool = True

    @property
    def key(self) -> str:
        return model_key(self.text)


def named(text: str) -> list[Named]:
    """What the question names, in its order, none within another."""
    runs = _runs(text)
    known = _known({run.key for run in runs})
    brands = {model_key(brand.name): brand for brand in Brand.objects.filter(active=True).only("pk", "name", "slug")}
    found = [run for run in runs if run.key in known or run.key in brands]
    found += _rare(text, found)
    kept: list[Named] = []
    for run in (*sorted(found, key=lambda one: (one.start - one.end, one.start)), *_like_models(text)):
        if all(run.end <= other.start or run.start >= other.end for other in kept):
            kept.append(replace(run, brand=brands.get(run.key)))
    return sorted(kept, key=lambda one: one.start)


def spoken_of(names: Iterable[Named]) -> list[str]:
    """Of what a text names, what it is about: models of ours before others' and before names of programs or sockets."""
    ours = [one for one in names if one.brand is None]
    known = [one for one in ours if one.known]
    if any(_has_digit(one.key) for one in known):
        known = [one for one in known if _has_digit(one.key) or " " in one.text]
    return [one.text for one in known or ours]


def _has_digit(key: str) -> bool:
    return any(sign.isdigit() for sign in key)


def _like_models(text: str) -> list[Named]:
    """Whatever is written like a model: others' models too make a question stand for itself."""
    matches = (match for match in MODEL.finditer(text) if not MARK.fullmatch(match.group()))
    return [Named(match.group(), match.start(), match.end(), known=False) for match in matches]


def product_named(name: str, brand: Brand | None = None) -> Product | None:
    """The one product that a name means; None where it fits none or several."""
    key = model_key(name)
    rows = Product.objects.filter(gone_since=None, hidden=False).select_related("brand")
    rows = rows.filter(brand=brand) if brand else rows
    if not key:
        return None
    for fitting in (rows.filter(model_key=key), rows.filter(model_key__contains=key)):
        some = list(fitting[:2])
        if len(some) == 1:
            return some[0]
    return None


def without_kind(title: str) -> str:
    """A document's title without what kind of document it is."""
    return KIND.sub("", title)


def is_known(name: str) -> bool:
    """Whether titles of documents or names of products know it as one model."""
    return bool(_known({model_key(name)}))


def _runs(text: str) -> list[Named]:
    """Every run of words that may be a name: it neither begins nor ends with a word that names nothing."""
    tokens = [_trimmed(match) for match in TOKEN.finditer(text)]
    runs = []
    for first in range(len(tokens)):
        for last in range(first, min(first + LONGEST, len(tokens))):
            start, end = tokens[first][0], tokens[last][1]
            words = [fold(text[begin:stop]) for begin, stop in tokens[first : last + 1]]
            if "\n" in text[start:end] or re.search(r"[,;:?!()]|\.\s", text[start:end]):
                break
            if not (_is_empty(words[0]) or _is_empty(words[-1])):
                runs.append(Named(text[start:end], start, end))
    return runs


def _is_empty(word: str) -> bool:
    return word in NO_NAME or word in UNITS or is_stop(word)


def _trimmed(match: "re.Match[str]") -> tuple[int, int]:
    """Without a full stop or a possessive at its end."""
    word = re.sub(r"(?:['’]s?|[.+/])+$", "", match.group())
    return match.start(), match.start() + len(word)


def _known(keys: Iterable[str]) -> set[str]:
    """Keys that are a model number of some document's title, or the whole name of a product."""
    wanted = sorted({key for key in keys if len(key) > 1 and any(sign.isalpha() for sign in key)})
    numbered = [key for key in wanted if _has_digit(key)]
    # The `mk` of a mark is often left out: MPK mini mk4 is MPK mini IV.
    forms = [(key, form) for key in numbered for form in {key, WRITTEN_MARK.sub(r"\1", key)}]
    parts = stem_all([form for _key, form in forms])
    counts = frequencies(parts, fts.DOCUMENTS) if parts else {}
    known = {key for (key, _form), part in zip(forms, parts, strict=True) if counts.get(part)}
    plain = [key for key in wanted if len(key) >= SHORTEST_KEY]
    return known | set(Product.objects.filter(model_key__in=plain).values_list("model_key", flat=True))


def _rare(text: str, found: Iterable[Named]) -> list[Named]:
    """Capitalised words that few titles have, one run together; the first word only where all of it is capitals."""
    tokens = [(begin, end) for begin, end in map(_trimmed, TOKEN.finditer(text)) if text[begin].isupper()]
    tokens = [(begin, end) for begin, end in tokens if begin or text[:end].isupper()]
    tokens = [(begin, end) for begin, end in tokens if not _is_empty(fold(text[begin:end]))]
    tokens = [one for one in tokens if not any(each.start <= one[0] < each.end for each in found)]
    parts = stem_all([fold(text[begin:end]) for begin, end in tokens])
    counts = frequencies(parts, fts.DOCUMENTS) if parts else {}
    most = max(FEW, RARE * fts.row_count(fts.DOCUMENTS)) if parts else 0
    runs: list[tuple[int, int]] = []
    for (begin, end), part in zip(tokens, parts, strict=True):
        if not 0 < counts.get(part, 0) <= most:
            continue
        if runs and not text[runs[-1][1] : begin].strip():
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((begin, end))
    # A single `MIDI` or `USB` is a kind of thing.
    named_so = ((begin, end) for begin, end in runs if not (text[begin:end].isupper() and end - begin <= ABBREVIATED))
    return [Named(text[begin:end], begin, end) for begin, end in named_so]
