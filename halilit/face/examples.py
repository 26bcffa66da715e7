"""Records for the style guide. They are built in memory and never saved."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils import timezone

from catalog.models import Brand, Document, Product, ProductFamily

SIGNS = (
    "search ask document page product external download chevron check warning info stop copy print reload thumb-up "
    "thumb-down globe person"
)


class ExampleForm(forms.Form):
    serial = forms.CharField(label="Serial number", help_text="Eight digits, on the plate beneath.", required=False)
    model = forms.ChoiceField(label="Model", choices=[("", "All models"), ("k49", "K-49")], required=False)
    remarks = forms.CharField(label="Remarks", widget=forms.Textarea(attrs={"rows": 3}), error_messages={
        "required": "Say in a sentence what happened. Nothing of what you typed was lost.",
    })  # fmt: skip


def everything() -> dict[str, Any]:
    brand = _brand("Lumenhall", 128, 512, primary_color="#0b5c7a")
    return {
        "brands": [brand, _brand("Straße & Söhne", 3, 1, primary_color="#f2d500"), _brand("Unread", 0, 0)],
        "products": _products(brand),
        "documents": _documents(brand),
        "signs": SIGNS.split(),
        "page": _pages(),
        "form": ExampleForm({"serial": "49-0012", "remarks": ""}),
        "colours": "paper surface sunken ink soft line edge accent tint mark good warn bad".split(),
        "about": brand,
    }


def _brand(name: str, products: int, documents: int, **fields: Any) -> Brand:
    brand = Brand(pk=1, name=name, slug="example", **fields)
    brand.product_count, brand.document_count = products, documents  # type: ignore[attr-defined]
    return brand


def _products(brand: Brand) -> list[Product]:
    family = ProductFamily(brand=brand, name="Keyboards", slug="keyboards")
    names = (
        ("K-49", "current"),
        ("Meridian 61 MkII with a name that runs over two lines", "current"),
        ("K-25", "discontinued"),
    )
    products = [Product(brand=brand, family=family, name=name, slug="x", lifecycle=life) for name, life in names]
    for product in products:
        product.pictures = []  # type: ignore[attr-defined]
    return products


def _documents(brand: Brand) -> list[Document]:
    given: list[dict[str, Any]] = [
        {"title": "K-49 User Guide", "page_count": 48, "size": 2_400_000, "mime_type": "application/pdf"},
        {"title": "K-49 Quick Start", "kind": "quick_start", "state": "linked"},
        {"title": "K-49 Service Manual", "state": "failed"},
        {"title": "K-25 User Guide", "gone_since": timezone.now(), "language": "de"},
    ]
    common = {"pk": 1, "brand": brand, "state": "stored", "kind": "manual", "language": "en"}
    changed = timezone.now() - timedelta(minutes=12)
    return [Document(**(common | fields), changed_at=changed) for fields in given]


def _pages() -> Any:
    page = Paginator(range(400), 20).get_page(7)
    page.numbers = page.paginator.get_elided_page_range(7, on_each_side=2, on_ends=1)  # type: ignore[attr-defined]
    return page
