"""A brand's settings as staff change them, with what each means, and what is looked for among its addresses."""

from typing import Any

from django import forms
from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.forms import Lenient
from catalog.models import Brand
from ingestion.fates import Stage
from ingestion.models import UrlKind, UrlState

HELP = {
    "website": gettext_lazy(
        "Where a scrape begins. Everything of this site is read, and of its parts such as support.…"
    ),
    "extra_hosts": gettext_lazy(
        "Other sites that belong to the brand, one a line, such as downloads.example.com. All others are left alone."
    ),
    "languages": gettext_lazy(
        "Codes such as en,he: pages in other languages are left out. Empty: English and Hebrew, or the site's own "
        "language where it has neither. An asterisk: all."
    ),
    "max_pages": gettext_lazy("A scrape ends after so many pages. Enough for nearly every brand: 5000."),
    "requests_per_second": gettext_lazy(
        "How fast the site is asked. 2 is polite; the site's own wishes (robots.txt) are kept in any case."
    ),
    "render_mode": gettext_lazy(
        "Automatic is right nearly always: the browser reads the pages that show nothing without it, ten times slower."
    ),
    "exclude_patterns": gettext_lazy(
        "One a line: an address that holds it is left out, such as /blog/. Regular expressions are understood."
    ),
    "priority": gettext_lazy("Comes first where brands are listed or wait their turn."),
    "active": gettext_lazy(
        "Switched off, the brand is neither listed nor visited. What is known of it is still found; nothing is deleted."
    ),
}


def with_https(field: models.Field[Any, Any], **kwargs: Any) -> forms.Field | None:
    """An address without a scheme is one of https."""
    more: dict[str, Any] = {"assume_scheme": "https"} if isinstance(field, models.URLField) else {}
    return field.formfield(**more, **kwargs)


class SettingsForm(forms.ModelForm[Brand]):
    class Meta:
        model = Brand
        fields = [*HELP]
        help_texts = HELP
        formfield_callback = with_https
        widgets = {
            "website": forms.URLInput(attrs={"dir": "ltr"}),
            "extra_hosts": forms.Textarea(attrs={"rows": 2, "dir": "ltr"}),
            "exclude_patterns": forms.Textarea(attrs={"rows": 3, "dir": "ltr"}),
            "languages": forms.TextInput(attrs={"dir": "ltr", "placeholder": "en,he"}),
        }

    def clean_extra_hosts(self) -> str:
        hosts = [line.strip().lower() for line in self.cleaned_data["extra_hosts"].splitlines() if line.strip()]
        for host in hosts:
            if "/" in host or " " in host:
                raise forms.ValidationError(
                    _("“%(host)s” is no host name. Write it without https:// and without a path."),
                    params={"host": host},
                )
        return "\n".join(hosts)


class AddressesForm(Lenient):
    q = forms.CharField(
        label=gettext_lazy("Part of the address"), required=False, max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), required=False, choices=[("", gettext_lazy("any")), *UrlKind.choices]
    )
    stage = forms.ChoiceField(
        label=gettext_lazy("Stage"), required=False, choices=[("", gettext_lazy("any")), *Stage.choices]
    )
    state = forms.ChoiceField(required=False, choices=UrlState.choices)
    code = forms.SlugField(required=False, max_length=30)
    page = forms.IntegerField(min_value=1, required=False)

    @property
    def wanted(self) -> dict[str, Any]:
        return {name: value for name, value in self.values.items() if name != "page"}


PERIODS = [("", gettext_lazy("30 days")), ("7", gettext_lazy("7 days")), ("90", gettext_lazy("90 days"))]


class InsightForm(Lenient):
    days = forms.ChoiceField(label=gettext_lazy("Period"), required=False, choices=PERIODS)
    brand = forms.ModelChoiceField(
        label=gettext_lazy("Brand"), queryset=Brand.objects.order_by(Lower("name")), to_field_name="slug",
        required=False, empty_label=gettext_lazy("all brands"),
    )  # fmt: skip
    q = forms.CharField(
        label=gettext_lazy("Product or word"), required=False, max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )  # fmt: skip
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), required=False, choices=[("", gettext_lazy("any")), *settings.LANGUAGES]
    )

    @property
    def wanted(self) -> dict[str, Any]:
        return self.values | {"days": int(self.values["days"] or 30), "brand": self.values["brand"] or None}


class BrandLineForm(SettingsForm):
    """A line of the table of brands. What the desk's form refuses, this refuses too."""

    class Meta(SettingsForm.Meta):
        fields = [
            "name", "website", "distributor_url", "extra_hosts", "active", "priority", "render_mode",
            "requests_per_second", "max_pages", "languages", "exclude_patterns", "primary_color", "secondary_color",
        ]  # fmt: skip
