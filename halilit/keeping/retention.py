"""What is let go after its time: records of visits to URLs and of staff's actions, old sessions, failed logins."""

from datetime import timedelta
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from halilit.accounts.models import StaffAction
from halilit.hooks.models import Delivery
from ingestion.models import IngestLog

AT_ONCE = 5_000  # rows a transaction: nobody waits for the writer meanwhile


def let_go() -> dict[str, int]:
    """How many rows went, by what they were. 0 days keep for ever."""
    now = timezone.now()
    gone = {"sessions": remove(Session.objects.filter(expire_date__lt=now))}
    gone["failed logins"] = remove(AccessAttempt.objects.filter(attempt_time__lt=now - timedelta(days=30)))
    gone["messages of webhooks"] = remove(Delivery.objects.filter(created_at__lt=now - timedelta(days=30)))
    if days := settings.LOG_DAYS:
        gone["log entries"] = remove(IngestLog.objects.filter(created_at__lt=now - timedelta(days=days)))
    if days := settings.AUDIT_DAYS:
        gone["staff actions"] = remove(StaffAction.objects.filter(at__lt=now - timedelta(days=days)))
    return gone


def remove(rows: QuerySet[Any]) -> int:
    count = 0
    while keys := list(rows.order_by().values_list("pk", flat=True)[:AT_ONCE]):
        count += rows.model._default_manager.filter(pk__in=keys).delete()[0]
    return count
