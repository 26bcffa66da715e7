"""What the API takes and gives of webhooks."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field, StringConstraints

from halilit.hooks.models import DeliveryState, Event

from .schemas_more import Next, Term

Events = Literal[*Event.values]  # type: ignore[valid-type]
States = Literal[*DeliveryState.values]  # type: ignore[valid-type]
Address = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500, pattern=r"^https?://[^\x00\s]+$")]


class WebhookIn(Schema):
    name: Term = Field(description="Who is told, such as “web shop”.")
    url: Address = Field(description="Where the messages are sent.")
    events: list[Events] = Field(min_length=1)


class WebhookOut(Schema):
    id: int
    name: str
    url: str
    events: list[str]
    active: bool
    created_at: datetime


class WebhookMade(WebhookOut):
    secret: str = Field(description="Signs the messages. It is not shown again.")


class WebhookPage(Schema):
    items: list[WebhookOut]
    next: Next


class DeliveryOut(Schema):
    id: int
    event: str
    state: States
    attempts: int
    next_at: datetime | None
    status: int | None = Field(description="HTTP status of the last answer.")
    problem: str
    created_at: datetime
    delivered_at: datetime | None
    data: dict[str, Any]


class DeliveryPage(Schema):
    items: list[DeliveryOut]
    next: Next
