"""The sites that may show the ask box."""

import re
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")

USUAL_PORTS = {"http": 80, "https": 443}


def origin_of(text: str) -> str:
    """Scheme, host and port of an address, as browsers write them. Raises ValidationError; no other sign gets through,
    as this stands in a header."""
    text = text.strip()
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host, port = (parts.hostname or "").encode("idna").decode("ascii").lower(), parts.port
    except ValueError:  # also of names that cannot be written in ASCII
        host, port = "", None
    if not HOST.fullmatch(host) or parts.scheme not in USUAL_PORTS:
        raise ValidationError(_("Give the site’s address, such as https://shop.example.com."))
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != USUAL_PORTS[parts.scheme] else "")


class EmbedSite(models.Model):
    """A site whose pages may show the ask box."""

    origin = models.CharField(
        gettext_lazy("address"),
        max_length=300,
        unique=True,
        help_text=gettext_lazy("Such as https://shop.example.com. Each host name counts by itself, also with www."),
    )
    active = models.BooleanField(gettext_lazy("allowed"), default=True)
    created_at = models.DateTimeField(gettext_lazy("added"), auto_now_add=True)

    class Meta:
        verbose_name = gettext_lazy("site with the ask box")
        verbose_name_plural = gettext_lazy("sites with the ask box")
        ordering = ["origin"]

    def __str__(self) -> str:
        return self.origin

    def clean_fields(self, exclude: "set[str] | None" = None) -> None:  # type: ignore[override]
        """Written as browsers write it, before it is looked up whether it is there already."""
        if self.origin:
            try:
                self.origin = origin_of(self.origin)
            except ValidationError as problem:
                raise ValidationError({"origin": problem.messages}) from problem
        super().clean_fields(exclude=exclude)


def allowed_origins() -> list[str]:
    return list(EmbedSite.objects.filter(active=True).values_list("origin", flat=True))
