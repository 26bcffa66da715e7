"""What staff say with the files that they send, and about the visits to a brand."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.forms_staff import ProductField
from catalog.models import Brand, Document, DocumentKind

from .models import VisitPlan
from .uploads import MAX_FILES

KINDS = [choice for choice in DocumentKind.choices if choice[0] != DocumentKind.PRODUCT_PAGE]


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once."""

    widget = FilesInput(attrs={"accept": ".pdf,.txt,.zip,application/pdf,text/plain,application/zip"})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if not given:
            raise forms.ValidationError(_("Choose at least one file."), code="required")
        if len(given) > MAX_FILES:
            raise forms.ValidationError(_("At most %(n)d files in one go; a zip may hold more.") % {"n": MAX_FILES})
        return list(given)


class UploadForm(forms.Form):
    brand = forms.ModelChoiceField(
        label=gettext_lazy("Brand"), queryset=Brand.objects.order_by(Lower("name")), to_field_name="slug",
        empty_label=gettext_lazy("Choose the brand"),
    )  # fmt: skip
    product = ProductField(
        label=gettext_lazy("Product"), required=False,
        help_text=gettext_lazy("Empty: recognised by title, file name and text."),
    )  # fmt: skip
    sent = FilesField(
        label=gettext_lazy("Files"), help_text=gettext_lazy("PDF, text or zip. Choose several, or drop them here.")
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), required=False, choices=[("", gettext_lazy("find out")), *KINDS]
    )
    language = forms.RegexField(
        r"^[a-z]{2,3}(-[A-Za-z]{2,4})?$", label=gettext_lazy("Language"), required=False, max_length=10,
        help_text=gettext_lazy("Two letters, such as en or he. Empty: found out."),
        error_messages={"invalid": gettext_lazy("Write the language as two letters, such as en or he.")},
    )  # fmt: skip
    title = forms.CharField(
        label=gettext_lazy("Title"), required=False, max_length=500,
        help_text=gettext_lazy("For one file. Empty: from its name."),
    )  # fmt: skip
    replaces = forms.ModelChoiceField(
        queryset=Document.objects.filter(superseded_by=None), required=False, widget=forms.HiddenInput
    )

    def clean_brand(self) -> Brand:
        brand: Brand = self.cleaned_data["brand"]
        field = self.fields["product"]
        assert isinstance(field, ProductField)
        field.beside = Document(brand=brand)  # the next field is looked up among this brand's
        return brand

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        files, replaces = cleaned.get("sent") or [], cleaned.get("replaces")
        if len(files) > 1 and (cleaned.get("title") or replaces):
            self.add_error("sent", _("A title, or a newer version of a document, is for one file alone."))
        if replaces is not None and cleaned.get("brand") and replaces.brand_id != cleaned["brand"].pk:
            self.add_error("brand", _("The document that is to be replaced belongs to another brand."))
        return cleaned


class PlanForm(forms.ModelForm[VisitPlan]):
    class Meta:
        model = VisitPlan
        fields = ["every_hours", "cron", "priority", "quiet_from", "quiet_until"]
        help_texts = {"cron": gettext_lazy("Minute, hour, day, month and day of the week, by Israel's clock.")}
        widgets = {
            "cron": forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "placeholder": "30 3 * * 1-5"}),
            "quiet_from": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "quiet_until": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }
