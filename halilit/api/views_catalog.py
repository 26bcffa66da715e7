"""Brands, products and documents, read-only and open."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router
from ninja.responses import codes_4xx

from catalog.models import Brand, Document, Product

from . import queries
from .schemas import BrandDetail, BrandOut, Brands, BrandStats, Documents, Problem, Products

router = Router(tags=["catalogue"])
Limit = Annotated[int, Query(ge=1, le=200)]
Offset = Annotated[int, Query(ge=0, le=1_000_000)]
Words = Annotated[str, Query(max_length=200)]


def brand_out(brand: Brand) -> dict[str, Any]:
    status = getattr(brand, "ingestion_status", None)
    return {
        **{field: getattr(brand, field) for field in BrandOut.model_fields if hasattr(brand, field)},
        "products": brand.product_count,  # type: ignore[attr-defined]
        "documents": brand.document_count,  # type: ignore[attr-defined]
        "status": status.state if status else "",
    }


def product_out(product: Product) -> dict[str, Any]:
    own = ("id", "name", "slug", "sku", "gtin", "price", "currency", "lifecycle", "successor_name", "description")
    return {
        "page_url": product.page_url,
        **{field: getattr(product, field) for field in own},
        "family": product.family.name if product.family else "",
        "url": product.get_absolute_url(),
        "specifications": list(product.specifications.all()),
        "documents": [link.document_id for link in product.links],  # type: ignore[attr-defined]
    }


def document_out(document: Document) -> dict[str, Any]:
    return {
        **{field: getattr(document, field) for field in ("id", "title", "kind", "language", "fetched_at")},
        "brand": document.brand.name,
        "pages": document.page_count,
        "source": document.url,
        "url": document.get_absolute_url(),
    }


@router.get("/brands", response={200: Brands, codes_4xx: Problem})
def list_brands(request: HttpRequest, q: Words = "", limit: Limit = 200, offset: Offset = 0) -> dict[str, Any]:
    """Active brands by name, with the numbers of their products and documents. `q` is a part of the name."""
    rows = queries.brands(q.strip())
    return {"count": rows.count(), "items": [brand_out(brand) for brand in rows[offset : offset + limit]]}


@router.get("/brands/stats", response={200: BrandStats, codes_4xx: Problem})
def brand_stats(request: HttpRequest) -> dict[str, Any]:
    """Totals, and how much there is of each brand."""
    return queries.stats()


@router.get("/brands/{int:brand_id}", response={200: BrandDetail, codes_4xx: Problem})
def get_brand(request: HttpRequest, brand_id: int) -> dict[str, Any]:
    """One brand with its families."""
    brand = queries.brand_with_counts(brand_id)
    return brand_out(brand) | {"families": queries.families(brand)}


@router.get("/brands/{int:brand_id}/products", response={200: Products, codes_4xx: Problem})
def list_products(
    request: HttpRequest, brand_id: int, q: Words = "", limit: Limit = 50, offset: Offset = 0
) -> dict[str, Any]:
    """Products of a brand by name, with specifications. `q` is a part of the name, or the whole SKU."""
    rows = queries.products(queries.brand_with_counts(brand_id), q.strip())
    return {"count": rows.count(), "items": [product_out(product) for product in rows[offset : offset + limit]]}


@router.get("/documents/recent", response={200: Documents, codes_4xx: Problem})
def recent_documents(request: HttpRequest, limit: Limit = 20, offset: Offset = 0) -> dict[str, Any]:
    """Documents that were read last, newest first."""
    rows = queries.recent_documents()
    return {"count": rows.count(), "items": [document_out(document) for document in rows[offset : offset + limit]]}
