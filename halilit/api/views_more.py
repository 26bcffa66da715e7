"""Products and documents of all brands, open to read, page by page."""

from datetime import datetime
from typing import Any, Literal, TypeVar

from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Router
from ninja.responses import codes_4xx

from catalog.models import Document, DocumentKind, Lifecycle, Product, ProductDocument

from . import paging, queries
from .schemas import Problem
from .schemas_more import DocumentDetail, DocumentPage, PageTexts, ProductPage, ProductWithBrand
from .views_catalog import Words, document_out, product_out

router = Router(tags=["catalogue"])
States = Literal["", *Lifecycle.values]  # type: ignore[valid-type]
Kinds = Literal["", *DocumentKind.values]  # type: ignore[valid-type]
Row = TypeVar("Row", Product, Document)


def products() -> QuerySet[Product]:
    links = ProductDocument.objects.filter(document__gone_since=None, document__hidden=False)
    rows = Product.objects.filter(gone_since=None, hidden=False).select_related("brand", "family")
    return rows.prefetch_related("specifications", Prefetch("productdocument_set", links, to_attr="links"))


def documents() -> QuerySet[Document]:
    return Document.objects.filter(queries.STORED).select_related("brand")


def of_brand(rows: QuerySet[Row], name: str) -> QuerySet[Row]:
    """Of the brand that is so called, or of all where none is named. Raises Http404."""
    return rows.filter(brand=queries.brand_named(name)) if name.strip() else rows


def with_brand(product: Product) -> dict[str, Any]:
    return product_out(product) | {"brand": product.brand.name}


def document_numbered(document_id: int) -> Document:
    found = documents().filter(pk=document_id).first()
    if found is None:
        raise Http404(_("No document has the number %(id)s. /api/documents lists them.") % {"id": document_id})
    return found


@router.get("/products", response={200: ProductPage, codes_4xx: Problem})
def list_products(
    request: HttpRequest,
    brand: Words = "",
    q: Words = "",
    lifecycle: States = "",
    changed_since: datetime | None = None,
    cursor: paging.Cursor = "",
    limit: paging.Size = 50,
) -> dict[str, Any]:
    """Products of all brands, in the order in which they were found. `q` is a part of the name, or the whole SKU;
    `changed_since` leaves out what has not changed from then on."""
    rows = of_brand(products(), brand)
    if q.strip():
        rows = rows.filter(Q(name__icontains=q.strip()) | Q(sku__iexact=q.strip()))
    if lifecycle:
        rows = rows.filter(lifecycle=lifecycle)
    if changed_since:
        since = queries.aware(changed_since)
        rows = rows.filter(Q(changed_at__gte=since) | Q(first_seen__gte=since))
    items, following = paging.page(rows, by="pk", cursor=cursor, limit=limit)
    return {"items": [with_brand(product) for product in items], "next": following}


@router.get("/products/{int:product_id}", response={200: ProductWithBrand, codes_4xx: Problem})
def get_product(request: HttpRequest, product_id: int) -> dict[str, Any]:
    """One product with its specifications and documents."""
    product = products().filter(pk=product_id).first()
    if product is None:
        raise Http404(_("No product has the number %(id)s. /api/products lists them.") % {"id": product_id})
    return with_brand(product)


@router.get("/documents", response={200: DocumentPage, codes_4xx: Problem})
def list_documents(
    request: HttpRequest,
    brand: Words = "",
    kind: Kinds = "",
    language: Words = "",
    changed_since: datetime | None = None,
    cursor: paging.Cursor = "",
    limit: paging.Size = 50,
) -> dict[str, Any]:
    """Documents of all brands, in the order in which they were found."""
    rows = of_brand(documents(), brand)
    for field, value in (("kind", kind), ("language", language.strip())):
        rows = rows.filter(**{field: value}) if value else rows
    if changed_since:
        rows = rows.filter(changed_at__gte=queries.aware(changed_since))
    items, following = paging.page(rows, by="pk", cursor=cursor, limit=limit)
    return {"items": [document_out(document) for document in items], "next": following}


@router.get("/documents/{int:document_id}", response={200: DocumentDetail, codes_4xx: Problem})
def get_document(request: HttpRequest, document_id: int) -> dict[str, Any]:
    """One document, and the products that it covers."""
    document = document_numbered(document_id)
    covered = ProductDocument.objects.filter(document=document, product__gone_since=None, product__hidden=False)
    return document_out(document) | {"products": list(covered.values_list("product_id", flat=True))}


@router.get("/documents/{int:document_id}/pages", response={200: PageTexts, codes_4xx: Problem})
def document_pages(
    request: HttpRequest, document_id: int, cursor: paging.Cursor = "", limit: paging.Size = 20
) -> dict[str, Any]:
    """The text of a document's pages, as search and answers read it."""
    rows = document_numbered(document_id).pages.all()
    items, following = paging.page(rows, by="number", cursor=cursor, limit=limit)
    return {"items": items, "next": following}
