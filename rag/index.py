"""Keeps passages in step with documents: only what changed is cut again."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.db import transaction
from django.db.models import Count, Max, Prefetch, QuerySet
from django.utils import timezone

from catalog.models import Document, DocumentPage, DocumentState, Product

from . import fts
from .chunk import Cut, PageText, cut, mended
from .languages import common_language, language_of
from .models import ChangedDocument, Chunk, IndexedDocument
from .subject import Subject, subject_of
from .vocabulary import remember

# Part of every fingerprint: a new way of cutting makes all documents stale. Raise it with such a change.
CUTTING = "2"
BATCH = 20  # documents a transaction


def index_documents(document_ids: Iterable[int]) -> int:
    """Bring the passages of these documents up to date; returns how many were cut anew or withdrawn.

    Repeating it does nothing. Documents that are gone, duplicates of others or deleted lose their passages.
    """
    changed = 0
    wanted = list(dict.fromkeys(document_ids))
    for start in range(0, len(wanted), BATCH):
        ids = wanted[start : start + BATCH]
        known = dict(IndexedDocument.objects.filter(pk__in=ids).values_list("pk", "fingerprint"))
        present = {document.pk: document for document in _documents().filter(pk__in=ids)}
        stale = [pk for pk, document in present.items() if known.get(pk) != fingerprint(document)]
        changed += _store([present[pk] for pk in stale]) + _withdraw(known.keys() - present.keys())
    return changed


def index_stale(limit: int | None = None) -> int:
    """Bring up to date whatever differs from its document, at most `limit` documents; returns how many it were."""
    began = timezone.now()
    changed = index_documents(stale_ids(limit))
    if limit is None:
        ChangedDocument.objects.filter(since__lte=began).delete()
    return changed


def stale_ids(limit: int | None = None) -> list[int]:
    """Documents whose passages show another state of them, at most `limit`."""
    known = dict(IndexedDocument.objects.values_list("pk", "fingerprint"))
    gone = known.keys() - set(_present().values_list("pk", flat=True))
    stale: list[int] = list(gone)
    for document in _documents().iterator(chunk_size=500):
        if limit is not None and len(stale) >= limit:
            break
        if known.get(document.pk) != fingerprint(document):
            stale.append(document.pk)
    return stale[:limit]


def index_stale_after(last: int, *, most: int) -> tuple[int, int]:
    """The same for at most so many documents, by their ids behind `last`; the id that it came to, 0 at the end, and how
    many were brought up to date. Whoever goes on from there again and again looks at all in the end."""
    documents = list(_documents().filter(pk__gt=last)[:most])
    end = documents[-1].pk if len(documents) == most else 0
    between = IndexedDocument.objects.filter(pk__gt=last, **({"pk__lte": end} if end else {}))
    known = dict(between.values_list("pk", "fingerprint"))
    stale = [document.pk for document in documents if known.get(document.pk) != fingerprint(document)]
    return end, index_documents([*stale, *(known.keys() - {document.pk for document in documents})])


def index_version() -> str:
    """Changes whenever the index did."""
    state = IndexedDocument.objects.aggregate(latest=Max("indexed_at"), documents=Count("pk"))
    return f"{state['documents']}-{state['latest'].isoformat() if state['latest'] else ''}"


def fingerprint(document: Document) -> str:
    """SHA-256 over all that passages show of a document. Needs `_documents()`' prefetches."""
    return fingerprint_of(document, product_names(document))


def fingerprint_of(document: Document, products: Iterable[str]) -> str:
    """The same of a document whose products are called so."""
    parts = [CUTTING, document.content_hash or _text_hash(document), document.title, document.kind, document.url]
    parts += [document.language, document.brand.name, *products]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def product_names(document: Document) -> list[str]:
    """What the products of a document and of its duplicates are called, in an order that does not tell which was read
    first. Needs `_documents()`' prefetches."""
    products = list(document.products.all())
    for duplicate in document.duplicates.all():
        products += duplicate.products.all()
    others = {alias.name for product in products for alias in product.aliases.all()}
    return list(dict.fromkeys([*sorted(product.name for product in products), *sorted(others)]))


