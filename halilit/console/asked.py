"""What people asked of late and what came of it, day by day."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

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
    """Oldest first, days without a question too. One query."""
    today = timezone.localdate()
    first = today - timedelta(days=days - 1)
    rows = Answer.objects.filter(created_at__gte=timezone.now() - timedelta(days=days)).order_by()
    good: Counter[date] = Counter()
    bad: Counter[date] = Counter()
    for at, state, abstained in rows.values_list("created_at", "state", "abstained"):
        (good if state == AnswerState.DONE and not abstained else bad)[timezone.localdate(at)] += 1
    every = (first + timedelta(days=n) for n in range(days))
    return [Day(day, good[day], bad[day]) for day in every]


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
