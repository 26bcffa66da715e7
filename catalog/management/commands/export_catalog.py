"""`manage.py export_catalog BRAND`: a brand's catalogue as JSON lines."""

import json
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog.models import Brand, Document, DocumentKind, Product
from catalog.services import UnknownBrand, find_brand


class Command(BaseCommand):
    help = "Print a brand's products, then its documents, one JSON object a line."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("brand", help="name or slug of the brand")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            brand = find_brand(options["brand"])
        except UnknownBrand as problem:
            raise CommandError(str(problem)) from problem
        for record in [*products(brand), *documents(brand)]:
            self.stdout.write(json.dumps(record, ensure_ascii=False))


def products(brand: Brand) -> Iterator[dict[str, Any]]:
    rows = brand.products.select_related("family").prefetch_related("specifications", "documents", "media")
    for product in rows.filter(gone_since=None, hidden=False).order_by("pk"):
        yield product_record(product)


def product_record(product: Product) -> dict[str, Any]:
    return {
        "type": "product",
        "url": product.page_url,
        "known_from": product.known_from,
        "name": product.name,
        "sku": product.sku,
        "gtin": product.gtin,
        "price": None if product.price is None else str(product.price),
        "currency": product.currency,
        "family": product.family.name if product.family else "",
        "description": product.description,
        "lifecycle": product.lifecycle,
        "specs": [{"section": s.section, "label": s.label, "value": s.value} for s in product.specifications.all()],
        "documents": [
            {"url": d.url, "title": d.title, "kind": d.kind, "state": d.state}
            for d in product.documents.all()
            if d.kind != DocumentKind.PRODUCT_PAGE and (not d.hidden or d.superseded_by_id)
        ],
        "images": [m.url for m in product.media.all()],
    }


def documents(brand: Brand) -> Iterator[dict[str, Any]]:
    rows: Any = (
        Document.objects.filter(brand=brand, gone_since=None, hidden=False).prefetch_related("products").order_by("pk")
    )
    for document in rows:
        yield {
            "type": "document",
            "url": document.url,
            "title": document.title,
            "kind": document.kind,
            "language": document.language,
            "pages": document.page_count,
            "state": document.state,
            "products": [product.name for product in document.products.all()],
        }
