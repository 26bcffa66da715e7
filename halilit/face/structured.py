"""What pages are about in the words of schema.org, for search engines."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.models import Document, DocumentKind, Product

MOST_VALUES = 40  # specifications of a product


def of_product(request: HttpRequest, product: Product) -> dict[str, Any]:
    """A product got by catalog.queries.product_in_full. No price: the site sells nothing."""
    said: dict[str, Any] = {
        "@type": "Product",
        "name": product.name,
        "brand": {"@type": "Brand", "name": product.brand.name},
        "url": request.build_absolute_uri(product.get_absolute_url()),
        "description": product.description[:1000],
        "sku": product.sku,
        "category": product.family.name if product.family else "",
        "image": [request.build_absolute_uri(picture.file.url) for picture in product.pictures[:6]],  # type: ignore[attr-defined]
        "additionalProperty": [
            {"@type": "PropertyValue", "name": row.label, "value": row.value}
            for row in list(product.specifications.all())[:MOST_VALUES]
        ],
        "subjectOf": [
            {"@type": "DigitalDocument", "name": paper.title, "url": request.build_absolute_uri(_address(paper))}
            for paper in _papers(product)
        ],
    }
    return {name: value for name, value in said.items() if value}


def _papers(product: Product) -> list[Document]:
    """Its documents apart from its own page; instead of a duplicate, what it repeats."""
    each = (link.document.duplicate_of or link.document for link in product.papers[:20])  # type: ignore[attr-defined]
    return list({paper.pk: paper for paper in each if paper.kind != DocumentKind.PRODUCT_PAGE}.values())


def of_trail(request: HttpRequest, steps: Iterable[Any]) -> dict[str, Any]:
    """Brands, then each step: a record with a name or title and an address; empty ones are left out."""
    trail = [(_("Brands"), reverse("catalog:brands")), *((str(step), _address(step)) for step in steps if step)]
    elements = [
        {"@type": "ListItem", "position": n, "name": name, "item": request.build_absolute_uri(address)}
        for n, (name, address) in enumerate(trail, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": elements}


def _address(step: Any) -> str:
    return str(step.get_absolute_url())


def of_questions(rows: Iterable[Any]) -> dict[str, Any]:
    """Questions that staff answered themselves."""
    return {
        "@type": "FAQPage",
        "mainEntity": [
            {
                "@type": "Question",
                "name": row.question,
                "acceptedAnswer": {"@type": "Answer", "text": row.answer},
            }
            for row in rows
        ],
    }
