"""What a visitor may say in the addresses of the catalogue's pages. A value that makes no sense counts as not said."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import DocumentKind, Lifecycle

PRODUCTS, DOCUMENTS = "products", "documents"
SORTS = [
    ("", _("by name, current ones first")),
    ("newest", _("newest first")),
    ("changed", _("lately changed first")),
    ("price", _("by price")),
]


class Lenient(forms.Form):
    """A GET form: `values` holds what is valid, and the empty value for what is not."""

    @property
    def values(self) -> dict[str, Any]:
        self.is_valid()
        return {name: self.cleaned_data.get(name) or "" for name in self.fields}


class BrandsForm(Lenient):
    q = forms.CharField(
        label=_("Name"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )


class ListForm(Lenient):
    """How a list of products is ordered and narrowed."""

    q = forms.CharField(
        label=_("Name"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )
    sort = forms.ChoiceField(label=_("Order"), choices=SORTS, required=False)
    lifecycle = forms.ChoiceField(
        label=_("State"), choices=[("", _("current and discontinued")), *Lifecycle.choices], required=False
    )
    page = forms.IntegerField(min_value=1, required=False)


class BrandForm(ListForm):
    show = forms.ChoiceField(choices=[(PRODUCTS, ""), (DOCUMENTS, "")], required=False)
    family = forms.SlugField(required=False, max_length=200, allow_unicode=True)
    kind = forms.ChoiceField(choices=DocumentKind.choices, required=False)
    language = forms.RegexField(r"^[a-z]{2,3}(-[A-Za-z]{2,4})?$", required=False)
