"""Telling people of problems: by e-mail and by a signed webhook, gathered, outside quiet hours, and never twice.

The webhook's body is JSON, signed with HALILIT_NOTIFY_SECRET as all messages are (halilit.hooks.sending).
"""

import json
import logging
import smtplib
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin

import httpx
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import Max
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from halilit.hooks import sending
from ingestion.clock import quiet_until

from . import inbox
from .inbox import Entry
from .models import Problem

logger = logging.getLogger(__name__)


def untold(entries: list[Entry]) -> list[Entry]:
    """What nobody has been told of yet, and nobody has noted."""
    known = [entry for entry in entries if entry.problem and not entry.is_noted]
    return [entry for entry in known if entry.problem and entry.problem.told_mark != entry.fact.mark]


def is_quiet() -> bool:
    return quiet_until(settings.NOTIFY_QUIET, timezone.now()) is not None if settings.NOTIFY_QUIET else False


def is_too_soon() -> bool:
    """Whether the last message is younger than the time over which problems are gathered."""
    last = Problem.objects.aggregate(last=Max("told_at"))["last"]
    return last is not None and last > timezone.now() - timedelta(minutes=settings.NOTIFY_EVERY)


def notify() -> int:
    """Tell of what is new, in one message. Returns of how many problems; 0 where nothing is told now."""
    if not (settings.NOTIFY_EMAILS or settings.NOTIFY_WEBHOOK) or is_quiet() or is_too_soon():
        return 0
    with translation.override(settings.NOTIFY_LANGUAGE):
        news = untold(inbox.entries())
        if not news or not send(news):
            return 0
    now = timezone.now()
    for entry in news:
        assert entry.problem
        Problem.objects.filter(pk=entry.problem.pk).update(told_mark=entry.fact.mark, told_at=now)
    return len(news)


def send(news: list[Entry]) -> bool:
    """By every way that is set. True where one of them worked: then it is not told again."""
    ways = [mail] * bool(settings.NOTIFY_EMAILS) + [post] * bool(settings.NOTIFY_WEBHOOK)
    worked = False
    for way in ways:
        try:
            way(news)
            worked = True
        except (OSError, smtplib.SMTPException, httpx.HTTPError) as problem:
            logger.warning("Problems could not be told by %s: %s", way.__name__, problem)
    return worked


def mail(news: list[Entry]) -> None:
    n = len(news)
    subject = ngettext("Halilit Support Centre: %d problem", "Halilit Support Centre: %d problems", n) % n
    letter(subject, "console/mail_problems", {"news": news})


def letter(subject: str, template: str, context: dict[str, Any]) -> None:
    """An e-mail of both a text and an HTML part to those whom the settings name."""
    context = context | {"address": settings.ADDRESS.rstrip("/"), "language": translation.get_language()}
    message = EmailMultiAlternatives(subject, render_to_string(f"{template}.txt", context), to=settings.NOTIFY_EMAILS)
    message.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
    message.send()


def post(news: list[Entry]) -> None:
    told = [
        {
            "kind": entry.fact.kind.value,
            "brand": entry.fact.brand.name if entry.fact.brand else None,
            "title": entry.told.title,
            "what": entry.told.what,
            "todo": entry.told.todo,
            "url": urljoin(settings.ADDRESS, entry.told.address),
            "since": entry.since.isoformat() if entry.since else None,
        }
        for entry in news
    ]
    text = " ".join([_("Needs attention") + ":", "; ".join(entry.told.title for entry in news)])
    body = json.dumps({"event": "problems", "text": text, "problems": told}).encode()
    # Whoever sets the environment may name an address within the own network.
    status = sending.post(settings.NOTIFY_WEBHOOK, body, secret=own_secret(), allow_private=True)
    if status >= 300:
        raise OSError(f"{settings.NOTIFY_WEBHOOK} answered with {status}")


def own_secret() -> str:
    return str(settings.NOTIFY_SECRET or settings.SECRET_KEY)
