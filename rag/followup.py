"""What a follow-up means: “and its weight?” after a question about one model is a question about that model's weight.

By rule, without a model, in English and Hebrew (rag.followup_words). What it is understood as is shown and can be
refused. A question that names its own product stands for itself, and takes the conversation's scope along.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from catalog.models import Brand, Product
from catalog.naming import UNITS, model_key

from . import followup_words as said
from .named import Named, is_known, named, product_named, spoken_of

MOST_TURNS = 6  # looked back
MARK = re.compile(r"(?:mk|gen)\d+")
NUMBER = re.compile(r"\d+(?:\.\d+)*[A-Za-z]{0,2}")


@dataclass(frozen=True)
class Turn:
    """What was said: the question as it was understood, its scope, and what its first source is about."""

    question: str
    language: str = "en"
    brand: Brand | None = None
    product: Product | None = None
    source_name: str = ""


@dataclass(frozen=True)
class Resolved:
    """`question` is complete. `guessed`: it was only put beside what was spoken of, no rule says how they belong."""

    question: str
    language: str
    brand: Brand | None = None
    product: Product | None = None
    guessed: bool = False


def resolve(question: str, turns: Sequence[Turn], asked: Resolved) -> Resolved:
    """`turns` are the earlier ones, the newest last; `asked` is what the visitor sent, with the scope of the form."""
    if not turns or said.THANKS.fullmatch(question):
        return asked
    last = turns[-1]
    if language := said.only_language(question):
        return replace(asked, question=last.question, language=language, product=last.product, brand=last.brand)
    subjects = _subjects(turns)
    question = said.with_generation(question)
    rest = said.without_opening(question)
    own = [one for one in named(question) if not MARK.fullmatch(one.key)]
    if other := said.same_for(question):
        return _same(next(iter(spoken_of(own)), other), last, subjects, asked)
    if own:
        return _of_its_own(rest, own, last, subjects, asked)
    if not subjects:
        return asked
    if sibling := _sibling(rest, subjects[-1]):
        text, name = sibling
        same = said.is_only(rest, text) or said.ACTION.search(rest)
        if same:
            return _about(said.in_place_of(last.question, subjects[-1], name), name, asked)
        rest = rest.replace(text, said.article(text) + name)
        rest = said.with_subject(rest, subjects)[0] if said.has_pronoun(rest) else rest
        return _about(said.sentence(rest), name, asked)
    if said.says_nothing(rest):
        return replace(asked, question=f"{last.question} {said.sentence(rest)}", guessed=True)
    resolved, guessed = said.with_subject(rest, subjects)
    return replace(asked, question=said.sentence(resolved), guessed=guessed)


def _subjects(turns: Sequence[Turn]) -> list[str]:
    """What is spoken of: of the newest turn that names something, else what its answer was found in."""
    for turn in reversed(turns[-MOST_TURNS:]):
        names = spoken_of(named(turn.question))
        # One word without a number may be a program or a kind of socket: where the answer was found says more.
        vague = all(" " not in name and not NUMBER.search(name) for name in names)
        if names and not (vague and turn.source_name):
            return names
        if turn.product:
            return [turn.product.name]
        if turn.source_name:
            return [turn.source_name]
    return []


def _same(name: str, last: Turn, subjects: Sequence[str], asked: Resolved) -> Resolved:
    """The question before, about another product; its number alone is enough."""
    if subjects and NUMBER.fullmatch(name):
        name = next((each for each in _renumbered(subjects[-1], name) if is_known(each)), name)
    return _about(said.in_place_of(last.question, subjects[-1] if subjects else "", name), name, asked)


def _of_its_own(rest: str, own: Sequence[Named], last: Turn, subjects: Sequence[str], asked: Resolved) -> Resolved:
    """A question that names something: all by itself it is put in the place of what was spoken of."""
    name = next(iter(spoken_of(own)), own[0].text)
    subject = subjects[-1] if subjects else ""
    if said.is_only(rest, name):
        whole = said.in_place_of(last.question, subject, name)
        if own[0].brand:
            return replace(asked, question=whole, brand=own[0].brand, product=None)
        return _about(whole, name, asked)
    new = not any(one.key in {model_key(each) for each in subjects} for one in own)
    if new and subject and said.has_pronoun(rest):
        return _about(said.sentence(said.with_subject(rest, subjects)[0]), name, asked)
    if new and subject and len(own) == 1 and said.compares(rest):
        return _about(said.sentence(said.than(rest, subject)), name, asked)
    return _about(asked.question, name, asked)


def _about(question: str, name: str, asked: Resolved) -> Resolved:
    """With the scope moved along: a product's own scope would hide the other that is asked about."""
    if asked.product is None:
        return replace(asked, question=question)
    key = model_key(name)
    if key and (key in asked.product.model_key or asked.product.model_key in key):
        return replace(asked, question=question)
    other = product_named(name, asked.product.brand)
    return replace(asked, question=question, product=other, brand=asked.product.brand)


def _sibling(rest: str, subject: str) -> tuple[str, str] | None:
    """What stands for another model of the same series (`the 49`, `Gen 1`, `mk2`), and that model's whole name."""
    for match in said.SIBLING.finditer(rest):
        text = match.group("sibling")
        if rest[match.end() :].split()[:1] and rest[match.end() :].split()[0].lower().strip("?.!") in UNITS:
            continue
        names = _renumbered(subject, text)
        known = [name for name in names if is_known(name)]
        if known or (names and said.is_only(rest, match.group())):
            return match.group(), (known or names)[0]
    return None


def _renumbered(subject: str, text: str) -> list[str]:
    """The subject's name with another number or mark: every way that there is."""
    if MARK.fullmatch(model_key(text)):
        marked = re.sub(said.MARKED, text.strip(), subject, count=1, flags=re.IGNORECASE)
        return [marked if marked != subject else f"{subject} {text.strip()}"]
    if not NUMBER.fullmatch(text):
        return []
    return [
        subject[: old.start()] + text + subject[old.end() :]
        for old in NUMBER.finditer(subject)
        if old.group().lower() != text.lower()
    ]
