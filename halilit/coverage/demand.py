"""How often people asked for each product: questions about it, and questions that name its model."""

from collections import Counter
from datetime import timedelta

from django.db.models import Case, IntegerField, Q, QuerySet, Sum, Value, When
from django.utils import timezone

from catalog.models import Product
from catalog.naming import model_numbers
from rag.models import Answer

DAYS = 365
NEWEST = 3000  # questions that are looked through for models
UNHELPFUL = 2  # a question that was not answered counts as so many


def demand(*, days: int = DAYS) -> Counter[int]:
    """By product: how many questions were about it in so many days; one without a good answer counts twice."""
    recent = Answer.objects.filter(created_at__gte=timezone.now() - timedelta(days=days)).order_by()
    found = Counter(about(recent))
    named: Counter[str] = Counter()
    free = recent.filter(product=None).order_by("-created_at")
    for question, abstained, feedback in free.values_list("question", "abstained", "feedback")[:NEWEST]:
        weight = UNHELPFUL if abstained or feedback < 0 else 1
        named.update(dict.fromkeys(model_numbers(question), weight))
    keys = list(named)
    for start in range(0, len(keys), 500):
        rows = Product.objects.filter(model_key__in=keys[start : start + 500], hidden=False)
        for pk, key in rows.values_list("pk", "model_key"):
            found[pk] += named[key]
    return found


def about(recent: QuerySet[Answer]) -> dict[int, int]:
    bad = Q(abstained=True) | Q(feedback__lt=0)
    weight = Sum(Case(When(bad, then=Value(UNHELPFUL)), default=Value(1), output_field=IntegerField()))
    return dict(recent.exclude(product=None).values_list("product").annotate(n=weight))
