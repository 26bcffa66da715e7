"""Search over products, documents and passages."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router
from ninja.responses import codes_4xx
from pydantic import StringConstraints

from catalog.models import Document, DocumentKind, Product
from rag import retrieve, visitors
from rag.intent import NAMES

from . import queries
from .auth import token_of
from .problems import TooOften
from .schemas import Problem, SearchOut
from .views_catalog import Words

router = Router(tags=["search and answers"])
Asked = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Kind = Literal["", *DocumentKind.values]  # type: ignore[valid-type]
Language = Annotated[str, Query(pattern=r"^([a-z]{2,3})?$")]


def found_product(product: Product) -> dict[str, Any]:
    return {"id": product.pk, "name": product.name, "brand": product.brand.name, "url": product.get_absolute_url()}


def found_document(document: Document) -> dict[str, Any]:
    own = {"id": document.pk, "title": document.title, "kind": document.kind}
    return own | {"brand": document.brand.name, "url": document.get_absolute_url()}


def page_url(document_id: int, page: int) -> str:
    return f"{Document(pk=document_id).get_absolute_url()}#page-{page}"


def found_passage(passage: retrieve.Passage) -> dict[str, Any]:
    own = {
        field: getattr(passage, field)
        for field in ("kind", "language", "page", "last_page", "heading", "text", "score")
    }
    return own | {
        "document": passage.document_id,
        "title": passage.document_title,
        "brand": passage.brand_name,
        "url": page_url(passage.document_id, passage.page),
    }


@router.get("/search", response={200: SearchOut, codes_4xx: Problem})
def search(
    request: HttpRequest,
    q: Asked,
    brand: Words = "",
    kind: Kind = "",
    language: Language = "",
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
) -> dict[str, Any]:
    """What fits a text, best first. `brand` is a name or slug; `language` that of the documents."""
    if not token_of(request) and (too_often := visitors.search_refusal(request)):
        raise TooOften(too_often.message, too_often.seconds)
    within = queries.brand_named(brand) if brand else None
    results = retrieve.search(q, brand=within, kind=kind, language=language, literal=NAMES, limit=limit)
    return {
        "query": q,
        "total": results.total,
        "products": [found_product(product) for product in results.products],
        "documents": [found_document(document) for document in results.documents],
        "passages": [found_passage(passage) for passage in results.passages],
    }
