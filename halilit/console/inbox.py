"""Needs attention: the facts of now beside what is remembered of them; taking note, and keeping the memory true."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from .facts import Fact, facts
from .models import Problem
from .telling import Told, tell


@dataclass(frozen=True)
class Entry:
    """One problem as staff see it."""

    fact: Fact
    told: Told
    problem: Problem | None  # what is remembered, where it was met before

    @property
    def is_noted(self) -> bool:
        """Somebody has taken note of this very occurrence."""
        one = self.problem
        return one is not None and one.gone_at is None and one.noted_mark == self.fact.mark

    @property
    def since(self) -> datetime | None:
        remembered = self.problem.found_at if self.problem and self.problem.gone_at is None else None
        return self.fact.at or remembered


def entries() -> list[Entry]:
    """All that holds now, read live: nothing is written."""
    known = {(row.kind, row.key): row for row in Problem.objects.select_related("noted_by")}
    return [Entry(fact, tell(fact), known.get((fact.kind.value, fact.key))) for fact in facts()]


def opened() -> list[Entry]:
    return [entry for entry in entries() if not entry.is_noted]


def open_count() -> int:
    """From memory, at most a minute old: one cheap query for every page of the staff."""
    return Problem.objects.filter(gone_at=None).exclude(noted_mark=F("mark")).count()


def take_note(*, kind: str, key: str, mark: str, user: Any) -> bool:
    """Somebody knows of it. It comes back when it recurs. False: it is no longer so, or has become another."""
    fact = next((one for one in facts() if (one.kind, one.key, one.mark) == (kind, key, mark)), None)
    if fact is None:
        return False
    with transaction.atomic():
        row = remember(fact)
        row.noted_mark, row.noted_at, row.noted_by = mark, timezone.now(), user
        row.save(update_fields=["noted_mark", "noted_at", "noted_by"])
    return True


def take_back(*, kind: str, key: str) -> bool:
    rows = Problem.objects.filter(kind=kind, key=key).exclude(noted_mark="")
    return bool(rows.update(noted_mark="", noted_at=None, noted_by=None))


def remember(fact: Fact) -> Problem:
    """The fact's row, as it is now. What had gone and is back is new again."""
    now = timezone.now()
    first = {"mark": fact.mark, "found_at": fact.at or now, "about": fact.brand.name if fact.brand else ""}
    row, made = Problem.objects.get_or_create(kind=fact.kind.value, key=fact.key, defaults=first)
    if not made and (row.gone_at is not None or row.mark != fact.mark):
        if row.gone_at is not None:
            row.noted_mark, row.told_mark, row.noted_at, row.noted_by = "", "", None, None
        row.mark, row.found_at, row.gone_at = fact.mark, fact.at or now, None
        row.save()
    return row


def refresh() -> list[Problem]:
    """Bring the memory up to date, once a minute by the default cluster. Returns the rows of all that holds."""
    found = facts()
    with transaction.atomic():
        rows = [remember(fact) for fact in found]
        held = [row.pk for row in rows]
        Problem.objects.filter(gone_at=None).exclude(pk__in=held).update(gone_at=timezone.now())
    return rows


def past(limit: int = 10) -> list[Problem]:
    """What was wrong and is well again, latest first."""
    return list(Problem.objects.exclude(gone_at=None).select_related("noted_by").order_by("-gone_at")[:limit])
