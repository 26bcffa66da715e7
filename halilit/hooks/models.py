"""Who is told of what, and what became of each message."""

import hmac
import secrets
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# Waits before a message is tried again, by the number of the attempt; then it is given up. A day and a half in all.
WAITS = [timedelta(minutes=n) for n in (1, 5, 30, 120, 480, 1440)]
LEASE = timedelta(minutes=5)  # a message whose sender died is tried again after it


class Event(models.TextChoices):
    RUN_FINISHED = "run.finished", gettext_lazy("a scrape has come to its end")
    RUN_FAILED = "run.failed", gettext_lazy("a scrape failed")
    DOCUMENT_NEW = "document.new", gettext_lazy("documents are new")
    DOCUMENT_CHANGED = "document.changed", gettext_lazy("documents changed")
    DOCUMENT_GONE = "document.gone", gettext_lazy("documents are gone")
    UNANSWERED = "question.unanswered", gettext_lazy("a question had no answer")
    LOW_RATED = "answer.low_rated", gettext_lazy("an answer did not help")


def checked_events(names: Any) -> None:
    if not isinstance(names, list) or not names or not set(map(str, names)) <= set(Event.values):
        raise ValidationError(_("Choose at least one event of the list."))


class Webhook(models.Model):
    """An address that is told of events. Its secret is worked out from `salt` and the installation's own key, so that
    no copy of the database holds it; it is shown once."""

    name = models.CharField(gettext_lazy("name"), max_length=100, unique=True)
    url = models.CharField(
        gettext_lazy("address"), max_length=500, validators=[URLValidator(schemes=["https", "http"])],
        help_text=gettext_lazy("Where the messages are sent, such as https://shop.example.com/hooks/support."),
    )  # fmt: skip
    events = models.JSONField(gettext_lazy("events"), default=list, validators=[checked_events])
    active = models.BooleanField(gettext_lazy("active"), default=True)
    salt = models.CharField(max_length=32, editable=False, blank=True)
    seen_change = models.PositiveBigIntegerField(default=0, editable=False)  # the last Change that was looked at
    created_at = models.DateTimeField(gettext_lazy("created"), auto_now_add=True)

    class Meta:
        verbose_name = gettext_lazy("webhook")
        verbose_name_plural = gettext_lazy("webhooks")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Neither signs that write another line somewhere, nor a password that all who see the list would read."""
        if not self.name.isprintable():
            raise ValidationError({"name": _("Write the name in one line.")})
        if urlsplit(self.url).username is not None:
            raise ValidationError(
                {"url": _("Leave user and password out of the address: the signature shows that a message is genuine.")}
            )

    @property
    def secret(self) -> str:
        key = settings.SECRET_KEY.encode()
        return "whsec_" + hmac.new(key, f"webhook {self.salt}".encode(), "sha256").hexdigest()

    def renew(self) -> str:
        """A new secret, not saved yet. The former one signs nothing any more."""
        self.salt = secrets.token_hex(16)
        return self.secret


class DeliveryState(models.TextChoices):
    WAITING = "waiting", gettext_lazy("waiting")
    DELIVERED = "delivered", gettext_lazy("delivered")
    GIVEN_UP = "given_up", gettext_lazy("given up")


class Delivery(models.Model):
    """One message to one webhook.

    waiting ──► delivered       (back to waiting: staff send it again)
       └──────► given_up

    Whoever `take`s it may send it; a sender that died loses it after LEASE. It may therefore arrive twice, under the
    same number.
    """

    webhook = models.ForeignKey(
        Webhook, models.CASCADE, related_name="deliveries", verbose_name=gettext_lazy("webhook")
    )
    event = models.CharField(gettext_lazy("event"), max_length=30, choices=Event.choices)
    about = models.CharField(max_length=60)  # the occurrence, which is told once
    data = models.JSONField(gettext_lazy("message"), default=dict)
    state = models.CharField(
        gettext_lazy("state"), max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING
    )
    attempts = models.PositiveSmallIntegerField(gettext_lazy("attempts"), default=0)
    next_at = models.DateTimeField(gettext_lazy("next attempt"), null=True, default=timezone.now)
    status = models.PositiveSmallIntegerField(gettext_lazy("HTTP status"), null=True)
    problem = models.CharField(gettext_lazy("problem"), max_length=300, blank=True)
    created_at = models.DateTimeField(gettext_lazy("created"), auto_now_add=True)
    delivered_at = models.DateTimeField(gettext_lazy("delivered"), null=True)

    class Meta:
        verbose_name = gettext_lazy("delivery of a webhook")
        verbose_name_plural = gettext_lazy("deliveries of webhooks")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["webhook", "event", "about"], name="delivered_once")]
        indexes = [models.Index(fields=["state", "next_at"])]

    def __str__(self) -> str:
        return f"{self.event} {self.about}"

    def take(self) -> bool:
        """Whether this process may send it now."""
        now = timezone.now()
        mine = Delivery.objects.filter(pk=self.pk, state=DeliveryState.WAITING, next_at__lte=now)
        return bool(mine.filter(attempts=self.attempts).update(attempts=self.attempts + 1, next_at=now + LEASE))

    def settle(self, *, status: int | None, problem: str) -> None:
        """What came of the attempt that this sender took; without a problem it has arrived. Nothing where another
        has taken it since, or staff send it again."""
        now, tried = timezone.now(), self.attempts + 1
        values: dict[str, Any] = {"status": status, "problem": problem[:300]}
        if not problem:
            values |= {"state": DeliveryState.DELIVERED, "delivered_at": now, "next_at": None}
        elif tried > len(WAITS):
            values |= {"state": DeliveryState.GIVEN_UP, "next_at": None}
        else:
            values |= {"next_at": now + WAITS[tried - 1]}
        Delivery.objects.filter(pk=self.pk, state=DeliveryState.WAITING, attempts=tried).update(**values)
