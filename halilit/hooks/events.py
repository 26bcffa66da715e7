"""What happened since, read from what is: each event's rows become messages, once for each webhook.

Nothing has to remember to tell: whatever process did it, the rows say so. What is older than OF_LATE is not told any
more, and what happened before a webhook was made never is.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from catalog.models import Change, ChangeKind
from ingestion.models import IngestionRun, RunState
from rag.models import Answer, AnswerState

from .models import Delivery, Event, Webhook

OF_LATE = timedelta(days=1)
RATED_WITHIN = timedelta(days=7)  # of the question
SETTLED = timedelta(seconds=10)  # by then, whoever was writing beside has committed
A_MESSAGE = 100  # documents
MESSAGES = 50  # of documents, in one go

KINDS = {
    ChangeKind.NEW: Event.DOCUMENT_NEW,
    ChangeKind.BACK: Event.DOCUMENT_NEW,
    ChangeKind.VERSION: Event.DOCUMENT_CHANGED,
    ChangeKind.TEXT: Event.DOCUMENT_CHANGED,
    ChangeKind.GONE: Event.DOCUMENT_GONE,
}
Told = tuple[Event, str, dict[str, Any]]  # the event, the occurrence, and what is said of it


def address(path: str) -> str:
    return urljoin(settings.ADDRESS, path)


def runs(since: datetime) -> Iterator[Told]:
    """A cancelled one is neither: somebody wanted it so."""
    names = {RunState.COMPLETED: Event.RUN_FINISHED, RunState.FAILED: Event.RUN_FAILED}
    for run in IngestionRun.objects.filter(finished_at__gte=since, state__in=names).select_related("brand"):
        said = {"run": run.pk, "brand": run.brand.name, "state": run.state, "error": run.last_error}
        said |= {"finished_at": run.finished_at.isoformat() if run.finished_at else None, "counters": run.counters}
        yield names[RunState(run.state)], str(run.pk), said | {"url": address(f"/staff/runs/{run.pk}/")}


def asked(answer: Answer) -> dict[str, Any]:
    return {
        "question": answer.question,
        "language": answer.language,
        "brand": answer.brand.name if answer.brand else None,
        "product": answer.product.name if answer.product else None,
        "asked_at": answer.created_at.isoformat(),
        "url": address(answer.get_absolute_url()),
    }


def unanswered(since: datetime) -> Iterator[Told]:
    rows = Answer.objects.filter(created_at__gte=since, abstained=True, state=AnswerState.DONE)
    for answer in rows.select_related("brand", "product"):
        yield Event.UNANSWERED, str(answer.pk), asked(answer)


def low_rated(since: datetime) -> Iterator[Told]:
    since -= RATED_WITHIN - OF_LATE
    for answer in Answer.objects.filter(created_at__gte=since, feedback__lt=0).select_related("brand", "product"):
        yield Event.LOW_RATED, str(answer.pk), asked(answer) | {"reason": answer.reason, "comment": answer.comment}


SOURCES: list[Callable[[datetime], Iterator[Told]]] = [runs, unanswered, low_rated]


def collect() -> int:
    """Write down what is to be told. Returns how many messages are new."""
    made = 0
    for hook in Webhook.objects.filter(active=True):
        since = max(hook.created_at, timezone.now() - OF_LATE)
        told = [one for source in SOURCES for one in source(since) if one[0] in hook.events]
        made += write(hook, told) + documents(hook)
    return made


def write(hook: Webhook, told: list[Told]) -> int:
    """What is written down already stays as it is."""
    known = set(
        Delivery.objects.filter(webhook=hook, about__in=[about for _, about, _ in told]).values_list("event", "about")
    )
    new = [Delivery(webhook=hook, event=event, about=about, data=data) for event, about, data in told
           if (event.value, about) not in known]  # fmt: skip
    Delivery.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def documents(hook: Webhook) -> int:
    """Changes of documents since the last look, many in one message: a first scrape finds hundreds."""
    now = timezone.now()
    unseen = Change.objects.filter(pk__gt=hook.seen_change)
    # Not beyond the first that is not settled: numbers and moments may be in another order by a hair.
    unsettled = unseen.filter(at__gte=now - SETTLED).aggregate(first=Min("pk"))["first"]
    rows = unseen.filter(at__gte=now - OF_LATE, **({"pk__lt": unsettled} if unsettled else {}))
    found = list(rows.select_related("brand", "document").order_by("pk")[: A_MESSAGE * MESSAGES])
    if not found:
        return 0
    wanted: dict[tuple[Event, int], list[Change]] = {}
    for change in found:
        event = KINDS.get(ChangeKind(change.kind)) if change.document_id else None
        if event and event in hook.events:
            wanted.setdefault((event, change.brand_id), []).append(change)
    told = [
        (event, f"{part[0].pk}-{part[-1].pk}", said_of(part))
        for (event, _brand), changes in wanted.items()
        for part in (changes[n : n + A_MESSAGE] for n in range(0, len(changes), A_MESSAGE))
    ]
    with transaction.atomic():  # or what is told would be told again, in messages of other numbers
        made = write(hook, told)
        Webhook.objects.filter(pk=hook.pk, seen_change__lt=found[-1].pk).update(seen_change=found[-1].pk)
    return made


def said_of(changes: list[Change]) -> dict[str, Any]:
    return {
        "brand": changes[0].brand.name,
        "documents": [
            {
                "document": change.document_id,
                "title": change.subject,
                "kind": change.document.kind if change.document else None,
                "change": change.kind,
                "at": change.at.isoformat(),
                "url": address(change.document.get_absolute_url()) if change.document else None,
            }
            for change in changes
        ],
    }
