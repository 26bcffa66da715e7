"""Staff pages for the API's tokens."""

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.forms import CheckboxSelectMultiple, ModelForm, MultipleChoiceField
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .accounts import sessions
from .hooks import admin as hooks  # noqa: F401 - its records register themselves
from .models import ApiToken, EmbedSite, Scope, StaffAction
from .ops import queue_admin  # noqa: F401 - likewise


class TokenForm(ModelForm):
    scopes = MultipleChoiceField(label=gettext_lazy("scopes"), choices=Scope.choices, widget=CheckboxSelectMultiple)


@admin.register(ApiToken)
class ApiTokenAdmin(admin.ModelAdmin):
    form = TokenForm
    list_display = ("name", "prefix", "scopes", "a_minute", "created_at", "last_used_at", "revoked_at")
    list_filter = ("revoked_at",)
    fields = ("name", "scopes", "a_minute", "prefix", "created_at", "last_used_at", "revoked_at")
    readonly_fields = ("prefix", "created_at", "last_used_at", "revoked_at")
    search_fields = ("name",)
    actions = ("revoke",)

    def save_model(self, request: HttpRequest, obj: ApiToken, form: ModelForm, change: bool) -> None:
        secret = "" if change else obj.renew()
        super().save_model(request, obj, form, change)
        if secret:
            messages.warning(
                request, _("The token is %(token)s. Copy it now: it is not shown again.") % {"token": secret}
            )

    @admin.action(description=gettext_lazy("Revoke"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        count = sum(token.revoke() for token in queryset)
        self.message_user(request, ngettext("%d token was revoked.", "%d tokens were revoked.", count) % count)


@admin.register(EmbedSite)
class EmbedSiteAdmin(admin.ModelAdmin):
    list_display = ("origin", "active", "created_at")
    list_filter = ("active",)
    list_editable = ("active",)
    search_fields = ("origin",)


@admin.register(StaffAction)
class StaffActionAdmin(admin.ModelAdmin):
    """To read alone: a record that staff could change would prove nothing."""

    list_display = ("at", "who", "kind", "what", "on", "status", "address")
    list_filter = ("kind", "at")
    search_fields = ("who", "what", "on", "address")
    date_hierarchy = "at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: StaffAction | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: StaffAction | None = None) -> bool:
        return False


# Imported here so that Django's own page is there to be replaced, whichever app comes first.
admin.site.unregister(User)


@admin.register(User)
class AccountAdmin(UserAdmin):
    actions = ("end_sessions",)

    @admin.action(description=gettext_lazy("End their sessions"), permissions=["change"])
    def end_sessions(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        count = sum(sessions.end(user) for user in queryset)
        self.message_user(request, ngettext("%d session was ended.", "%d sessions were ended.", count) % count)
