"""What staff may tell the workers."""

from typing import Any

from django import forms
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from catalog.models import Brand
from ingestion.models import WorkerMode


class WorkerForm(forms.Form):
    """Start: once or continuously."""

    mode = forms.ChoiceField(
        label=_("Mode"),
        choices=[
            (WorkerMode.ONCE, _("once: one brand")),
            (WorkerMode.CONTINUOUS, _("continuous: one brand after the other")),
        ],
    )
    brand = forms.ModelChoiceField(
        label=_("Brand"), queryset=Brand.objects.none(), required=False, empty_label=_("the one that is due")
    )
    delay = forms.IntegerField(label=_("Seconds between two brands"), min_value=0, max_value=86_400, initial=30)

    at_once = forms.IntegerField(
        label=_("Brands at once"),
        min_value=0,
        max_value=64,
        widget=forms.NumberInput(attrs={"placeholder": _("as many as workers")}),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["brand"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Brand.objects.filter(active=True).order_by(Lower("name"))

    def clean_at_once(self) -> int:
        return self.cleaned_data["at_once"] or 0


class QuietForm(forms.Form):
    """Hours in which no site is visited."""

    quiet_from = forms.TimeField(label=_("Quiet from"), required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    quiet_until = forms.TimeField(label=_("until"), required=False, widget=forms.TimeInput(attrs={"type": "time"}))
