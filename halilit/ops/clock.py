"""When the clock goes back, what was dated before it did lies in the future: leases would seem alive and schedules
would wait until the clock has caught up. Each worker compares it with the monotonic one, and sets such rows right.

Forward needs nothing of it: leases that seem to be over are taken, and the guarded updates let one of two go on.
"""

import logging
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

if TYPE_CHECKING:
    from ingestion.host_models import Host

logger = logging.getLogger(__name__)
LEAST = 5.0  # seconds; less is what clocks are adjusted by all the time


class Clock:
    """Knows whether the clock has gone back since it was last asked; `unknown`: it may have before."""

    def __init__(self, *, unknown: bool = False) -> None:
        self.offset, self.unknown = self._now(), unknown

    @staticmethod
    def _now() -> float:
        return time.time() - time.monotonic()

    def went_back(self) -> bool:
        before, self.offset = self.offset, self._now()
        unknown, self.unknown = self.unknown, False
        return unknown or before - self.offset > LEAST


def set_right() -> int:
    """Rows that only a clock that was ahead can have written. Returns how many were set to now."""
    from django_otp.plugins.otp_totp.models import TOTPDevice
    from django_q.conf import Conf
    from django_q.models import OrmQ, Schedule

    from ingestion.host_models import Host
    from ingestion.models import HEARTBEAT_TIMEOUT, IngestionRun, WorkerState
    from rag.models import Answer

    now = timezone.now()
    soon = now + timedelta(seconds=LEAST)
    held = now + timedelta(seconds=HEARTBEAT_TIMEOUT + LEAST)
    task = now + timedelta(seconds=Conf.RETRY + LEAST)
    far = [
        schedule.pk
        for schedule in Schedule.objects.filter(schedule_type=Schedule.MINUTES, next_run__gt=now)
        if schedule.next_run > now + timedelta(minutes=schedule.minutes or 1, seconds=5)
    ]
    changed = Schedule.objects.filter(pk__in=far).update(next_run=now)
    changed += OrmQ.objects.filter(lock__gt=task).update(lock=now)
    changed += IngestionRun.objects.filter(heartbeat_at__gt=soon).update(heartbeat_at=now)
    changed += WorkerState.objects.filter(heartbeat_at__gt=soon).update(heartbeat_at=now)
    changed += Host.objects.filter(held_until__gt=held).update(held_until=now)
    # A rest that the host asked for may be as long as it says; any other is of seconds.
    paced = Host.objects.filter(asked_for_rest=False, ready_at__gt=now + timedelta(minutes=1))
    slow = [host.pk for host in paced if host.ready_at and (host.ready_at - now).total_seconds() > 2 * pause(host)]
    changed += Host.objects.filter(pk__in=slow).update(ready_at=now)
    changed += Answer.objects.filter(lease_at__gt=soon).update(lease_at=now)
    changed += TOTPDevice.objects.filter(throttling_failure_timestamp__gt=soon).update(throttling_failure_timestamp=now)
    return changed


def pause(host: "Host") -> float:
    """Seconds between two of its requests."""
    return max(30.0, host.crawl_delay, host.interval)


def look(clock: Clock) -> None:
    if clock.went_back() and (changed := set_right()):
        logger.warning("The clock went back; %d rows were dated after it and are set right", changed)
