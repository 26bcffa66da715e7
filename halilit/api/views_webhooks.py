"""Webhooks: who is told of what, and what became of each message. For those who may operate the site."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Status
from ninja.errors import HttpError
from ninja.responses import codes_4xx

from halilit.hooks import services
from halilit.hooks.models import Delivery, Webhook
from halilit.models import Scope

from . import paging
from .auth import needs
from .schemas import Problem
from .schemas_webhooks import DeliveryOut, DeliveryPage, WebhookIn, WebhookMade, WebhookPage

router = Router(tags=["webhooks"])
SEES = needs(Scope.OPERATE, "halilit.view_webhook")
ADDS = needs(Scope.OPERATE, "halilit.add_webhook")
REMOVES = needs(Scope.OPERATE, "halilit.delete_webhook")


def webhook_out(hook: Webhook) -> dict[str, Any]:
    own = ("name", "url", "events", "active", "created_at")
    return {"id": hook.pk, **{name: getattr(hook, name) for name in own}}


def delivery_out(row: Delivery) -> dict[str, Any]:
    own = ("event", "state", "attempts", "next_at", "status", "problem", "created_at", "delivered_at", "data")
    return {"id": row.pk, **{name: getattr(row, name) for name in own}}


def webhook_numbered(number: int) -> Webhook:
    found = Webhook.objects.filter(pk=number).first()
    if found is None:
        raise Http404(_("No webhook has the number %(id)s. /api/webhooks lists them.") % {"id": number})
    return found


@router.get("/webhooks", auth=SEES, response={200: WebhookPage, codes_4xx: Problem})
def list_webhooks(request: HttpRequest, cursor: paging.Cursor = "", limit: paging.Size = 50) -> dict[str, Any]:
    """Their secrets are not told again."""
    items, following = paging.page(Webhook.objects.all(), by="pk", cursor=cursor, limit=limit)
    return {"items": [webhook_out(hook) for hook in items], "next": following}


@router.post("/webhooks", auth=ADDS, response={201: WebhookMade, codes_4xx: Problem})
def add_webhook(request: HttpRequest, webhook: WebhookIn) -> Status[dict[str, Any]]:
    """Be told of events from now on. `secret` signs the messages and is shown this once; docs/api.md has an example."""
    made = Webhook(name=webhook.name, url=webhook.url, events=sorted(set(webhook.events)))
    try:
        made.full_clean()
    except ValidationError as problem:
        raise HttpError(422, " ".join(problem.messages)) from None
    secret = services.begin(made)
    return Status(201, webhook_out(made) | {"secret": secret})


@router.delete("/webhooks/{int:webhook_id}", auth=REMOVES, response={204: None, codes_4xx: Problem})
def remove_webhook(request: HttpRequest, webhook_id: int) -> Status[None]:
    """It is told of nothing any more, and its log goes with it."""
    webhook_numbered(webhook_id).delete()
    return Status(204, None)


@router.get("/webhooks/{int:webhook_id}/deliveries", auth=SEES, response={200: DeliveryPage, codes_4xx: Problem})
def list_deliveries(
    request: HttpRequest, webhook_id: int, cursor: paging.Cursor = "", limit: paging.Size = 50
) -> dict[str, Any]:
    """What was sent, newest first, and what came of it."""
    rows = Delivery.objects.filter(webhook=webhook_numbered(webhook_id))
    items, following = paging.page(rows, by="-pk", cursor=cursor, limit=limit)
    return {"items": [delivery_out(row) for row in items], "next": following}


@router.post("/webhooks/deliveries/{int:delivery_id}/again", auth=ADDS, response={200: DeliveryOut, codes_4xx: Problem})
def send_again(request: HttpRequest, delivery_id: int) -> dict[str, Any]:
    """Send a message once more, within the minute, under the same number."""
    rows = Delivery.objects.filter(pk=delivery_id)
    if not services.send_again(rows):
        raise Http404(_("No message has the number %(id)s.") % {"id": delivery_id})
    return delivery_out(rows.get())
