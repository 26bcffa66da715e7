"""What staff did: one row an action, written once, never changed."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ActionKind(models.TextChoices):
    LOGIN = "login", _("logged in")
    LOGOUT = "logout", _("logged out")
    REFUSED = "refused", _("login refused")
    DENIED = "denied", _("not allowed")
    CHANGE = "change", _("change")
    EXPORT = "export", _("export")


class StaffAction(models.Model):
    """Who did what to what, when and from where. `detail` holds the names of the fields sent, never their values."""

    at = models.DateTimeField(_("when"), auto_now_add=True, db_index=True)
    kind = models.CharField(_("kind"), max_length=10, choices=ActionKind)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, verbose_name=_("user"), related_name="+"
    )
    who = models.CharField(_("who"), max_length=150, help_text=_("The name at that time: an account, or an API token."))
    what = models.CharField(_("what"), max_length=100)
    on = models.CharField(_("on what"), max_length=300)
    status = models.PositiveSmallIntegerField(_("answered"))
    address = models.CharField(_("from where"), max_length=45)
    detail = models.JSONField(_("details"), default=dict)

    class Meta:
        verbose_name = _("staff action")
        verbose_name_plural = _("staff actions")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.who}: {self.what}"
