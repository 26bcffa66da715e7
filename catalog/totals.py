"""How much there is by brand. One query each, whatever the number of brands."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from .models import Brand, DocumentKind, DocumentState, ProductDocument

HAVE = (DocumentState.STORED, DocumentState.DUPLICATE)  # there is something to read


def counted(rows: QuerySet[Any]) -> dict[int, int]:
    """By brand: how many of these rows."""
    return dict(rows.order_by().values_list("brand").annotate(n=Count("pk")))


def with_manual(brand: Brand | None = None) -> dict[int, int]:
    """By brand, or of one: products on show that have a manual to read."""
    rows = ProductDocument.objects.filter(
        Q(product__brand=brand) if brand else Q(), product__gone_since=None, product__hidden=False,
        document__kind=DocumentKind.MANUAL, document__state__in=HAVE, document__hidden=False,
        document__gone_since=None,
    )  # fmt: skip
    return dict(rows.order_by().values_list("product__brand").annotate(n=Count("product", distinct=True)))
