"""What people asked of late and what came of it, day by day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, F, Func, IntegerField, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from rag.models import Answer, AnswerState

from . import charts

DAYS = 14


@dataclass(frozen=True)
class Day:
    day: date
    answered: int
    not_answered: int

    @property
    def asked(self) -> int:
        return self.answered + self.not_answered


def by_day(days: int = DAYS) -> list[Day]:
    """Oldest first, days without a question too. One query, which counts in the database."""
    today = timezone.localdate()
    every = [today - timedelta(days=n) for n in range(days)]  # newest first, as `day_of` looks
    good = Count("pk", filter=Q(state=AnswerState.DONE, abstained=False))
    rows = Answer.objects.filter(created_at__gte=begin_of(every[-1])).order_by()
    counted = rows.values_list(DayOf("created_at", [*map(begin_of, every)])).annotate(good=good, n=Count("pk"))
    numbers = {number: (answered, n - answered) for number, answered, n in counted}
    return [Day(day, *numbers.get(number, (0, 0))) for number, day in reversed([*enumerate(every)])]


def begin_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


class DayOf(Func):
    """The number of the first of these moments, latest first, that a time has reached.

    What `Case` does, in one piece: a `When` for each day would take longer to put together than the rows to count.
    """

    def __init__(self, name: str, moments: Sequence[datetime]) -> None:
        super().__init__(F(name), output_field=IntegerField())
        self.moments = moments

    def as_sql(self, compiler: Any, connection: Any, *_more: Any, **_kept: Any) -> tuple[str, tuple[Any, ...]]:
        at, given = compiler.compile(self.get_source_expressions()[0])
        steps = " ".join(f"WHEN {at} >= %s THEN {number}" for number in range(len(self.moments)))
        limits = (connection.ops.adapt_datetimefield_value(moment) for moment in self.moments)
        return f"CASE {steps} END", tuple(each for limit in limits for each in (*given, limit))


def of_late() -> dict[str, Any]:
    days = by_day()
    asked, answered = sum(day.asked for day in days), sum(day.answered for day in days)
    said = _("Questions in %(days)d days: %(asked)d, of which %(answered)d were answered") % {
        "days": DAYS, "asked": asked, "answered": answered,
    }  # fmt: skip
    return {
        "days": days,
        "asked": asked,
        "answered": answered,
        "not_answered": asked - answered,
        "asked_chart": charts.columns([[day.answered, day.not_answered] for day in days], said=said),
    }
