"""What staff may say of the catalogue: which changes to show, and corrections of products and documents."""

import difflib
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .feed import Wanted, brands_with_changes
from .forms import Lenient
from .models import Brand, ChangeKind, Document, DocumentKind, Lifecycle, Product


class DateField(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


BY = [("", gettext_lazy("site and staff")), ("site", gettext_lazy("the site")), ("staff", gettext_lazy("staff"))]


class FeedForm(Lenient):
    brand = forms.ModelChoiceField(
        label=gettext_lazy("Brand"), queryset=Brand.objects.none(), to_field_name="slug", required=False,
        empty_label=gettext_lazy("all brands"),
    )  # fmt: skip
    kind = forms.ChoiceField(choices=ChangeKind.choices, required=False)
    since = DateField(label=gettext_lazy("Since"), required=False)
    until = DateField(label=gettext_lazy("Until"), required=False)
    by = forms.ChoiceField(
        label=gettext_lazy("Changed by"), required=False,
        choices=BY,
    )  # fmt: skip
    run = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput)
    page = forms.IntegerField(min_value=1, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["brand"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = brands_with_changes()

    @property
    def wanted(self) -> Wanted:
        values = {name: value or None for name, value in self.values.items() if name != "page"}
        return Wanted(**values | {"kind": values["kind"] or "", "by": values["by"] or ""})


class ProductField(forms.CharField):
    """A product of the same brand, by its name, the last part of its address on this site, or its page's address."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=1000, **kwargs)
        self.beside: Product | Document | None = None

    def clean(self, value: Any) -> Any:
        text = str(super().clean(value) or "").strip()
        return self.found(text) if text and self.beside is not None else None

    def found(self, text: str) -> Product:
        assert self.beside is not None
        rows = Product.objects.filter(brand=self.beside.brand_id, merged_into=None)
        if isinstance(self.beside, Product):
            rows = rows.exclude(pk=self.beside.pk)
        slug = urlsplit(text).path.rstrip("/").rsplit("/", 1)[-1]
        for known in ({"page_url": text}, {"name__iexact": text}, {"slug": slug}):
            if (product := rows.filter(**known).first()) is not None:
                return product
        near = difflib.get_close_matches(text, rows.values_list("name", flat=True)[:5000], n=1)
        hint = _("Did you mean “%(name)s”?") % {"name": near[0]} if near else _("Write its name as its page shows it.")
        told = _("No product of the brand is called “%(name)s”.") % {"name": text}
        raise forms.ValidationError(f"{told} {hint}")


class ProductForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=300)
    family = forms.CharField(label=gettext_lazy("Family"), max_length=200, required=False)
    lifecycle = forms.ChoiceField(label=gettext_lazy("Lifecycle"), choices=Lifecycle.choices)

    @classmethod
    def of(cls, product: Product) -> "ProductForm":
        family = product.family.name if product.family else ""
        return cls(initial={"name": product.name, "family": family, "lifecycle": product.lifecycle})


class MergeForm(forms.Form):
    into = ProductField(label=gettext_lazy("The other product"))

    def __init__(self, product: Product, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["into"]
        assert isinstance(field, ProductField)
        field.beside = product


class SplitForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name of the second product"), max_length=300)
    documents = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Documents that belong to it"), queryset=Document.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    page = forms.ModelChoiceField(
        label=gettext_lazy("Its own page"), queryset=Document.objects.none(), required=False,
        empty_label=gettext_lazy("none: it has no page of its own"),
    )  # fmt: skip

    def __init__(self, product: Product, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = product.documents.filter(hidden=False).order_by("title")
        documents, page = self.fields["documents"], self.fields["page"]
        assert isinstance(documents, forms.ModelChoiceField) and isinstance(page, forms.ModelChoiceField)
        documents.queryset = rows.exclude(kind=DocumentKind.PRODUCT_PAGE)
        page.queryset = rows.filter(kind=DocumentKind.PRODUCT_PAGE).exclude(url=product.page_url)


class DocumentForm(forms.ModelForm[Document]):
    class Meta:
        model = Document
        fields = ["title", "kind", "language"]

    language = forms.RegexField(
        r"^([a-z]{2,3}(-[A-Za-z]{2,4})?)?$", label=gettext_lazy("Language"), required=False, max_length=10,
        error_messages={"invalid": gettext_lazy("Write the language as two letters, such as en or he.")},
    )  # fmt: skip


class MoveForm(forms.Form):
    source = forms.ModelChoiceField(
        label=gettext_lazy("Take it away from"),
        queryset=Product.objects.none(),
        required=False,
        empty_label=gettext_lazy("no product"),
    )
    target = ProductField(label=gettext_lazy("Let it belong to"), required=False)

    def __init__(self, document: Document, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        source, target = self.fields["source"], self.fields["target"]
        assert isinstance(source, forms.ModelChoiceField) and isinstance(target, ProductField)
        source.queryset = document.products.filter(merged_into=None).order_by("name")
        target.beside = document

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not cleaned.get("source") and not cleaned.get("target"):
            raise forms.ValidationError(_("Choose a product to take it away from, or one that it belongs to."))
        return cleaned
