"""What a visitor asks, and of what."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import Brand, Product

MAX_QUESTION = 2000  # characters


class AskForm(forms.Form):
    """A question with its scope. `brand` and `product` are primary keys."""

    question = forms.CharField(
        label=_("Your question"),
        max_length=MAX_QUESTION,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto", "autocomplete": "off"}),
        error_messages={
            "required": _("Write your question first."),
            "max_length": _(
                "The question has %(show_value)d characters; at most %(limit_value)d can be read. "
                "Leave out what the answer does not depend on."
            ),
            "null_characters_not_allowed": _("The question holds signs that cannot be read. Type it again."),
        },
    )
    brand = forms.ModelChoiceField(
        Brand.objects.filter(active=True),
        label=_("Brand"),
        required=False,
        empty_label=_("All brands"),
        error_messages={"invalid_choice": _("There is no such brand here. Choose one from the list, or all brands.")},
    )
    product = forms.ModelChoiceField(
        Product.objects.select_related("brand"),
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": _("There is no such product here. The question is kept; ask it of all.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        attributes = self.fields["question"].widget.attrs
        # The browser must not cut a long text off: the visitor would lose its end without a word.
        attributes.pop("maxlength", None)
        if self.is_bound and "question" in self.errors:
            attributes |= {"aria-invalid": "true", "aria-describedby": "question-error", "autofocus": True}
