"""Reads for the API. The number of queries of each is constant, whatever its rows."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet, Sum
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import Brand, Document, DocumentState, Product, ProductDocument
from catalog.queries import brands_with_counts
from ingestion.models import ACTIVE_STATES, IngestionRun, IngestionStatus
from rag import fts

STORED = Q(gone_since=None, hidden=False, state=DocumentState.STORED)


def aware(moment: datetime) -> datetime:
    """A moment without a zone is one of Israel."""
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def brand_named(name: str) -> Brand:
    """The brand of this name (in any case) or slug. Raises Http404 with what to do."""
    name = name.strip()
    brand = Brand.objects.filter(Q(name__iexact=name) | Q(slug=name)).first()
    if brand is None:
        raise Http404(_("No brand is called “%(name)s”. /api/brands lists their names.") % {"name": name})
    return brand


def brands(q: str = "") -> QuerySet[Brand]:
    rows = brands_with_counts().select_related("ingestion_status")
    return rows.filter(name__icontains=q) if q else rows


def brand_with_counts(brand_id: int) -> Brand:
    brand = brands().filter(pk=brand_id).first()
    if brand is None:
        raise Http404(_("No brand has the number %(id)s. /api/brands lists them.") % {"id": brand_id})
    return brand


def families(brand: Brand) -> list[dict[str, Any]]:
    shown = Count("products", filter=Q(products__gone_since=None, products__hidden=False))
    rows = brand.families.annotate(shown=shown).values_list("id", "name", "slug", "shown")
    return [dict(zip(("id", "name", "slug", "products"), row, strict=True)) for row in rows]


def products(brand: Brand, q: str = "") -> QuerySet[Product]:
    documents = ProductDocument.objects.filter(document__gone_since=None, document__hidden=False)
    rows = (
        brand.products.filter(gone_since=None, hidden=False)
        .select_related("brand", "family")
        .prefetch_related("specifications", Prefetch("productdocument_set", documents, to_attr="links"))
    )
    rows = rows.order_by("name", "pk")
    return rows.filter(Q(name__icontains=q) | Q(sku__iexact=q)) if q else rows


def stats() -> dict[str, Any]:
    """Totals, and products and documents by brand: four queries that read indexes."""
    all_brands = list(Brand.objects.values("id", "name", "slug", "active"))
    documents, kinds, pages = Counter[int](), Counter[str](), 0
    stored = Document.objects.filter(STORED).order_by().values_list("brand", "kind")
    for brand_id, kind, n, pages_of in stored.annotate(n=Count("pk"), pages_of=Sum("page_count")):
        documents[brand_id] += n
        kinds[kind] += n
        pages += pages_of or 0
    shown = Product.objects.filter(gone_since=None, hidden=False).order_by()
    products = dict(shown.values_list("brand").annotate(n=Count("pk")))
    return {
        "brands": len(all_brands),
        "active_brands": sum(brand["active"] for brand in all_brands),
        "brands_with_documents": len(documents),
        "products": sum(products.values()),
        "documents": documents.total(),
        "pages": pages,
        "passages": fts.row_count(fts.CHUNKS),
        "documents_by_kind": dict(kinds),
        "by_brand": [
            {**brand, "products": products.get(brand["id"], 0), "documents": documents[brand["id"]]}
            for brand in all_brands
        ],
    }


def recent_documents() -> QuerySet[Document]:
    return Document.objects.filter(STORED).select_related("brand").order_by("-fetched_at", "-pk")


def run_numbered(run_id: int) -> IngestionRun:
    """Raises Http404 with what to do."""
    run = IngestionRun.objects.select_related("brand").filter(pk=run_id).first()
    if run is None:
        raise Http404(_("No run has the number %(id)s. /api/ingestion/status names the latest ones.") % {"id": run_id})
    return run


def ingestion(brand: str = "") -> tuple[int, list[IngestionStatus]]:
    """How many brands are being scraped, and the state of each brand that ever was, active ones first."""
    rows = IngestionStatus.objects.exclude(state="").select_related("brand").order_by("-updated_at")
    if brand:
        rows = rows.filter(brand=brand_named(brand))
    listed = sorted(rows, key=lambda row: row.state not in ACTIVE_STATES)
    return sum(row.is_active for row in listed), listed
