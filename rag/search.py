"""What the search page shows for a text: products, documents and passages."""

from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Q

from catalog.models import Brand, Document, Product
from catalog.naming import fold, model_key

from . import fts
from .candidates import Scope
from .lookup import passages, ranked_within
from .models import IndexedDocument
from .passage import Passage
from .query import Question, understand
from .stems import phrase, stems
from .words import is_stop, question_words

MOST_PRODUCTS = 12
MOST_DOCUMENTS = 12
LOOKED_AT = 200  # documents
LEAST_SHARE = 0.5  # of the words' worth that a document's names must have


@dataclass(frozen=True)
class SearchResults:
    """Best first. `total` counts what is shown; `question` says how the text was understood."""

    question: Question
    products: list[Product] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)

    @property
    def total(self) -> int:
        return len(self.products) + len(self.documents) + len(self.passages)


def search(
    text: str, *, brand: Brand | None = None, kind: str = "", language: str = "", limit: int = 20
) -> SearchResults:
    """Everything that fits a text. `brand`, `kind` and `language` are strict; products have no kind or language."""
    question = understand(text, unfinished=True)
    found = ranked_within(question, Scope(brand.pk if brand else None, None, kind, language))
    return SearchResults(
        question=question,
        products=_products(question, brand) if not kind and not language else [],
        documents=_documents(question, brand, kind, language),
        passages=passages(found, limit),
    )


def _products(question: Question, brand: Brand | None) -> list[Product]:
    """Products whose name has every word, or whose model key has the whole text: `225` finds MPK225."""
    words = [word for word in question_words(question.english) if not is_stop(word)][:12]
    if not words:
        return []
    named = Q()
    for word in words:
        named &= Q(name__icontains=word) | Q(model_key__contains=model_key(word)) | Q(brand__name__iexact=word)
    if key := model_key("".join(words)):
        named |= Q(model_key__contains=key)
    products = Product.objects.filter(named, gone_since=None, hidden=False).select_related("brand", "family")
    if brand:
        products = products.filter(brand=brand)
    found = sorted(products[: MOST_PRODUCTS * 4], key=lambda product: (_begins(product, words), len(product.name)))
    return found[:MOST_PRODUCTS]


def _begins(product: Product, words: list[str]) -> bool:
    return not fold(product.name).startswith(words[0])


def _documents(question: Question, brand: Brand | None, kind: str, language: str) -> list[Document]:
    """Documents about what the text names."""
    worth = {**question.mention.names, **question.mention.numbers}
    if not worth:
        return []
    matching = " OR ".join(phrase([part]) for part in worth)
    table = fts.DOCUMENTS.name
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT rowid FROM {table} WHERE {table} MATCH %s ORDER BY rank LIMIT {LOOKED_AT}",  # noqa: S608
            [matching],
        )
        order = {pk: place for place, (pk,) in enumerate(cursor.fetchall())}
    documents = Document.objects.filter(pk__in=order).select_related("brand")
    if brand:
        documents = documents.filter(brand=brand)
    if kind:
        documents = documents.filter(kind=kind)
    if language:
        documents = documents.filter(language=language)
    shares = _shares(worth, list(order))
    found = [document for document in documents if shares.get(document.pk, 0) >= LEAST_SHARE]
    return sorted(found, key=lambda document: (-shares[document.pk], order[document.pk]))[:MOST_DOCUMENTS]


def _shares(worth: dict[str, float], ids: list[int]) -> dict[int, float]:
    """How much of the words' worth each document's names have, 0 to 1."""
    total = sum(worth.values())
    rows = IndexedDocument.objects.filter(pk__in=ids).values_list("pk", "names", "model_numbers")
    return {
        pk: sum(value for part, value in worth.items() if part in {*stems(names), *stems(numbers)}) / total
        for pk, names, numbers in rows
    }
