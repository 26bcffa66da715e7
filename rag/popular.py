"""What many people ask, and what staff answered for everyone: shown before anything is asked."""

from datetime import timedelta

from django.core.cache import cache
from django.db.models import Count, Max, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from catalog.models import Product

from .models import Answer, AnswerState, CuratedAnswer

PERIOD = timedelta(days=90)
ENOUGH = 3  # conversations that asked it: what one person asked is nobody else's business
KEPT = 600  # seconds
LONGEST = 140  # characters of a question that is offered again


def popular_questions(language: str, limit: int = 4) -> list[str]:
    """Questions about everything that several people asked lately and that were answered, the most asked first."""
    key = f"popular-questions-{language}-{limit}"
    found: list[str] = cache.get_or_set(key, lambda: _asked_often(language, limit), KEPT) or []
    return found


def _asked_often(language: str, limit: int) -> list[str]:
    answered = Answer.objects.filter(created_at__gte=timezone.now() - PERIOD, state=AnswerState.DONE, abstained=False)
    alone = answered.filter(language=language, brand=None, product=None, asked="", feedback__gte=0)
    counted = alone.annotate(said=Lower("question")).values("said")
    often = counted.annotate(n=Count("conversation", distinct=True), spelt=Max("question")).filter(n__gte=ENOUGH)
    wordings = often.order_by("-n", "said").values_list("spelt", flat=True)
    return [wording for wording in wordings[: limit * 3] if len(wording) <= LONGEST][:limit]


def curated_questions(language: str, product: Product | None, limit: int = 6) -> QuerySet[CuratedAnswer]:
    """Answers of staff for a product, or those about no product, in the reader's language."""
    rows = CuratedAnswer.objects.filter(language=language, active=True, needs_review=False, product=product)
    return rows.order_by("-updated_at")[:limit]
