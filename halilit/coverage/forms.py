"""What staff may say on the coverage pages."""

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from catalog.coverage import Found
from catalog.coverage_models import Rule
from catalog.expecting import KINDS
from catalog.forms import Lenient
from catalog.models import Brand, DocumentKind, Product

from .queries import Wanted

KIND_CHOICES = [(kind.value, kind.label) for kind in KINDS]
LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z]{2,4})?$"


class LedgerForm(Lenient):
    """What to show of a brand's ledger."""

    q = forms.CharField(
        label=_("Product"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("all kinds")), *KIND_CHOICES])
    state = forms.ChoiceField(
        label=_("State"), required=False,
        choices=[("", _("all states")), ("gap", _("all that is lacking")), *Found.choices],
    )  # fmt: skip
    language = forms.RegexField(LANGUAGE, label=_("Language"), required=False, max_length=10)
    page = forms.IntegerField(min_value=1, required=False)

    @property
    def wanted(self) -> Wanted:
        values = self.values
        return Wanted(**{name: values[name] for name in ("kind", "state", "language", "q")})


class GapForm(forms.Form):
    """One document of one product."""

    product = forms.ModelChoiceField(queryset=Product.objects.select_related("brand"))
    kind = forms.ChoiceField(choices=DocumentKind.choices)
    language = forms.RegexField(LANGUAGE, required=False, max_length=10)


class VisitForm(forms.Form):
    """What is to be visited again: one product's page, or (without) the brand's whole site."""

    product = forms.ModelChoiceField(queryset=Product.objects.none(), required=False)

    def __init__(self, brand: Brand, data: QueryDict) -> None:
        super().__init__(data)
        products = Product.objects.filter(brand=brand).select_related("brand")
        cast(forms.ModelChoiceField[Product], self.fields["product"]).queryset = products


class ExpectationForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=KIND_CHOICES)
    rule = forms.ChoiceField(label=_("Expected"), choices=Rule.choices)
    languages = forms.RegexField(
        r"^\s*[a-z]{2,3}(\s*,\s*[a-z]{2,3})*\s*$", label=_("Languages"), required=False, max_length=60,
        help_text=_("Such as en,he. Empty: those that most of its products have."),
        error_messages={"invalid": _("Write languages as two letters with commas between, such as en,he.")},
    )  # fmt: skip

    def clean_languages(self) -> Any:
        return self.cleaned_data["languages"].replace(" ", "")
