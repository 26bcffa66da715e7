"""Staff's pages for webhooks: who is told of what, and the log of what was sent."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import CheckboxSelectMultiple, ModelForm, MultipleChoiceField
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from . import services
from .models import Delivery, Event, Webhook


class WebhookForm(ModelForm):
    events = MultipleChoiceField(
        label=gettext_lazy("Events"), choices=Event.choices, widget=CheckboxSelectMultiple,
        help_text=gettext_lazy("Each message is signed. The secret for it is shown once, when you have saved."),
    )  # fmt: skip


@admin.register(Webhook)
class WebhookAdmin(admin.ModelAdmin):
    form = WebhookForm
    list_display = ("name", "url", "events", "active", "created_at")
    list_filter = ("active",)
    search_fields = ("name", "url")
    actions = ("renew",)

    def save_model(self, request: HttpRequest, obj: Webhook, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
        else:
            self.shown(request, obj, services.begin(obj))

    def shown(self, request: HttpRequest, hook: Webhook, secret: str) -> None:
        told = _("The secret of “%(name)s” is %(secret)s. Copy it now: it is not shown again.")
        messages.warning(request, told % {"name": hook, "secret": secret})

    @admin.action(description=gettext_lazy("Give a new secret"), permissions=["change"])
    def renew(self, request: HttpRequest, queryset: QuerySet[Webhook]) -> None:
        for hook in queryset:
            self.shown(request, hook, services.renew(hook))


@admin.register(Delivery)
class DeliveryAdmin(admin.ModelAdmin):
    """A log: it is looked at, and a message can be sent again."""

    list_display = ("created_at", "webhook", "event", "state", "attempts", "next_at", "status", "problem")
    list_filter = ("state", "event", "webhook", "created_at")
    list_select_related = ("webhook",)
    fields = ("webhook", "event", "state", "attempts", "next_at", "status", "problem", "delivered_at", "data")
    actions = ("send_again",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Delivery | None = None) -> bool:
        return False

    @admin.action(description=gettext_lazy("Send again"), permissions=["view"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        n = services.send_again(queryset)
        told = ngettext(
            "%(n)d message is sent again within a minute.", "%(n)d messages are sent again within a minute.", n
        )
        self.message_user(request, told % {"n": n})
