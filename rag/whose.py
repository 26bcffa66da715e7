"""Whose a passage is: where a question names a product, what is said of another one does not answer it."""

from collections.abc import Sequence
from dataclasses import replace

from catalog.naming import model_numbers

from .abstain import MARK
from .evidence import Evidence, fit, names_of
from .passage import Passage
from .query import Mention, Question
from .stems import stem_all, stems
from .topic import names_product

LEAST = 0.3  # of the best fit with what the question names, its brand apart
SURE = 0.9  # of what the question names that some document's title must have: else nobody knows what it means


def that_may_answer(question: Question, passages: Sequence[Passage], read: Sequence[Evidence]) -> list[Evidence]:
    """Those in a language that is wanted, and not about another product than the one asked for."""
    return _without_others(question, passages, _in_wanted_language(question, read))


def _in_wanted_language(question: Question, read: Sequence[Evidence]) -> list[Evidence]:
    """Other languages of a manual repeat it, and their words look like others of ours: French drums are `batterie`."""
    wanted = ("", "en", question.language)
    ours = {one.passage.document_id for one in read if one.passage.language in wanted}
    return [one for one in read if one.passage.language in wanted or one.passage.document_id not in ours]


def _without_others(question: Question, passages: Sequence[Passage], read: list[Evidence]) -> list[Evidence]:
    """Those of the product asked for, of its brand in general, or naming it in their text; all of them where the
    question names no product, or none that a title knows."""
    best = max(one.fit for one in read)
    if best < SURE or not names_one(question, passages):
        return read
    brands = {one.passage.brand_name for one in read if one.fit >= SURE}
    model = _without_brands(question, {one.passage.brand_name for one in read})
    least = LEAST * max(fit(model, names_of(one.passage)) for one in read)
    numbers = _known_numbers(model, read)
    return [one for one in read if _may_answer(one.passage, model, brands, least, numbers)]


def _known_numbers(model: Question, read: Sequence[Evidence]) -> set[str]:
    """Model numbers with letters (`fs2`) that the question names and some title has: a pedal that is no FS-2 will not
    do. Where products are compared, their own shares decide."""
    asked = {n for n in model.mention.numbers if any(map(str.isalpha, n)) and any(map(str.isdigit, n))}
    return set() if model.compared else asked & {n for one in read for n in _numbers(one.passage)}


def _numbers(passage: Passage) -> list[str]:
    return stem_all(model_numbers(names_of(passage)))


def _may_answer(passage: Passage, model: Question, brands: set[str], least: float, numbers: set[str]) -> bool:
    is_another = bool(numbers) and numbers.isdisjoint(_numbers(passage))
    if not is_another and fit(model, names_of(passage)) >= least:
        return True
    if fit(model, f"{passage.heading} {passage.text}") >= SURE:
        return True
    return passage.brand_name in brands and _is_general(passage)


def _is_general(passage: Passage) -> bool:
    """Of a brand and no one product of it, such as its page about warranty."""
    return not passage.product_names and not stem_all(model_numbers(passage.document_title))


def _without_brands(question: Question, brands: set[str]) -> Question:
    """The question as it names models: that two are of one brand makes them no more alike."""
    words = {word for brand in brands for word in stems(brand)}
    compared = tuple(_without(mention, words) for mention in question.compared)
    return replace(question, mention=_without(question.mention, words), compared=compared)


def _without(mention: Mention, words: set[str]) -> Mention:
    """Nor do two have more in common for being the second of their kind (`mk2`)."""
    names = {name: worth for name, worth in mention.names.items() if name not in words}
    numbers = {number: worth for number, worth in mention.numbers.items() if not MARK.fullmatch(number)}
    return replace(mention, names=names, numbers=numbers) if names or numbers else mention


def names_one(question: Question, passages: Sequence[Passage]) -> bool:
    """Whether it names a product or a brand: by number, by the brand, or by its words."""
    return names_product(question, passages) or _says_product(question, passages)


def _says_product(question: Question, passages: Sequence[Passage]) -> bool:
    """Whether it has two words or more of one title, and every name that it has; or all words of a product's name."""
    if len(question.mention.names) > 1 and not question.compared:
        return True
    asked = set(stems(question.english))
    names = {name for passage in passages for name in passage.product_names}
    return any(len(words) > 1 and asked.issuperset(words) for words in map(stems, names))
