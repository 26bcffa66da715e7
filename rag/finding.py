"""Finds products and documents by what they are called, for the search page."""

from collections.abc import Sequence

from django.db import connection
from django.db.models import Q, QuerySet

from catalog.models import Document, Product
from catalog.naming import fold, model_key, model_numbers

from . import fts
from .candidates import Scope
from .query import Question
from .stems import known_stems, phrase
from .words import is_stop, question_words

MOST_WORDS = 12
LOOKED_AT = 60  # documents
WEIGHED = 1_500  # documents that have one of the words
LEAD_WORDS = 4
LEAST_SHARE = 0.5  # of the words' worth that a document's names must have
MOST_PRODUCTS = 48
MOST_CHOICES = 8
SHORTEST_NAME = 3  # letters of a name that several products may share


def within(scope: Scope) -> QuerySet[Product]:
    """Products on sale or discontinued that a scope allows; one with a kind or language allows none."""
    products = Product.objects.filter(gone_since=None)
    if scope.kind or scope.language:
        return products.none()
    for field, value in (
        ("brand_id", scope.brand_id),
        ("family_id", scope.family_id),
        ("lifecycle", scope.lifecycle),
    ):
        products = products.filter(**{field: value}) if value else products
    return products


def products(question: Question, scope: Scope, *, of_brand: Sequence[str] = ()) -> list[Product]:
    """Products whose model key has every word, or the whole text: `225` finds MPK225. Best first.

    `of_brand` are words that name the brand within the scope: alone they find what the brand has.
    """
    words = [word for word in question_words(question.english) if not is_stop(word)][:MOST_WORDS]
    wanted = [word for word in words if word not in of_brand]
    if not words or (not wanted and scope.brand_id is None):
        return []
    whole = model_key("".join(wanted))
    spellings = [_spellings(question, word) for word in wanted]
    named = _every([_has("model_key", [key for form in forms if (key := model_key(form))]) for forms in spellings])
    if whole:
        named |= Q(model_key__contains=whole)
    # By key alone first: that reads nothing but the index of keys.
    found = _some(within(scope).filter(pk__in=Product.objects.filter(named).values("pk")))
    if not found:
        found = _some(within(scope).filter(_every([_has("name", forms) for forms in spellings])))
    return sorted(found, key=lambda product: _order(product, whole, wanted))


def _some(found: QuerySet[Product]) -> list[Product]:
    return list(found.defer("description").select_related("brand", "family")[:MOST_PRODUCTS])


def _spellings(question: Question, word: str) -> list[str]:
    """A word, and what it was meant to be where no document knows it."""
    guesses = [option.stems for term in question.terms if term.guessed and term.text == word for option in term.options]
    return [word, *("".join(guess) for guess in guesses)]


def _has(field: str, parts: Sequence[str]) -> Q:
    either = Q()
    for part in parts:
        either |= Q(**{f"{field}__contains" if field == "model_key" else f"{field}__icontains": part})
    return either


def _every(conditions: Sequence[Q]) -> Q:
    both = Q()
    for condition in conditions:
        both &= condition
    return both


def _order(product: Product, whole: str, words: Sequence[str]) -> tuple[bool, bool, bool, int, str]:
    begins = bool(words) and fold(product.name).startswith(words[0])
    key = product.model_key
    return key != whole, not key.startswith(whole), not begins, len(product.name), product.name


def choices(question: Question, scope: Scope) -> list[Product]:
    """Products that a text names equally well: one is meant, and only its writer knows which.

    `mpk factory reset` fits every MPK; `mpk225 factory reset` fits one.
    """
    if scope.kind or scope.language:
        scope = Scope(scope.brand_id, None, "", "", scope.family_id, scope.lifecycle)
    forms = [
        form for form in model_numbers(question.english) if form[0].isalpha() and not form.startswith(("mk", "gen"))
    ]
    for form in sorted(forms, key=len, reverse=True):
        named = [product for product in _with_key(form, scope, MOST_PRODUCTS) if form in model_numbers(product.name)]
        if named:
            return named[: MOST_CHOICES + 1]
    names = question.mention.names
    lead = sorted((name for name in names if len(name) >= SHORTEST_NAME), key=lambda name: -names[name])[:1]
    return [product for name in lead for product in _with_key(name, scope, MOST_CHOICES + 1)]


def _with_key(part: str, scope: Scope, limit: int) -> list[Product]:
    keys = Product.objects.filter(model_key__contains=part).values("pk")
    return list(within(scope).filter(pk__in=keys).defer("description").select_related("brand")[:limit])


def documents(question: Question, scope: Scope, limit: int) -> list[Document]:
    """Documents about what the text names, best first."""
    worth = {**question.mention.names, **question.mention.numbers}
    total = sum(worth.values())
    if not total:
        return []
    rows = _named(sorted(worth, key=lambda part: -worth[part])[:LEAD_WORDS], scope)
    shares = {}
    for pk, names, numbers in rows:
        own = {*known_stems(names), *known_stems(numbers)}
        shares[pk] = sum(value for part, value in worth.items() if part in own) / total
    order = [pk for pk in sorted(shares, key=lambda pk: -shares[pk]) if shares[pk] >= LEAST_SHARE][:limit]
    found = {document.pk: document for document in Document.objects.filter(pk__in=order).select_related("brand")}
    return [found[pk] for pk in order if pk in found]


def _named(parts: Sequence[str], scope: Scope) -> list[tuple[int, str, str]]:
    """Identity, names and model numbers of the documents that have one of the parts, best first."""
    table = fts.DOCUMENTS.name
    where, values = scope.of_documents()
    if scope.language:
        where, values = f"{where} AND d.language = %s", [*values, scope.language]
    statement = (  # every part is a constant; what people typed is a parameter
        "SELECT i.document_id, i.names, i.model_numbers FROM "  # noqa: S608
        f"(SELECT f.rowid AS id, bm25({table}) AS weight FROM {table} f JOIN catalog_document d ON d.id = f.rowid "
        f"WHERE {table} MATCH %s {where} LIMIT {WEIGHED}) found "
        f"JOIN rag_indexeddocument i ON i.document_id = found.id ORDER BY found.weight LIMIT {LOOKED_AT}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [" OR ".join(phrase([part]) for part in parts), *values])
        return cursor.fetchall()
