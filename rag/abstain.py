"""Decides when the passages do not answer a question, however well some of their words fit.

Each rule is a lack that can be named: nothing of the kind that is asked for, a model that nowhere occurs, something
counted that nobody speaks of, or too little of the question in any one place.
"""

import re
from collections.abc import Sequence

from .expected import Expected
from .passage import Passage
from .query import Question
from .words import is_stop, question_words

# A share of the question's worth, names of products apart, that the best run must hold (docs/answers.md).
LEAST = 0.2
MODEL = re.compile(r"(?<![\w-])(?:[A-Za-z]{1,4}-)?[A-Za-z]{1,8}-?\d{1,5}(?:\.\d)?[A-Za-z]{0,3}(?![\w-])")
MARK = re.compile(r"(?:mk|mark|gen|g|v|ver|usb|midi|windows|win|ios|os|type)\d*", re.IGNORECASE)
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
    if missing_models(question.text, passages):
        return "model"
    if _unknown_counted(question):
        return "counted"
    return "coverage" if coverage < LEAST else ""


def missing_models(text: str, passages: Sequence[Passage]) -> list[str]:
    """Models that the question writes as one word (`EC-1000`, `HS8`) and that no passage mentions."""
    named = [model for model in MODEL.findall(text) if not MARK.fullmatch(model)]
    if not named:
        return []
    everything = " ".join(_all_of(passage) for passage in passages)
    return [model for model in named if not _as_written(model).search(everything)]


def _as_written(model: str) -> re.Pattern[str]:
    """A model however its parts are joined; `118 x 32` is no X32."""
    parts = re.findall(r"[a-z]+|\d+", model.lower().rstrip("s"))
    return re.compile(r"(?<!\d )(?<![^\W_])" + r"[^a-zA-Z0-9]{0,2}".join(parts), re.IGNORECASE)


def _all_of(passage: Passage) -> str:
    return " ".join(
        (
            passage.document_title,
            passage.doc_name,
            passage.heading,
            passage.text,
            passage.brand_name,
            *passage.product_names,
        )
    )


def _unknown_counted(question: Question) -> bool:
    """Whether what is counted (`how many IR slots`) has a word that no document knows."""
    unknown = set(unknown_words(question))
    phrases = (COUNTED_END.sub("", phrase) for phrase in COUNTED.findall(question.text))
    return any(word in unknown for phrase in phrases for word in question_words(phrase))


def unknown_words(question: Question) -> list[str]:
    """Words of the question, besides those that only ask, that neither the index nor the glossary knows."""
    known = {word for term in question.terms for word in term.text.split()}
    return [word for word in question_words(question.text) if word not in known and not is_stop(word)]
