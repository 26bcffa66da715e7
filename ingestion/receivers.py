"""Connects the queue's signals: a worker that is born looks for runs whose worker has died."""

import itertools
import logging
import threading
import time
from typing import Any

from django.db import connections
from django.db.models.signals import post_migrate
from django.dispatch import receiver
from django_q.signals import post_spawn

logger = logging.getLogger(__name__)
LOOK_EVERY = 1.0  # seconds, for what has its time
LOST_EVERY = 5  # of these looks are for runs that have lost their worker


@receiver(post_spawn)
def watch_over_runs(**_: Any) -> None:
    """A worker that is born looks for runs whose worker has died, and goes on looking while it lives.

    A killed worker is replaced within a second, so its run goes on without waiting for the next minute.
    """
    threading.Thread(target=look_after_runs, name="runs", daemon=True).start()


def look_after_runs() -> None:
    from . import services

    for look in itertools.count():
        try:
            if look % LOST_EVERY == 0:
                services.revive_runs()
            services.wake_runs()
            services.start_planned()
            services.go_on()
        except Exception:
            # Whatever is wrong now may be well in a moment; a worker must not die of it.
            logger.exception("Runs could not be looked after")
        finally:
            connections.close_all()
        time.sleep(LOOK_EVERY)


@receiver(post_migrate)
def schedule_keeper(app_config: Any, **_: Any) -> None:
    if app_config.label != "django_q":
        return
    from django_q.models import Schedule

    Schedule.objects.update_or_create(
        name="keep ingestion",
        defaults={"func": "ingestion.tasks.keep", "schedule_type": Schedule.MINUTES, "minutes": 1, "repeats": -1},
    )
