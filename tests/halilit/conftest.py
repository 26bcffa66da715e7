import pytest
from django.utils import timezone

from catalog.models import (
    Brand,
    Document,
    DocumentKind,
    DocumentPage,
    DocumentState,
    Product,
    ProductDocument,
    ProductFamily,
    Specification,
)
from catalog.naming import model_key
from halilit.models import ApiToken, Scope
from tests.people import staff_as


@pytest.fixture
def brand(db):
    """Lumenhall with a family, a product with a specification, and a stored manual of two pages."""
    brand = Brand.objects.create(name="Lumenhall", slug="lumenhall", website="http://127.0.0.1:8099/")
    family = ProductFamily.objects.create(brand=brand, name="Keyboards", slug="keyboards")
    product = Product.objects.create(
        brand=brand,
        family=family,
        name="Lumenhall K-25",
        model_key=model_key("Lumenhall K-25"),
        slug="k-25",
        sku="LH-K025-01",
        price="129.00",
        currency="EUR",
        page_url="http://127.0.0.1:8099/products/keyboards/k-25/",
    )
    Specification.objects.create(product=product, label="Weight", value="0.9 kg")
    document = Document.objects.create(
        brand=brand,
        kind=DocumentKind.MANUAL,
        state=DocumentState.STORED,
        title="K-Series User Guide",
        url="http://127.0.0.1:8099/files/manuals/K-Series_User_Guide.pdf",
        language="en",
        page_count=2,
        fetched_at=timezone.now(),
    )
    ProductDocument.objects.create(product=product, document=document)
    DocumentPage.objects.create(document=document, number=1, text="K-Series User Guide: K-25, K-49, K-61")
    DocumentPage.objects.create(
        document=document,
        number=2,
        text="Factory reset of K-25\nDisconnect USB. Hold OCTAVE + and OCTAVE - together. "
        "Connect USB and go on holding both buttons for three seconds, until the pads blink twice.",
    )
    return brand


@pytest.fixture
def staff(db):
    return staff_as(email="dana@example.com", password="a-long-password")


@pytest.fixture
def secret(db):
    """The secret of a valid API token."""
    token = ApiToken(name="shop", scopes=list(Scope.values))
    made = token.renew()
    token.save()
    return made


@pytest.fixture
def bearer(secret):
    return {"Authorization": f"Bearer {secret}"}
