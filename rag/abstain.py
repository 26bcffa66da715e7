"""Decides when the passages do not answer a question, however well some of their words fit.

Each rule is a lack that can be named: nothing of the kind that is asked for, a model that nowhere occurs, something
counted that nobody speaks of, or too little of the question in any one place.
"""

import re
from collections.abc import Sequence

from catalog.naming import model_key, model_numbers

from .expected import Expected
from .passage import Passage
from .query import Question
from .words import is_stop, question_words

# A share of the question's worth, names of products apart, that the best run must hold (docs/answers.md).
LEAST = 0.2
LEAST_BESIDE_STRANGER = 0.45  # where it also names somebody or something that no document knows
NAME = re.compile(r"(?<=[\w,] )[A-Z][a-z]{3,}")  # a capital within a sentence
LATIN = re.compile(r"[A-Za-z]{4,}")
MODEL = re.compile(
    r"(?<![\w-])(?:(?:[A-Za-z]{1,4}-)?[A-Za-z]{1,8}-?\d{1,5}(?:\.\d)?[A-Za-z]{0,3}|[A-Z]{1,3}-(?:I{2,3}|IV|VI{0,3}))(?![\w-])"
)
MARKED = re.compile(r"(?P<base>.*[^\W\d_]{2}\d*)(?:mk|gen)(?P<number>[2-9])")
MARK = re.compile(r"(?:mk|mark|gen|g|v|ver|usb|midi|windows|win|ios|os|type)\d*|s\d", re.IGNORECASE)
COUNTED = re.compile(r"\bhow many ((?:[\w-]+ ?){1,3})", re.IGNORECASE)
COUNTED_END = re.compile(
    r"\b(?:has|have|do|does|did|is|are|can|could|will|on|in|at|for|of|with|are|should)\b.*", re.IGNORECASE
)


def lack(
    question: Question, passages: Sequence[Passage], *, kinds: Sequence[Expected], values: set[str], coverage: float
) -> str:
    """What is missing, as a word for the log and the tests; empty where nothing is."""
    if any(kind.decides and kind.name not in values for kind in kinds):
        return "value"
    if missing_models(question.text, passages) or has_other_mark(question.text, passages):
        return "model"
    if _unknown_counted(question):
        return "counted"
    return "coverage" if coverage < (LEAST_BESIDE_STRANGER if _names_stranger(question) else LEAST) else ""


def missing_models(text: str, passages: Sequence[Passage]) -> list[str]:
    """Models that the question writes as one word (`EC-1000`, `HS8`) and that no passage mentions."""
    named = [model for model in MODEL.findall(text) if not MARK.fullmatch(model)]
    if not named:
        return []
    everything = " ".join(_all_of(passage) for passage in passages)
    keys = {number for passage in passages for number in model_numbers(_names_of(passage))}
    return [model for model in named if model_key(model) not in keys and not _as_written(model).search(everything)]


def has_other_mark(text: str, passages: Sequence[Passage]) -> bool:
    """Whether it asks for a `mk3` of what there is as a mk2 or IV alone."""
    asked = [found for number in model_numbers(text) if (found := MARKED.fullmatch(number))]
    if not asked:
        return False
    known = [set(model_numbers(_names_of(passage))) for passage in passages]
    said = " ".join(_all_of(passage) for passage in passages)
    siblings = [(one, numbers) for one in asked if (numbers := _marks_of(one["base"], known))]
    return bool(siblings) and not any(
        one["number"] in numbers or _written_mark(one["number"]).search(said) for one, numbers in siblings
    )


def _marks_of(base: str, known: Sequence[set[str]]) -> set[str]:
    """The numbers of the marks in which titles have a model; none where one has it without."""
    mark = re.compile(rf"{re.escape(base)}(?:mk|gen)?(\d)")
    marks = set[str]()
    for numbers in known:
        own = {found[1] for number in numbers if (found := mark.fullmatch(number))}
        if base in numbers and not own:
            return set()
        marks |= own
    return marks


def _written_mark(number: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:mk|mark|gen|generation)[\s-]?{number}\b", re.IGNORECASE)


def _as_written(model: str) -> re.Pattern[str]:
    """A model however its parts are joined; `118 x 32` is no X32, and no GT-1000 a GT-100."""
    parts = re.findall(r"[a-z]+|\d+", model.lower().rstrip("s"))
    return re.compile(r"(?<!\d )(?<![^\W\d_])" + r"[^a-zA-Z0-9]{0,2}".join(parts) + r"(?!\d)", re.IGNORECASE)


def _all_of(passage: Passage) -> str:
    return " ".join((_names_of(passage), passage.heading, passage.text, passage.brand_name))


def _names_of(passage: Passage) -> str:
    return ", ".join((passage.document_title, passage.doc_name, *passage.product_names))


def _unknown_counted(question: Question) -> bool:
    """Whether what is counted (`how many IR slots`) has a word that no document knows."""
    unknown = set(unknown_words(question))
    phrases = (COUNTED_END.sub("", phrase) for phrase in COUNTED.findall(question.text))
    return any(word in unknown for phrase in phrases for word in question_words(phrase))


def _names_stranger(question: Question) -> bool:
    """A name is written with a capital within a sentence, or in Latin letters within Hebrew."""
    names = LATIN if question.language == "he" else NAME
    return not {name.lower() for name in names.findall(question.text)}.isdisjoint(unknown_words(question))


def unknown_words(question: Question) -> list[str]:
    """Words of the question, besides those that only ask, that neither the index nor the glossary knows."""
    known = {word for term in question.terms for word in term.text.split()}
    return [word for word in question_words(question.text) if word not in known and not is_stop(word)]
