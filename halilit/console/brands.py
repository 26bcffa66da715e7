"""Each brand in one line: when it was read last, how many of its products have a manual, and how it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db.models import Max
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Brand, Document, DocumentState, Product
from catalog.totals import counted, with_manual
from ingestion.models import ACTIVE_STATES, IngestionRun, IngestionStatus, RunState, VisitPlan

from . import charts

OLD = 30  # days; what was read longer ago is not fresh at all
# Up to so many days ago, and what that is called.
AGES = (
    (1, gettext_lazy("within a day")),
    (7, gettext_lazy("within a week")),
    (OLD, gettext_lazy("within a month")),
    (10**6, gettext_lazy("longer ago")),
)
# What a table shows of a brand.
SHOWN = (
    *("name", "slug", "website", "visit_plan__next_at", "visit_plan__set_aside_until"),
    *(f"ingestion_status__{name}" for name in ("state", "percent", "last_error", "error", "run_id")),
)


@dataclass(frozen=True)
class Standing:
    """How a brand stands, in figures: what the charts draw of all of them, and their order."""

    pk: int
    name: str
    state: str  # of its last run, "" where there was none
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
    def coverage_bar(self) -> SafeString:
        return charts.bar(self.percent or 0, tone="accent" if (self.percent or 0) >= 50 else "warn")

    @property
    def freshness_bar(self) -> SafeString:
        """Full today, empty a month later."""
        share = 100 - 100 * (self.days or 0) / OLD
        return charts.bar(max(share, 2), tone="good" if share > 50 else "warn")

    @property
    def turn(self) -> int:
        """At work first, then failed, then read, then never read."""
        if not self.state:
            return 3
        return 0 if self.state in ACTIVE_STATES else 1 if self.state == RunState.FAILED else 2


@dataclass(frozen=True)
class Line:
    """A brand with how it stands, for a table."""

    brand: Brand
    standing: Standing

    @property
    def status(self) -> IngestionStatus | None:
        return getattr(self.brand, "ingestion_status", None)

    @property
    def plan(self) -> VisitPlan | None:
        return getattr(self.brand, "visit_plan", None)


def standings(only: Brand | None = None) -> list[Standing]:
    """Of all active brands, in their order, or of one. Five queries, and each row of them is a few figures."""
    of_brand = {"brand": only} if only else {}
    products = Product.objects.filter(gone_since=None, hidden=False, **of_brand)
    documents = Document.objects.filter(gone_since=None, hidden=False, state=DocumentState.STORED, **of_brand)
    counts = {"products": counted(products), "with_manual": with_manual(only), "documents": counted(documents)}
    ends = IngestionRun.objects.filter(state=RunState.COMPLETED, only=[], **of_brand).order_by()
    read_at = dict(ends.values_list("brand").annotate(at=Max("finished_at")))
    wanted = Brand.objects.filter(pk=only.pk) if only else Brand.objects.filter(active=True)
    rows = wanted.order_by(Lower("name")).values_list("pk", "name", "ingestion_status__state")
    found = [
        Standing(
            pk, name, state or "", read_at.get(pk), **{name: numbers.get(pk, 0) for name, numbers in counts.items()}
        )
        for pk, name, state in rows
    ]  # fmt: skip
    return sorted(found, key=attrgetter("turn"))


def lines(found: Sequence[Standing]) -> list[Line]:
    """These brands for a table. One query."""
    rows = Brand.objects.select_related("ingestion_status", "visit_plan").only(*SHOWN)
    known = rows.in_bulk([standing.pk for standing in found])
    return [Line(known[standing.pk], standing) for standing in found if standing.pk in known]


@dataclass(frozen=True)
class Share:
    """A part of all brands, for the charts' legend and table."""

    name: Any
    count: int


def ages(found: Sequence[Standing]) -> list[Share]:
    """How many brands were read how long ago."""
    counts = [0] * len(AGES)
    for one in found:
        if one.days is not None:
            counts[next(place for place, (limit, _name) in enumerate(AGES) if one.days < limit)] += 1
    never = sum(one.read_at is None for one in found)
    return [*(Share(name, count) for (_limit, name), count in zip(AGES, counts, strict=True)), Share(_("never"), never)]


def charts_of(found: Sequence[Standing]) -> dict[str, Any]:
    """Coverage by brand, best first, and how fresh brands are."""
    known = sorted((one for one in found if one.products), key=lambda one: -(one.percent or 0))
    fresh = ages(found)
    products = sum(one.products for one in known)
    having = sum(one.with_manual for one in known)
    coverage = _("%(have)d of %(all)d products have a manual") % {"have": having, "all": products}
    told = ", ".join(f"{share.name}: {share.count}" for share in fresh)
    heights = [[one.percent or 0, 100 - (one.percent or 0)] for one in known]
    return {
        "coverage_said": coverage,
        "coverage_chart": charts.columns(heights, said=coverage, tones=("accent", "line")) if known else "",
        "ages": fresh,
        "ages_chart": charts.columns([[share.count] for share in fresh], said=told, tones=("accent",)),
    }
