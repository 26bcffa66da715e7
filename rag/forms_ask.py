"""What a visitor asks, and of what; and what he says of the answer."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import Brand, Product

from .models import Answer, Conversation

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
        Product.objects.filter(hidden=False).select_related("brand"),
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": _("There is no such product here. The question is kept; ask it of all.")},
    )

    conversation = forms.CharField(required=False, widget=forms.HiddenInput)
    literal = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        attributes = self.fields["question"].widget.attrs
        # The browser must not cut a long text off: the visitor would lose its end without a word.
        attributes.pop("maxlength", None)
        if self.is_bound and "question" in self.errors:
            attributes |= {"aria-invalid": "true", "aria-describedby": "question-error", "autofocus": True}

    def clean_conversation(self) -> Conversation | None:
        """One that is not there any more is begun anew: the question is what matters."""
        try:
            return Conversation.objects.filter(pk=UUID(self.cleaned_data["conversation"])).first()
        except ValueError:
            return None


class FeedbackForm(forms.ModelForm[Answer]):
    """`value` 1: it helped; -1: it did not; 0 takes it back. Reason and comment belong to a -1."""

    value = forms.TypedChoiceField(
        choices=[(1, ""), (-1, ""), (0, "")],
        coerce=int,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Say whether the answer helped.")),
    )

    class Meta:
        model = Answer
        fields = ["reason", "comment"]
        error_messages = {
            "comment": {
                "max_length": _(
                    "The comment has %(show_value)d characters; at most %(limit_value)d are kept. Please shorten it."
                )
            }
        }

    def save(self, commit: bool = True) -> Answer:
        """A changed mind takes the reasons of the former one along."""
        value = self.cleaned_data["value"]
        told = {"reason": self.cleaned_data["reason"], "comment": self.cleaned_data["comment"]} if value < 0 else {}
        given = {"feedback": value, "reason": "", "comment": ""} | told
        Answer.objects.filter(pk=self.instance.pk).update(**given)
        for name, each in given.items():
            setattr(self.instance, name, each)
        return self.instance
