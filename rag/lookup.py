"""From a question to ranked passages, and from those to what is shown: the database's part of retrieval."""

from collections.abc import Sequence

from catalog.models import Document

from . import fts
from .candidates import Scope, candidates
from .models import Chunk
from .passage import Passage
from .query import Question
from .ranking import Candidate, Ranked, rank


def ranked_within(question: Question, scope: Scope) -> list[Ranked]:
    """Lexical ranking. Dense neighbours, where a model is configured, join the candidates here."""
    found = candidates(question, scope)
    return rank(question, load(found), fts.row_count(fts.CHUNKS)) if found else []


def load(chunk_ids: Sequence[int]) -> list[Candidate]:
    fields = (
        "pk",
        "document_id",
        "page",
        "last_page",
        "language",
        "title",
        "model_numbers",
        "heading",
        "text",
        "mended",
    )
    return [Candidate(*row) for row in Chunk.objects.filter(pk__in=chunk_ids).values_list(*fields)]


def passages(ranked: Sequence[Ranked], limit: int) -> list[Passage]:
    """The first `limit` with their documents' and brands' particulars, in their order."""
    chosen = list(ranked[:limit])
    ids = {one.candidate.document_id for one in chosen}
    documents = {
        document.pk: document
        for document in Document.objects.filter(pk__in=ids).select_related("brand").prefetch_related("products")
    }
    return [
        _passage(one, documents[one.candidate.document_id]) for one in chosen if one.candidate.document_id in documents
    ]


def _passage(one: Ranked, document: Document) -> Passage:
    found = one.candidate
    return Passage(
        chunk_id=found.chunk_id,
        document_id=document.pk,
        document_title=document.title,
        url=document.url,
        doc_name=document.url.removeprefix("file:"),
        kind=document.kind,
        mime_type=document.mime_type,
        brand_id=document.brand_id,
        brand_name=document.brand.name,
        brand_slug=document.brand.slug,
        product_names=tuple(product.name for product in document.products.all()),
        page=found.page,
        last_page=found.last_page,
        heading=found.heading,
        text=found.text,
        language=found.language,
        score=one.score,
    )
