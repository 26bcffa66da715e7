"""What staff ask of runs and their logs."""

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from catalog.forms import Lenient
from catalog.models import Brand

from .fates import Stage
from .models import IngestionRun, Outcome, RunState
from .run_log import Wanted


class RunsForm(Lenient):
    brand = forms.ModelChoiceField(
        label=_("Brand"), queryset=Brand.objects.none(), to_field_name="slug", required=False,
        empty_label=_("all brands"),
    )  # fmt: skip
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("any")), *RunState.choices])
    page = forms.IntegerField(min_value=1, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["brand"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Brand.objects.filter(Exists(IngestionRun.objects.filter(brand=OuterRef("pk")))).order_by(
            Lower("name")
        )


class LogForm(Lenient):
    q = forms.CharField(
        label=_("Part of the address"), required=False, max_length=200, widget=forms.TextInput(attrs={"type": "search"})
    )
    stage = forms.ChoiceField(label=_("Stage"), required=False, choices=[("", _("any")), *Stage.choices])
    outcome = forms.ChoiceField(required=False, choices=Outcome.choices)
    code = forms.SlugField(required=False, max_length=30)
    page = forms.IntegerField(min_value=1, required=False)

    @property
    def wanted(self) -> Wanted:
        return Wanted(**{name: value for name, value in self.values.items() if name != "page"})
