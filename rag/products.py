"""Finds products by what they are called.

Written in SQL: these run at every letter that somebody types, and building a query object costs more than its rows.
"""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection

from catalog.models import Product
from catalog.naming import fold, model_key, model_numbers

from . import rows
from .candidates import Scope
from .query import Question
from .words import is_stop, question_words

MOST_WORDS = 12
MOST_PRODUCTS = 48
MOST_CHOICES = 8
SHORTEST_NAME = 3  # letters of a name that several products may share


class Named(NamedTuple):
    """A product by what it is called."""

    pk: int
    name: str
    key: str


def products(question: Question, scope: Scope, *, of_brand: Sequence[str] = ()) -> list[Named]:
    """Products whose model key has every word, or the whole text: `225` finds MPK225. Best first.

    `of_brand` are words that name the brand within the scope: alone they find what the brand has.
    """
    words = [word for word in question_words(question.english) if not is_stop(word)][:MOST_WORDS]
    wanted = [word for word in words if word not in of_brand]
    if not words or (not wanted and scope.brand_id is None):
        return []
    whole = model_key("".join(wanted))
    spellings = [_spellings(question, word) for word in wanted]
    keys = [[key for form in forms if (key := model_key(form))] for forms in spellings]
    ways = [way for way in ([[whole]] if whole else [], keys) if way and all(way)]
    found = _named("model_key", ways, scope)
    if not found:  # names are read in full only for words that keys leave out
        found = _named("lower(name)", [spellings], scope, "model_key = '' AND" if all(keys) else "")
    return sorted(found, key=lambda one: _order(one, whole, wanted))


def _spellings(question: Question, word: str) -> list[str]:
    """A word, and what it was meant to be where no document knows it."""
    guesses = [option.stems for term in question.terms if term.guessed and term.text == word for option in term.options]
    return [word, *("".join(guess) for guess in guesses)]


def _named(column: str, ways: Sequence[Sequence[Sequence[str]]], scope: Scope, only: str = "") -> list[Named]:
    """Products whose column has, in one of the ways, one spelling of every part. By key, only the index is read."""
    if not ways or scope.kind or scope.language:  # products have neither
        return []
    either, values = [], list[int | str]()
    for way in ways:
        either.append(" AND ".join(f"({' OR '.join([_LIKE.format(column)] * len(forms))})" for forms in way) or "1 = 1")
        values += [f"%{_plain(form)}%" for forms in way for form in forms]
    own, owned = scope.of_products()
    statement = (  # every part is a constant; what people typed is a parameter
        "SELECT p.id, p.name, p.model_key FROM catalog_product p WHERE p.id IN "  # noqa: S608
        f"(SELECT id FROM catalog_product WHERE {only} ({' OR '.join(either)})) "
        f"AND p.gone_since IS NULL AND NOT p.hidden{own} ORDER BY p.id LIMIT {MOST_PRODUCTS}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, *owned])
        return [Named(*row) for row in cursor.fetchall()]


_LIKE = "{} LIKE %s ESCAPE '\\'"


def _plain(text: str) -> str:
    return text.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _order(product: Named, whole: str, words: Sequence[str]) -> tuple[bool, bool, bool, int, str]:
    begins = bool(words) and fold(product.name).startswith(words[0])
    return product.key != whole, not product.key.startswith(whole), not begins, len(product.name), product.name


def fetched(*found: Sequence[Named]) -> list[list[Product]]:
    """Each list with all that a list of products shows, in its order."""
    ids = {one.pk for named in found for one in named}
    by_id = rows.products(ids)
    return [[by_id[one.pk] for one in named if one.pk in by_id] for named in found]


def choices(question: Question, scope: Scope) -> list[Named]:
    """Products that a text names equally well: one is meant, and only its writer knows which.

    `mpk factory reset` fits every MPK; `mpk225 factory reset` fits one.
    """
    scope = Scope(scope.brand_id, family_id=scope.family_id, lifecycle=scope.lifecycle)
    forms = [
        form for form in model_numbers(question.english) if form[0].isalpha() and not form.startswith(("mk", "gen"))
    ]
    names = question.mention.names
    lead = sorted((name for name in names if len(name) >= SHORTEST_NAME), key=lambda name: -names[name])[:1]
    named = _named("model_key", [[[*forms, *lead]]], scope) if forms or lead else []
    for form in sorted(forms, key=len, reverse=True):
        if meant := [one for one in named if form in one.key and form in model_numbers(one.name)]:
            return meant[: MOST_CHOICES + 1]
    return [one for one in named if lead and lead[0] in one.key][: MOST_CHOICES + 1]
