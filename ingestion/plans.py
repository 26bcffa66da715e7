"""Visits by plan: starting what is due, setting aside what keeps failing, and quiet hours."""

import logging
from datetime import datetime, time
from typing import Any

from django.utils import timezone

from catalog.models import Brand

from .clock import quiet_until
from .models import IngestionRun, RunState, VisitPlan, WorkerState
from .plan_models import FAILURES, FIRST_ASIDE, LONGEST_ASIDE, Priority

logger = logging.getLogger(__name__)
CHOSEN = ("every_hours", "cron", "priority", "quiet_from", "quiet_until")  # by staff
COUNTED = ("failures", "set_aside_until", "set_aside_reason", "set_aside_error")
NEVER_FAILED: dict[str, Any] = {"failures": 0, "set_aside_until": None, "set_aside_reason": "", "set_aside_error": {}}


def plan_of(brand: Brand) -> VisitPlan:
    """The brand's plan; where it has none, one that plans nothing, not yet saved."""
    return VisitPlan.objects.filter(brand=brand).first() or VisitPlan(brand=brand)


def change_plan(
    brand: Brand,
    *,
    every_hours: int | None = None,
    cron: str = "",
    priority: int = Priority.NORMAL,
    quiet_from: time | None = None,
    quiet_until: time | None = None,
) -> VisitPlan:
    """Raises ValidationError, by field."""
    old = VisitPlan.objects.filter(brand=brand).first()
    plan = old or VisitPlan(brand=brand)
    plan.every_hours, plan.cron, plan.priority = every_hours, " ".join(cron.split()), priority
    plan.quiet_from, plan.quiet_until = quiet_from, quiet_until
    plan.full_clean(validate_unique=False, exclude=["brand"])
    plan.save(update_fields=[*CHOSEN, "planned_as", "next_at"] if old else None)  # a run may count a failure meanwhile
    return plan


def claim_due() -> list[Brand]:
    """Brands whose time has come, each given to one of those who ask at the same time; the next visit is planned."""
    now = timezone.now()
    due = []
    for plan in VisitPlan.objects.filter(next_at__lte=now).select_related("brand"):
        rows = VisitPlan.objects.filter(pk=plan.pk, next_at=plan.next_at)
        if rows.update(next_at=plan.following(now)) and plan.brand.active and not plan.is_set_aside:
            due.append(plan.brand)
    return due


def note_end(run: IngestionRun) -> None:
    """Count failures in a row; after some of them the brand is set aside for a growing time."""
    plans = VisitPlan.objects.filter(brand=run.brand)
    if run.state == RunState.COMPLETED:
        plans.exclude(failures=0).update(**NEVER_FAILED)
    if run.state != RunState.FAILED:
        return
    plan, _ = VisitPlan.objects.get_or_create(brand=run.brand)
    plan.failures += 1
    if plan.failures >= FAILURES:
        wait = min(FIRST_ASIDE * 2 ** min(plan.failures - FAILURES, 20), LONGEST_ASIDE)
        plan.set_aside_until = timezone.now() + wait
        plan.set_aside_reason, plan.set_aside_error = run.last_error, run.error
        logger.warning("%s failed %s times in a row; it is set aside for %s", run.brand, plan.failures, wait)
    plan.save(update_fields=COUNTED)  # staff may change the rest meanwhile


def release(brand: Brand) -> bool:
    """Visit a brand by itself again. False: it was not set aside."""
    plans = VisitPlan.objects.filter(brand=brand).exclude(set_aside_until=None)
    return bool(plans.update(**NEVER_FAILED))


def quiet_for(run: IngestionRun, now: datetime) -> float:
    """Seconds that are left of the brand's quiet hours or everybody's; 0 outside them, or if it is urgent."""
    if run.priority == Priority.URGENT:
        return 0.0
    hours = [*VisitPlan.objects.filter(brand=run.brand_id).values_list("quiet_from", "quiet_until")]
    hours += WorkerState.objects.values_list("quiet_from", "quiet_until")
    ends = [end for each in hours if (end := quiet_until(each, now))]
    return max(((end - now).total_seconds() for end in ends), default=0.0)
