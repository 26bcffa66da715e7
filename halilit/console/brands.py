"""Each brand in one line: when it was read last, how many of its products have a manual, and how it stands."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Brand, Document, DocumentKind, DocumentState, Product, ProductDocument
from ingestion.models import IngestionRun, IngestionStatus, RunState, VisitPlan

from . import charts

HAVE = (DocumentState.STORED, DocumentState.DUPLICATE)
OLD = 30  # days; what was read longer ago is not fresh at all
# Up to so many days ago, and what that is called.
AGES = (
    (1, gettext_lazy("within a day")),
    (7, gettext_lazy("within a week")),
    (OLD, gettext_lazy("within a month")),
    (10**6, gettext_lazy("longer ago")),
)


@dataclass(frozen=True)
class Line:
    brand: Brand
    status: IngestionStatus | None
    plan: VisitPlan | None
    read_at: datetime | None  # when it was last read to the end
    products: int
    with_manual: int
    documents: int

    @property
    def percent(self) -> int | None:
        return self.with_manual * 100 // self.products if self.products else None

    @property
    def days(self) -> float | None:
        return (timezone.now() - self.read_at).total_seconds() / 86_400 if self.read_at else None

    @property
    def is_read(self) -> bool:
        return self.status is not None and bool(self.status.state)

    @property
    def coverage_bar(self) -> SafeString:
        return charts.bar(self.percent or 0, tone="accent" if (self.percent or 0) >= 50 else "warn")

    @property
    def freshness_bar(self) -> SafeString:
        """Full today, empty a month later."""
        share = 100 - 100 * (self.days or 0) / OLD
        return charts.bar(max(share, 2), tone="good" if share > 50 else "warn")


def lines() -> list[Line]:
    """At work first, then failed, then read, then never read. Five queries."""
    products = Product.objects.filter(gone_since=None, hidden=False)
    documents = Document.objects.filter(gone_since=None, hidden=False, state=DocumentState.STORED)
    counts = {"products": counted(products), "with_manual": with_manual(), "documents": counted(documents)}
    ends = IngestionRun.objects.filter(state=RunState.COMPLETED, only=[]).order_by().values_list("brand")
    read_at = dict(ends.annotate(at=Max("finished_at")))
    rows = Brand.objects.filter(active=True).select_related("ingestion_status__run", "visit_plan")
    found = [
        Line(
            brand,
            getattr(brand, "ingestion_status", None),
            getattr(brand, "visit_plan", None),
            read_at.get(brand.pk),
            **{name: numbers.get(brand.pk, 0) for name, numbers in counts.items()},
        )
        for brand in rows.order_by(Lower("name"))
    ]
    return sorted(found, key=turn)


def turn(line: Line) -> int:
    if line.status is None or not line.is_read:
        return 3
    return 0 if line.status.is_active else 1 if line.status.state == RunState.FAILED else 2


def counted(rows: QuerySet[Any]) -> dict[int, int]:
    return dict(rows.order_by().values_list("brand").annotate(n=Count("pk")))


def with_manual() -> dict[int, int]:
    """By brand: products on show that have a manual to read."""
    rows = ProductDocument.objects.filter(
        Q(product__gone_since=None, product__hidden=False),
        document__kind=DocumentKind.MANUAL, document__state__in=HAVE, document__hidden=False,
        document__gone_since=None,
    )  # fmt: skip
    found = rows.order_by().values_list("product__brand").annotate(n=Count("product", distinct=True))
    return dict(found)


@dataclass(frozen=True)
class Share:
    """A part of all brands, for the charts' legend and table."""

    name: Any
    count: int


def ages(found: list[Line]) -> list[Share]:
    """How many brands were read how long ago."""
    counts = [0] * len(AGES)
    for line in found:
        if line.days is not None:
            counts[next(place for place, (limit, _name) in enumerate(AGES) if line.days < limit)] += 1
    never = sum(line.read_at is None for line in found)
    return [*(Share(name, count) for (_limit, name), count in zip(AGES, counts, strict=True)), Share(_("never"), never)]


def charts_of(found: list[Line]) -> dict[str, Any]:
    """Coverage by brand, best first, and how fresh brands are."""
    known = sorted((line for line in found if line.products), key=lambda line: -(line.percent or 0))
    fresh = ages(found)
    products = sum(line.products for line in known)
    having = sum(line.with_manual for line in known)
    coverage = _("%(have)d of %(all)d products have a manual") % {"have": having, "all": products}
    told = ", ".join(f"{share.name}: {share.count}" for share in fresh)
    heights = [[line.percent or 0, 100 - (line.percent or 0)] for line in known]
    return {
        "coverage_said": coverage,
        "coverage_chart": charts.columns(heights, said=coverage, tones=("accent", "line")) if known else "",
        "ages": fresh,
        "ages_chart": charts.columns([[share.count] for share in fresh], said=told, tones=("accent",)),
    }
