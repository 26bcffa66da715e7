"""A small catalogue of an invented brand."""

from dataclasses import dataclass

import pytest
from django.utils import timezone

from catalog.models import Brand, Document, DocumentPage, Product, ProductDocument, ProductFamily, Specification


@dataclass
class Catalogue:
    brand: Brand
    product: Product
    manual: Document
    page: Document


def add_product(brand: Brand, name: str, slug: str, family: ProductFamily | None = None) -> Product:
    return Product.objects.create(
        brand=brand, family=family, name=name, slug=slug, page_url=f"https://lyra.example/products/{slug}"
    )


def add_manual(product: Product, title: str, pages: list[str], **fields) -> Document:
    given = {"kind": "manual", "language": "en", "mime_type": "application/pdf", "state": "stored"} | fields
    url = given.pop("url", f"https://lyra.example/{title.replace(' ', '-')}.pdf")
    document = Document.objects.create(
        brand=product.brand,
        title=title,
        url=url,
        page_count=len(pages),
        fetched_at=timezone.now(),
        changed_at=timezone.now(),
        **given,
    )
    DocumentPage.objects.bulk_create(
        DocumentPage(document=document, number=n, text=text) for n, text in enumerate(pages, 1)
    )
    ProductDocument.objects.create(product=product, document=document)
    return document


@pytest.fixture
def catalogue(db) -> Catalogue:
    brand = Brand.objects.create(
        name="Lyra & Söhne", slug="lyra", website="https://lyra.example", primary_color="#e8c400"
    )
    family = ProductFamily.objects.create(brand=brand, name="Keyboards", slug="keyboards")
    product = add_product(brand, "Meridian 61 MkII <Limited>", "meridian-61", family)
    product.description = "A calm synthesizer."
    product.save()
    Specification.objects.create(product=product, section="General", label="Weight", value="6.8 kg", order=1)
    manual = add_manual(product, "Meridian 61 User Guide", ["First page", "Hold SHIFT\nand <b>press</b> REC", ""])
    lines = ["# Meridian", "It sings.", "## Features", "- 61 keys", "- Aftertouch", "Width: 94 cm", "Depth: 28 cm"]
    text = "\n".join([*lines, "<script>alert(1)</script>"])
    page = add_manual(
        product, "Meridian 61 page", [text], kind="product_page", mime_type="text/html", url="https://lyra.example/m"
    )
    return Catalogue(brand, product, manual, page)
