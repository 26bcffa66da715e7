"""What staff look for among the questions, and what they write in answer."""

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from catalog.models import Brand, Document, Product

from .asked import OUTCOMES, PERIODS
from .care import CuratedAnswer
from .models import Answer, Chunk
from .named import product_named


class QuestionsForm(forms.Form):
    """Filters of the questions' page; what an address says wrongly counts as not said (`wanted`)."""

    q = forms.CharField(
        label=_("Words"), required=False, max_length=200, widget=forms.TextInput(attrs={"type": "search"})
    )
    brand = forms.ModelChoiceField(Brand.objects.none(), label=_("Brand"), required=False, empty_label=_("All brands"))
    language = forms.ChoiceField(label=_("Language"), required=False, choices=[("", _("All")), *settings.LANGUAGES])
    days = forms.ChoiceField(label=_("Asked within"), required=False, choices=list(PERIODS.items()))
    outcome = forms.ChoiceField(required=False, choices=[("", ""), *OUTCOMES.items()], widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        read = Exists(Chunk.objects.filter(brand=OuterRef("pk"))) | Exists(Answer.objects.filter(brand=OuterRef("pk")))
        self.fields["brand"].queryset = Brand.objects.filter(read).order_by("name")  # type: ignore[attr-defined]

    @property
    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return {name: self.cleaned_data.get(name) for name in self.fields}


class CuratedForm(forms.ModelForm[CuratedAnswer]):
    """A curated answer; `product_name` is one product's own name, or empty for all."""

    product_name = forms.CharField(
        label=_("Product"),
        required=False,
        max_length=300,
        help_text=_("Its name as its page has it. Empty: the answer holds whatever product is asked about."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    field_order = ("question", "answer", "product_name", "language", "active")

    class Meta:
        model = CuratedAnswer
        fields = ["question", "answer", "language", "active"]
        labels = {"active": _("Give this answer to visitors")}
        help_texts = {"answer": _("[1] cites the first source. A blank line begins a paragraph, “- ” a list item.")}
        widgets = {
            "question": forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
            "answer": forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.product and not self.is_bound:
            self.initial["product_name"] = self.instance.product.name
        self.fields["answer"].required = True

    def clean_product_name(self) -> Product | None:
        name = self.cleaned_data["product_name"].strip()
        current = self.instance.product
        if not name or (current and current.name == name):
            return current if name else None
        product = product_named(name)
        if product is None:
            raise forms.ValidationError(
                _("No product, or more than one, is called “%(name)s”. Copy the name from the product’s page."),
                params={"name": name},
            )
        return product

    def fields_to_store(self) -> dict[str, Any]:
        given = {name: self.cleaned_data[name] for name in ("question", "answer", "language", "active")}
        return given | {"product": self.cleaned_data["product_name"]}

    def _post_clean(self) -> None:
        """The instance stays as it is stored until rag.curating changes it: it may still refuse."""


class SourceForm(forms.Form):
    """A passage to cite: the page it stands on, and its words."""

    document = forms.ModelChoiceField(Document.objects.filter(hidden=False))
    page = forms.IntegerField(min_value=1, max_value=100_000)
    quote = forms.CharField(max_length=20_000, strip=True)