def _present() -> QuerySet[Document]:
    return Document.objects.filter(gone_since=None, hidden=False).exclude(state=DocumentState.DUPLICATE)


def _documents() -> QuerySet[Document]:
    products = Product.objects.filter(hidden=False).only("name").prefetch_related("aliases")
    duplicates = Document.objects.only("pk", "duplicate_of").prefetch_related(Prefetch("products", products))
    return (
        _present()
        .select_related("brand")
        .prefetch_related(Prefetch("products", products), Prefetch("duplicates", duplicates))
        .order_by("pk")
    )


def _text_hash(document: Document) -> str:
    """Stands in where a document came without a content hash."""
    texts = document.pages.order_by("number").values_list("text", flat=True)
    return hashlib.sha256("\f".join(texts).encode()).hexdigest()


def _store(documents: Sequence[Document]) -> int:
    """Cut outside of the transaction: SQLite has one writer, and others wait for it."""
    texts: dict[int, list[DocumentPage]] = {document.pk: [] for document in documents}
    for page in DocumentPage.objects.filter(document__in=documents).order_by("number"):
        texts[page.document_id].append(page)
    prints = {document.pk: fingerprint(document) for document in documents}
    cuts = {document.pk: _cuts(document, texts[document.pk]) for document in documents}
    subjects = {document.pk: _subject(document, texts[document.pk]) for document in documents}
    with transaction.atomic():
        Chunk.objects.filter(document__in=documents).delete()
        IndexedDocument.objects.filter(document__in=documents).delete()
        # Deleted in between by others? Then it has no row to belong to.
        still = set(Document.objects.filter(pk__in=prints).values_list("pk", flat=True))
        chunks = Chunk.objects.bulk_create(
            chunk
            for document in documents
            if document.pk in still
            for chunk in _chunks(document, subjects[document.pk], cuts[document.pk])
        )
        names = {chunk.document_id: f"{chunk.title} {chunk.model_numbers}" for chunk in chunks}
        remember([*names.values(), *(f"{chunk.heading} {chunk.text} {chunk.mended}" for chunk in chunks)])
        indexed = IndexedDocument.objects.bulk_create(
            IndexedDocument(
                document_id=pk,
                fingerprint=prints[pk],
                names=subjects[pk].names,
                model_numbers=subjects[pk].model_numbers,
            )
            for pk in prints
            if pk in still
        )
        fts.index(fts.CHUNKS, [chunk.pk for chunk in chunks])
        fts.index(fts.DOCUMENTS, [state.pk for state in indexed])
    return len(documents)


def _withdraw(ids: Iterable[int]) -> int:
    gone = list(ids)
    if gone:
        with transaction.atomic():
            Chunk.objects.filter(document__in=gone).delete()
            IndexedDocument.objects.filter(document__in=gone).delete()
    return len(gone)


def _cuts(document: Document, pages: Sequence[DocumentPage]) -> list[Cut]:
    read = [PageText(page.number, page.text, _language(document, page)) for page in pages]
    return [replace(found, language=common_language(found.text) or found.language) for found in cut(read)]


def _language(document: Document, page: DocumentPage) -> str:
    """The page's own language decides; a document's language is only its first or its most frequent one."""
    return page.language or language_of(page.text) or document.language


def _subject(document: Document, pages: Sequence[DocumentPage]) -> Subject:
    return subject_of(
        title=document.title,
        url=document.url,
        brand=document.brand.name,
        products=product_names(document),
        pages=[page.text for page in pages],
    )


def _chunks(document: Document, subject: Subject, cuts: Sequence[Cut]) -> Iterable[Chunk]:
    for order, found in enumerate(cuts):
        yield Chunk(
            document=document,
            brand_id=document.brand_id,
            page=found.page,
            last_page=found.last_page,
            order=order,
            language=found.language[:10],
            title=subject.names,
            model_numbers=subject.model_numbers,
            heading=found.heading,
            text=found.text,
            mended=mended(found.text),
        )
