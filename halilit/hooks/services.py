"""Making webhooks, and sending a message again."""

from django.db.models import Max, QuerySet
from django.utils import timezone

from catalog.models import Change

from .models import Delivery, DeliveryState, Webhook


def begin(hook: Webhook) -> str:
    """Save a new webhook, which is told of nothing that came before. Returns its secret."""
    secret = hook.renew()
    hook.seen_change = Change.objects.aggregate(last=Max("pk"))["last"] or 0
    hook.save()
    return secret


def renew(hook: Webhook) -> str:
    secret = hook.renew()
    hook.save(update_fields=["salt"])
    return secret


def send_again(rows: QuerySet[Delivery]) -> int:
    """From the first attempt on, within the minute."""
    return rows.update(state=DeliveryState.WAITING, attempts=0, next_at=timezone.now(), problem="", delivered_at=None)
