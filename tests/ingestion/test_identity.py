"""What a product's page says of itself is kept with where it came from."""

from typing import Any

import pytest
from django.test import Client

from catalog.models import Brand, Lifecycle, Product
from ingestion.extract import FetchedPage, extract
from ingestion.extract.records import ProductRecord
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


def save_as(url: str, name: str, **stated: Any) -> Product:
    brand = Brand.objects.get_or_create(name="Tern", slug="tern")[0]
    return save_product(brand=brand, url=f"https://tern.example{url}", record=ProductRecord(name=name, **stated))[0]


def test_a_page_in_another_language_shows_the_same_product():
    first = save_as("/en/products/interface-2", "Interface 2", description="It has two inputs.")
    second = save_as("/de/products/interface-2", "Interface 2", description="Es hat zwei Eingänge.")
    assert second.pk == first.pk and second.description == "It has two inputs."
    assert Product.objects.get().page_url.endswith("/en/products/interface-2")


def test_pages_of_one_name_and_number_are_one_product_and_others_are_not():
    first = save_as("/shop/interface-2", "Interface 2", sku="IF-2", gtin="4006381333931")
    assert save_as("/deals/today", "Interface 2", sku="if-2").pk == first.pk
    assert save_as("/bundles/one", "Interface-2", gtin="4006381333931").pk == first.pk
    assert save_as("/other/interface-2-used", "Interface 2", sku="IF-2-USED").pk != first.pk
    assert save_as("/shop/interface-2-mk2", "Interface 2 mk2", sku="IF-2").pk != first.pk


@pytest.mark.parametrize(
    ("stated", "kept"),
    [
        ("4006381333931", "4006381333931"),
        ("400-6381-333931", "4006381333931"),
        ("4006381333932", ""),
        ("0000000000000", ""),
        ("12", ""),
        ("٤٠٠٦٣٨١٣٣٣٩٣١", ""),
    ],
)
def test_an_ean_counts_when_its_check_digit_is_right(stated, kept):
    data = f'{{"@type": "Product", "name": "Interface 2", "gtin13": "{stated}", "offers": {{"price": "99", "priceCurrency": "EUR"}}}}'
    page = f'<main><h1>Interface 2</h1>{TABLE}</main><script type="application/ld+json">{data}</script>'
    read = extract(FetchedPage("https://tern.example/products/interface-2", page, "Tern"))
    assert read.product is not None and read.product.gtin == kept


def test_what_a_product_was_called_before_is_kept():
    save("interface-2", "Interface 2")
    product = save("interface-2", "Interface 2 Studio")
    assert [alias.name for alias in product.aliases.all()] == ["Interface 2"]
