"""How often people asked for each product: questions and searches about it, and those that name its model."""

from collections import Counter
from datetime import timedelta

from django.db.models import Case, IntegerField, Q, QuerySet, Sum, Value, When
from django.utils import timezone

from catalog.models import Product
from catalog.naming import model_key, model_numbers
from rag.models import Answer, LoggedSearch

DAYS = 365
NEWEST = 3000  # questions, and searches, that are looked through for models
UNHELPFUL = 2  # a question that was not answered, or a search that led nowhere, counts as so many


def demand(*, days: int = DAYS) -> Counter[int]:
    """By product: how many questions and searches were about it in so many days; one without success counts twice."""
    since = timezone.now() - timedelta(days=days)
    recent = Answer.objects.filter(created_at__gte=since).order_by()
    found = Counter(about(recent))
    named: Counter[str] = Counter()
    free = recent.filter(product=None).order_by("-created_at")
    for question, abstained, feedback in free.values_list("question", "abstained", "feedback")[:NEWEST]:
        named.update(dict.fromkeys(model_numbers(question), weight(bad=abstained or feedback < 0)))
    searched = LoggedSearch.objects.filter(searched_at__gte=since).order_by("-searched_at")
    for text, filters, results, clicks in searched.values_list("text", "filters", "results", "clicks")[:NEWEST]:
        worth = weight(bad=not results or not clicks)
        if (product := str(filters.get("product", ""))).isdecimal():
            found[int(product)] += worth
        else:
            named.update(dict.fromkeys({*model_numbers(text), model_key(text)} - {""}, worth))
    return found + of_models(named)


def weight(*, bad: bool) -> int:
    return UNHELPFUL if bad else 1


def of_models(named: Counter[str]) -> Counter[int]:
    """The products that have these model keys, as often as they were named."""
    found: Counter[int] = Counter()
    keys = list(named)
    for start in range(0, len(keys), 500):
        rows = Product.objects.filter(model_key__in=keys[start : start + 500], hidden=False)
        for pk, key in rows.values_list("pk", "model_key"):
            found[pk] += named[key]
    return found


def about(recent: QuerySet[Answer]) -> dict[int, int]:
    bad = Q(abstained=True) | Q(feedback__lt=0)
    times = Sum(Case(When(bad, then=Value(UNHELPFUL)), default=Value(1), output_field=IntegerField()))
    return dict(recent.exclude(product=None).values_list("product").annotate(n=times))
