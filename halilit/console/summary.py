"""The week in an e-mail: what people searched, asked and did not find, what was read, and what needs somebody."""

import logging
import smtplib
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from catalog.models import Document, DocumentState
from catalog.shared import cache
from ingestion.models import IngestionRun, RunState
from rag.models import Answer

from . import inbox, insight, notices

logger = logging.getLogger(__name__)
WEEK = {"days": 7, "language": "", "brand": None, "q": ""}
HOUR = 8  # by the site's clock
KEPT = 3 * 86_400  # seconds that it is remembered that a day's summary went out
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def content() -> dict[str, Any]:
    since = timezone.now() - timedelta(days=7)
    runs = IngestionRun.objects.filter(finished_at__gte=since)
    unanswered = Answer.objects.filter(created_at__gte=since, abstained=True).order_by("-created_at")
    return insight.report(WEEK) | {
        "runs_completed": runs.filter(state=RunState.COMPLETED).count(),
        "runs_failed": runs.filter(state=RunState.FAILED).count(),
        "new_documents": Document.objects.filter(first_seen__gte=since, state=DocumentState.STORED).count(),
        "unanswered": [answer.wording for answer in unanswered[:5]],
        "problems": inbox.opened(),
    }


def send() -> bool:
    """False where nobody is named who would get it."""
    if not settings.NOTIFY_EMAILS:
        return False
    with translation.override(settings.NOTIFY_LANGUAGE):
        notices.letter(_("Halilit Support Centre: the week"), "console/mail_week", content())
    return True


def send_if_due() -> str:
    """Once on the day that is set, from the morning on."""
    now = timezone.localtime()
    if DAYS[now.weekday()] != settings.SUMMARY_DAY or now.hour < HOUR:
        return "not due"
    day = f"summary-{now.date()}"
    if not cache.add(day, "sent", KEPT):
        return "sent already"
    try:
        return "sent" if send() else "nobody is named"
    except (OSError, smtplib.SMTPException) as problem:
        cache.delete(day)  # the mail server may be well in an hour
        logger.warning("The week's summary could not be sent: %s", problem)
        return "not sent"
