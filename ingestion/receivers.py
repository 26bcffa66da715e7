"""Connects the queue's signals: a worker that is born looks for runs whose worker has died."""

import logging
from typing import Any

from django.db.models.signals import post_migrate
from django.dispatch import receiver
from django_q.signals import post_spawn

logger = logging.getLogger(__name__)


@receiver(post_spawn)
def look_for_lost_runs(**_: Any) -> None:
    """A killed worker is replaced within a second, so its run goes on without waiting for the next minute."""
    from . import services

    try:
        services.revive_runs()
    except Exception:
        # Whatever is wrong, a worker must be born, or the cluster would bear dying ones for ever; the minute's check
        # finds the lost runs too.
        logger.exception("Lost runs could not be looked for")


@receiver(post_migrate)
def schedule_keeper(app_config: Any, **_: Any) -> None:
    if app_config.label != "django_q":
        return
    from django_q.models import Schedule

    Schedule.objects.update_or_create(
        name="keep ingestion",
        defaults={"func": "ingestion.tasks.keep", "schedule_type": Schedule.MINUTES, "minutes": 1, "repeats": -1},
    )
