"""From a question to ranked passages, and from those to what is shown: the database's part of retrieval."""

from collections.abc import Sequence
from typing import Any

from catalog.models import Document, ProductDocument

from . import fts
from .candidates import THOROUGH, Effort, Scope, candidates
from .models import Chunk
from .passage import Passage
from .query import Question
from .ranking import Candidate, Ranked, rank


def ranked_within(question: Question, scope: Scope, effort: Effort = THOROUGH) -> list[Ranked]:
    """Lexical ranking. Dense neighbours, where a model is configured, join the candidates here."""
    found = candidates(question, scope, effort)
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
    fields = ("pk", "title", "url", "kind", "mime_type", "brand_id", "brand__name", "brand__slug")
    documents = {row[0]: row for row in Document.objects.filter(pk__in=ids).values_list(*fields)}
    names: dict[int, list[str]] = {}
    linked = ProductDocument.objects.filter(document__in=ids).order_by("product__name", "product_id")
    for pk, name in linked.values_list("document_id", "product__name"):
        names.setdefault(pk, []).append(name)
    return [
        _passage(one, documents[pk], tuple(names.get(pk, ())))
        for one in chosen
        if (pk := one.candidate.document_id) in documents
    ]


def _passage(one: Ranked, document: tuple[Any, ...], product_names: tuple[str, ...]) -> Passage:
    found = one.candidate
    pk, title, url, kind, mime_type, brand_id, brand_name, brand_slug = document
    return Passage(
        chunk_id=found.chunk_id,
        document_id=pk,
        document_title=title,
        url=url,
        doc_name=url.removeprefix("file:"),
        kind=kind,
        mime_type=mime_type,
        brand_id=brand_id,
        brand_name=brand_name,
        brand_slug=brand_slug,
        product_names=product_names,
        page=found.page,
        last_page=found.last_page,
        heading=found.heading,
        text=found.text,
        language=found.language,
        score=one.score,
    )
