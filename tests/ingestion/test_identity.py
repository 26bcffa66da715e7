"""What a product's page says of itself is kept with where it came from."""

import pytest
from django.test import Client

from catalog.models import Brand, Lifecycle, Product
from ingestion.extract import FetchedPage, extract
from ingestion.products import save_product

pytestmark = pytest.mark.django_db
TABLE = "<table><tr><th>Inputs</th><td>2</td></tr><tr><th>Outputs</th><td>2</td></tr><tr><th>Weight</th><td>1 kg</td></tr></table>"


def save(path: str, heading: str, notice: str = "") -> Product:
    brand = Brand.objects.get_or_create(name="Tern", slug="tern")[0]
    url = f"https://tern.example/products/{path}"
    read = extract(FetchedPage(url, f"<main><h1>{heading}</h1><p>{notice}</p>{TABLE}</main>", "Tern"))
    assert read.product is not None
    return save_product(brand=brand, url=url, record=read.product)[0]


def test_the_reasons_and_the_layout_of_each_value_are_kept():
    product = save("interface-2", "Interface 2")
    assert any("3 specifications" in reason for reason in product.evidence)
    assert {spec.source for spec in product.specifications.all()} == {"table"}


def test_a_discontinued_product_leads_to_what_replaced_it(client: Client):
    old = save("interface-2", "Interface 2", "Discontinued: it was replaced by the Interface 2 MkII.")
    assert (old.lifecycle, old.successor_name) == (Lifecycle.DISCONTINUED, "Interface 2 MkII")
    new = save("interface-2-mkii", "Interface 2 Mk2")
    assert new.pk != old.pk
    assert f'href="{new.get_absolute_url()}"' in client.get(old.get_absolute_url()).text
