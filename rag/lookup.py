"""From a question to ranked passages, and from those to what is shown: the database's part of retrieval."""

from collections.abc import Iterable, Mapping, Sequence

from django.db import connection

from catalog.models import Document, ProductDocument

from . import dense, fts
from .candidates import THOROUGH, Effort, Scope, candidates
from .models import Chunk
from .passage import Passage
from .query import Question
from .ranking import Candidate, Ranked, rank
from .rows import documents


def ranked_within(question: Question, scope: Scope, effort: Effort = THOROUGH) -> list[Ranked]:
    """By words, and by meaning where a model is configured and the effort allows for it."""
    found = candidates(question, scope, effort)
    near = dense.neighbours(question, scope, found) if effort.dense else None
    wanted = list(dict.fromkeys([*found, *near.ids])) if near else found
    if not wanted:
        return []
    return rank(question, load(wanted), fts.row_count(fts.CHUNKS), similar=near.similar if near else {})


_LOADED = "id, document_id, page, last_page, language, title, model_numbers, heading, text, mended"


def load(chunk_ids: Sequence[int]) -> list[Candidate]:
    marks = ", ".join(["%s"] * len(chunk_ids))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_LOADED} FROM {Chunk._meta.db_table} WHERE id IN ({marks})", chunk_ids)  # noqa: S608
        return [Candidate(*row) for row in cursor.fetchall()]


def passages(
    ranked: Sequence[Ranked], limit: int, *, known: Mapping[int, Document] | None = None, naming: bool = True
) -> list[Passage]:
    """The first `limit` with their documents' and brands' particulars, in their order.

    `known` are documents that were read already; `naming`: with the names of their documents' products.
    """
    chosen = list(ranked[:limit])
    ids = {one.candidate.document_id for one in chosen}
    of = documents(ids) if known is None else known
    names = _product_names(ids) if naming else {}
    return [
        _passage(one, of[pk], tuple(names.get(pk, ()))) for one in chosen if (pk := one.candidate.document_id) in of
    ]


def _product_names(ids: Iterable[int]) -> dict[int, list[str]]:
    names: dict[int, list[str]] = {}
    linked = ProductDocument.objects.filter(document__in=ids).order_by("product__name", "product_id")
    for pk, name in linked.values_list("document_id", "product__name"):
        names.setdefault(pk, []).append(name)
    return names


def _passage(one: Ranked, document: Document, product_names: tuple[str, ...]) -> Passage:
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
        product_names=product_names,
        page=found.page,
        last_page=found.last_page,
        heading=found.heading,
        text=found.text,
        language=found.language,
        score=one.score,
    )
