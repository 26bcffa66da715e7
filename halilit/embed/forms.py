"""What the frame is asked for, what staff choose for the snippet, and which site they allow."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import Brand

from .models import EmbedSite

LANGUAGES = [("", _("that of the shop’s page")), ("he", _("Hebrew")), ("en", _("English"))]
THEMES = [("", _("as the reader’s system has it")), ("light", _("light")), ("dark", _("dark"))]


class SnippetForm(forms.Form):
    """How the box is to look. What is not understood counts as not said."""

    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, required=False)
    theme = forms.ChoiceField(label=_("Colours"), choices=THEMES, required=False)
    brand = forms.ModelChoiceField(
        Brand.objects.filter(active=True),
        label=_("About"),
        to_field_name="slug",
        required=False,
        empty_label=_("All brands"),
    )

    @property
    def wanted(self) -> dict[str, str]:
        """The attributes of the script tag, without those that are left as they are."""
        self.is_valid()
        given: dict[str, Any] = self.cleaned_data
        chosen = {name: given.get(name) for name in ("language", "theme")}
        if brand := given.get("brand"):
            chosen["brand"] = brand.slug
        return {name: value for name, value in chosen.items() if value}


class SiteForm(forms.ModelForm[EmbedSite]):
    class Meta:
        model = EmbedSite
        fields = ["origin"]
        widgets = {"origin": forms.TextInput(attrs={"dir": "ltr", "placeholder": "https://"})}
        error_messages = {"origin": {"unique": _("This site is in the list already.")}}
