"""Answers that were given before: the same question of the same scope, over the same index, by the same model."""

import hashlib
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from .claims import UNCONFIRMED
from .curated import normalised
from .index import index_version
from .models import Answer, AnswerState

VERSION = 5  # raise it when answers are made otherwise: prompts, checks, choice of sentences


def key_of(answer: Answer) -> str:
    """What two answers have in common of which one may stand for the other."""
    scope = (answer.brand_id, answer.product_id, answer.language)
    model = (settings.LLM, settings.LLM_MODEL, settings.LLM_URL)
    parts = (VERSION, normalised(answer.wording), *scope, index_version(), *model)
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()


def given_before(key: str) -> Answer | None:
    """The newest such answer that is whole, was not made in want of a model, and that nobody disliked."""
    since = timezone.now() - timedelta(days=settings.REUSE_DAYS)
    rows = Answer.objects.filter(reuse_key=key, state=AnswerState.DONE, notice="", created_at__gte=since)
    rows = rows.exclude(text__contains=UNCONFIRMED).exclude(provider="curated")
    if not settings.REUSE_DAYS or rows.filter(feedback__lt=0).exists():
        return None
    return rows.order_by("-created_at").first()
