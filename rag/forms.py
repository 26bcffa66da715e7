"""What a visitor may say in the address of the search page. A filter that makes no sense counts as not set."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from catalog.models import Brand, DocumentKind, Lifecycle, Product, ProductFamily

from .intent import NAMES

MAX_QUERY = 200  # characters
UNLIMITED = {"brand": None, "kind": "", "language": "", "family": None, "lifecycle": "", "product": None}


def wanted(asked: QueryDict) -> dict[str, Any]:
    """The form's values. While somebody types it is mostly a text alone, and a form takes a third of a millisecond."""
    text = str(asked.get("q", ""))
    if asked.keys() == {"q"} and "\x00" not in text:
        return {"q": text.strip()[:MAX_QUERY], **UNLIMITED, "words": []}
    return SearchForm(asked).values


class SearchForm(forms.Form):
    """`words` names what of the text's own wishes (rag.intent) is to be searched like any other words."""

    q = forms.CharField(label=_("Search"), required=False)
    brand = forms.ModelChoiceField(
        Brand.objects.filter(active=True), label=_("Brand"), required=False, to_field_name="slug"
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=DocumentKind.choices)
    language = forms.RegexField(r"^[a-z]{2,3}(-[A-Za-z]{2,4})?$", label=_("Language"), required=False)
    family = forms.ModelChoiceField(ProductFamily.objects.all(), label=_("Product family"), required=False)
    lifecycle = forms.ChoiceField(label=_("Lifecycle"), required=False, choices=Lifecycle.choices)
    product = forms.ModelChoiceField(Product.objects.select_related("brand"), label=_("Product"), required=False)
    words = forms.MultipleChoiceField(required=False, choices=[(name, name) for name in NAMES])

    @property
    def values(self) -> dict[str, Any]:
        """The valid values; what is not valid counts as not said. `q` is cut to MAX_QUERY characters."""
        self.is_valid()
        given = {name: self.cleaned_data.get(name) for name in self.fields}
        return given | {
            "q": (given["q"] or "").strip()[:MAX_QUERY],
            "kind": given["kind"] or "",
            "language": given["language"] or "",
            "lifecycle": given["lifecycle"] or "",
            "words": given["words"] or [],
        }
