"""What staff read about runs: which there were, and what became of each URL of one, with the reasons counted."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Brand

from .fates import Stage
from .models import FrontierUrl, IngestionRun, IngestLog, Outcome, RunState, UrlState
from .reasons import OTHER, SENTENCES

MOST_REASONS = 12
MOST_EXPORTED = 50_000  # URLs
# What is compared with the run before, in the order in which it is read.
COMPARED = {
    "discovered": gettext_lazy("Found"),
    "stored": gettext_lazy("Stored"),
    "unchanged": gettext_lazy("Unchanged"),
    "duplicate": gettext_lazy("Duplicates"),
    "skipped": gettext_lazy("Skipped"),
    "failed": gettext_lazy("Failed"),
    "rendered": gettext_lazy("Read in the browser"),
}


@dataclass(frozen=True)
class Wanted:
    """What of a run's log is asked for; whatever is empty is not asked."""

    outcome: str = ""
    stage: str = ""
    code: str = ""
    q: str = ""  # a part of the address


@dataclass(frozen=True)
class Compared:
    """One figure of a run beside that of the brand's run before; `before` is None where there was none."""

    label: str
    now: int
    before: int | None

    @property
    def difference(self) -> str:
        """With its sign; "" where there is none."""
        return "" if self.before is None or self.now == self.before else f"{self.now - self.before:+d}"


def runs(brand: Brand | None = None, state: str = "") -> QuerySet[IngestionRun]:
    """Newest first."""
    rows = IngestionRun.objects.select_related("brand").order_by("-created_at", "-pk")
    rows = rows.filter(brand=brand) if brand else rows
    return rows.filter(state=state) if state else rows


def entries(run: IngestionRun, wanted: Wanted) -> QuerySet[IngestLog]:
    """The settled URLs of a run, newest first."""
    rows = run.log.order_by("-created_at", "-pk")
    for name in ("outcome", "stage", "code"):
        if value := getattr(wanted, name):
            rows = rows.filter(**{name: value})
    return rows.filter(url__icontains=wanted.q) if wanted.q else rows


def outcomes(run: IngestionRun) -> list[tuple[str, str, int]]:
    """Value, name and number of URLs of each outcome."""
    counted = dict(run.log.order_by().values_list("outcome").annotate(n=Count("pk")))
    return [(value, str(name), counted[value]) for value, name in Outcome.choices if value in counted]


def reasons(run: IngestionRun, wanted: Wanted) -> list[tuple[str, str, int]]:
    """The most frequent reasons among what is asked for: code, an example in the page's language, number."""
    rows = entries(run, Wanted(outcome=wanted.outcome, stage=wanted.stage, q=wanted.q)).exclude(code="")
    counted = rows.order_by().values_list("code").annotate(n=Count("pk")).order_by("-n", "code")[:MOST_REASONS]
    return [(code, general(code), n) for code, n in counted]


def general(code: str) -> str:
    """A reason without what it is about in one case."""
    if code == OTHER:
        return _("other reasons")
    sentence = next((known[code] for known in SENTENCES.values() if code in known), code)
    return _(sentence) % Anything() if "%(" in sentence else _(sentence)


class Anything(dict[str, str]):
    """Stands for each detail of a sentence."""

    def __missing__(self, key: str) -> str:
        return "…"


def waiting(run: IngestionRun) -> QuerySet[FrontierUrl]:
    """URLs of an active run that have no fate yet, those next in turn first."""
    return run.urls.filter(state__in=[UrlState.QUEUED, UrlState.FETCHING]).order_by("-state", "rank", "pk")


def before(run: IngestionRun) -> IngestionRun | None:
    """The brand's last run before this one that came to its end. Visits of some pages alone compare with nothing."""
    if run.only:
        return None
    earlier = IngestionRun.objects.filter(brand=run.brand_id, pk__lt=run.pk, state=RunState.COMPLETED, only=[])
    return earlier.order_by("-pk").first()


def compared(run: IngestionRun, earlier: IngestionRun | None) -> list[Compared]:
    return [
        Compared(str(label), run.counters.get(name, 0), earlier.counters.get(name, 0) if earlier else None)
        for name, label in COMPARED.items()
    ]


def table(run: IngestionRun, wanted: Wanted) -> Iterator[list[Any]]:
    """The log as rows for a spreadsheet, headings first."""
    yield [
        _("URL"), _("outcome"), _("stage"), _("HTTP status"), _("reason"), _("duplicate of"), _("milliseconds"),
        _("bytes"), _("time"),
    ]  # fmt: skip
    stages = dict(Stage.choices)
    for entry in entries(run, wanted)[:MOST_EXPORTED].iterator(chunk_size=2000):
        yield [
            entry.url, entry.get_outcome_display(), stages.get(entry.stage, ""), entry.http_status or "",
            entry.said, entry.duplicate_of, entry.milliseconds, entry.size,
            entry.created_at.isoformat(timespec="seconds"),
        ]  # fmt: skip
