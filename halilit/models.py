"""What belongs to the installation as a whole: who may use the API."""

import hashlib
import secrets
from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .accounts.models import ActionKind, StaffAction  # noqa: F401
from .console.models import Problem as Problem  # Django looks for models here
from .embed.models import EmbedSite as EmbedSite
from .hooks.models import Delivery as Delivery
from .hooks.models import Webhook as Webhook

# `last used` is written at most so often, so that reading the API doesn't write at every call.
USE_NOTED_EVERY = timedelta(minutes=1)


def digest_of(token: str) -> str:
    """SHA-256, hexadecimal. A token has 256 random bits, so a slow hash would add nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


class Shared(models.Model):
    """The table of the cache that hosts share (catalog.shared); where there is one host it is empty."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "halilit_shared"
        default_permissions = ()

    def __str__(self) -> str:
        return self.cache_key


class Scope(models.TextChoices):
    """What a token may be used for."""

    READ = "read", _("read: also what only staff see, such as changes, runs and questions")
    ASK = "ask", _("ask: questions, with the token’s own limit instead of the visitors’")
    EDIT = "edit", _("edit: synonyms")
    OPERATE = "operate", _("operate: start, stop and plan scrapes")


class ApiToken(models.Model):
    """Lets a program use the API beyond what is open. Only the digest is kept: the token itself is shown once."""

    name = models.CharField(_("name"), max_length=100, unique=True, help_text=_("Who uses it, such as “web shop”."))
    prefix = models.CharField(_("begins with"), max_length=12, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = models.JSONField(_("scopes"), default=list, help_text=_("What it may be used for."))
    a_minute = models.PositiveIntegerField(
        _("requests a minute"), default=600, help_text=_("More are refused until the minute is over; 0 for no limit.")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def renew(self) -> str:
        """Give the token a new secret, not saved yet, and return it: nobody can read it again."""
        secret = f"hal_{secrets.token_urlsafe(32)}"
        self.prefix, self.digest = secret[:8], digest_of(secret)
        return secret

    def revoke(self) -> bool:
        """False: it was revoked already."""
        return bool(ApiToken.objects.filter(pk=self.pk, revoked_at=None).update(revoked_at=timezone.now()))

    @classmethod
    def find(cls, secret: str) -> "ApiToken | None":
        """The valid token of this secret. Its use is noted."""
        token = cls.objects.filter(digest=digest_of(secret), revoked_at=None).first()
        if token:
            now = timezone.now()
            old = Q(last_used_at=None) | Q(last_used_at__lt=now - USE_NOTED_EVERY)
            cls.objects.filter(old, pk=token.pk).update(last_used_at=now)
        return token
