"""What people searched and asked over a time: by day, language, brand and product, and how good the answers were."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import Brand, Product
from rag import search_log
from rag.models import Answer, AnswerState, LoggedSearch

from . import charts

MOST = 10
BY_WEEK_FROM = 45  # days; a longer time is shown by weeks


@dataclass
class Span:
    """A day or a week, and what happened in it."""

    begin: date
    searches: int = 0
    nothing_found: int = 0
    asked: int = 0
    answered: int = 0
    helped: int = 0
    not_helped: int = 0

    @property
    def helpful(self) -> int | None:
        """Percent of the answers that somebody rated."""
        rated = self.helped + self.not_helped
        return self.helped * 100 // rated if rated else None


def searches(wanted: Mapping[str, Any]) -> QuerySet[LoggedSearch]:
    rows = LoggedSearch.objects.filter(searched_at__gte=since(wanted)).order_by()
    if wanted["language"]:
        rows = rows.filter(language=wanted["language"])
    if wanted["brand"]:
        rows = rows.filter(Q(filters__brand=wanted["brand"].slug) | Q(text__icontains=wanted["brand"].name))
    return rows.filter(text__icontains=wanted["q"]) if wanted["q"] else rows


def answers(wanted: Mapping[str, Any]) -> QuerySet[Answer]:
    rows = Answer.objects.filter(created_at__gte=since(wanted)).order_by()
    if wanted["language"]:
        rows = rows.filter(language=wanted["language"])
    if wanted["brand"]:
        rows = rows.filter(Q(brand=wanted["brand"]) | Q(product__brand=wanted["brand"]))
    if wanted["q"]:
        rows = rows.filter(Q(question__icontains=wanted["q"]) | Q(product__name__icontains=wanted["q"]))
    return rows


def since(wanted: Mapping[str, Any]) -> Any:
    return timezone.now() - timedelta(days=wanted["days"])


def spans(wanted: Mapping[str, Any]) -> list[Span]:
    """Oldest first, empty ones too. Two queries."""
    step = 7 if wanted["days"] >= BY_WEEK_FROM else 1
    today = timezone.localdate()
    count = -(-wanted["days"] // step)
    found = [Span(today - timedelta(days=step * n + step - 1)) for n in reversed(range(count))]

    def of(moment: Any) -> Span:
        ago = (today - timezone.localdate(moment)).days // step  # below 0 where the clock was ahead
        return found[max(0, min(count - 1, count - 1 - ago))]

    for at, results in searches(wanted).values_list("searched_at", "results"):
        span = of(at)
        span.searches += 1
        span.nothing_found += results == 0
    for at, state, abstained, feedback in answers(wanted).values_list("created_at", "state", "abstained", "feedback"):
        span = of(at)
        span.asked += 1
        span.answered += state == AnswerState.DONE and not abstained
        span.helped += feedback > 0
        span.not_helped += feedback < 0
    return found


def whole(found: list[Span], name: str) -> int:
    return sum(getattr(span, name) for span in found)


def report(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """All that the page shows."""
    found = spans(wanted)
    totals = {name: whole(found, name) for name in Span.__dataclass_fields__ if name != "begin"}
    rated = totals["helped"] + totals["not_helped"]
    return {
        "spans": found,
        "totals": totals | {"helpful": totals["helped"] * 100 // rated if rated else None},
        "by_week": wanted["days"] >= BY_WEEK_FROM,
        "charts": drawn(found, totals),
        "texts": texts(wanted),
        "failed": failed(wanted),
        "languages": languages(wanted),
        "brands": by_brand(wanted),
        "products": by_product(wanted),
    }


def drawn(found: list[Span], totals: Mapping[str, int]) -> list[tuple[Any, Any, Any]]:
    """Title, chart, and the same in words."""
    searched = _("%(searches)d searches, of which %(nothing_found)d found nothing") % totals
    asked = _("%(asked)d questions, of which %(answered)d were answered") % totals
    rated = _("%(helped)d answers helped, %(not_helped)d did not") % totals
    parts = (
        (_("Searches"), searched, [[s.searches - s.nothing_found, s.nothing_found] for s in found]),
        (_("Questions"), asked, [[s.answered, s.asked - s.answered] for s in found]),
        (_("How good answers were"), rated, [[s.helped, s.not_helped] for s in found]),
    )
    return [(title, charts.columns(columns, said=said), said) for title, said, columns in parts]


def texts(wanted: Mapping[str, Any]) -> list[tuple[str, int, int]]:
    """What was searched for most: text, how often, and how often nothing was found."""
    rows = searches(wanted).values_list("text", "results")
    times: Counter[str] = Counter()
    nothing: Counter[str] = Counter()
    for text, results in rows:
        times[text.lower()] += 1
        nothing[text.lower()] += results == 0
    return [(text, n, nothing[text]) for text, n in times.most_common(MOST)]


def failed(wanted: Mapping[str, Any]) -> list[search_log.Failed]:
    """Texts that found nothing, commonest first, those in both languages' pages once."""
    found: dict[str, search_log.Failed] = {}
    for one in search_log.failed(among=searches(wanted)):
        before = found.get(one.text)
        found[one.text] = before._replace(times=before.times + one.times) if before else one
    return search_log.guessed(sorted(found.values(), key=lambda one: -one.times)[:MOST])


def languages(wanted: Mapping[str, Any]) -> list[tuple[str, int, int]]:
    """By language: searches and questions."""
    searched = Counter(searches(wanted).values_list("language", flat=True))
    asked = Counter(answers(wanted).values_list("language", flat=True))
    return [(code, searched[code], asked[code]) for code in sorted(searched.keys() | asked.keys()) if code]


def by_brand(wanted: Mapping[str, Any]) -> list[tuple[Brand, int, int]]:
    """The brands that were asked about most: how often, and how often without an answer."""
    asked: Counter[int] = Counter()
    missed: Counter[int] = Counter()
    for brand, of_product, abstained in answers(wanted).values_list("brand", "product__brand", "abstained"):
        if pk := of_product or brand:
            asked[pk] += 1
            missed[pk] += abstained
    known = Brand.objects.in_bulk([pk for pk, _n in asked.most_common(MOST)])
    return [(known[pk], n, missed[pk]) for pk, n in asked.most_common(MOST) if pk in known]


def by_product(wanted: Mapping[str, Any]) -> list[tuple[Product, int, int]]:
    asked: Counter[int] = Counter()
    missed: Counter[int] = Counter()
    for pk, abstained in answers(wanted).exclude(product=None).values_list("product", "abstained"):
        assert pk is not None
        asked[pk] += 1
        missed[pk] += abstained
    known = Product.objects.select_related("brand").in_bulk([pk for pk, _n in asked.most_common(MOST)])
    return [(known[pk], n, missed[pk]) for pk, n in asked.most_common(MOST) if pk in known]


def table(wanted: Mapping[str, Any]) -> Iterator[list[Any]]:
    """A row for each day or week, for a spreadsheet."""
    yield [
        _("from"), _("searches"), _("nothing found"), _("questions"), _("answered"), _("helped"), _("did not help"),
    ]  # fmt: skip
    for span in spans(wanted):
        yield [
            span.begin.isoformat(), span.searches, span.nothing_found, span.asked, span.answered, span.helped,
            span.not_helped,
        ]  # fmt: skip
