"""Families, relatives and comparisons: what belongs together is found, and shown side by side."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog import comparing, corrections
from catalog.models import Brand, Product, ProductFamily, Specification
from catalog.naming import model_key
from catalog.queries import SORTS, products_of
from catalog.relations import Relation, grouped, relation, series_key, series_of
from tests.people import staff_as

NAMES = [
    ("Tern 49", "Tern 49 mk2", Relation.REVISION),
    ("ROKIT 5 Generation 4", "ROKIT 5 G5", Relation.REVISION),
    ("Tern 49", "Tern 61", Relation.SIZE),
    ("Classic 5 Monitor", "Classic 5 Monitor - Silver Black", Relation.FINISH),
    ("Tern 49", "Rail 49", None),
    ("Tern 49", "Tern 49", None),
]


@pytest.mark.parametrize(("one", "other", "kind"), NAMES)
def test_names_say_how_products_are_related(one, other, kind):
    assert relation(one, other) == kind
    assert (series_key(one) == series_key(other)) == (kind is not None or one == other)


@pytest.fixture
def brand(db):
    return Brand.objects.create(name="Rail", slug="rail")


def a_product(brand: Brand, name: str, family: ProductFamily | None = None, **values: str) -> Product:
    slug = name.lower().replace(" ", "-")
    product = Product.objects.create(
        brand=brand, name=name, slug=slug, family=family, page_url=f"https://rail.example/{slug}",
        model_key=model_key(name), series_key=series_key(name),
    )  # fmt: skip
    for order, (label, value) in enumerate(values.items()):
        Specification.objects.create(product=product, label=label, value=value, order=order)
    return product


def test_a_product_leads_to_its_revisions_and_sizes(brand, client: Client):
    product, size, revision = (a_product(brand, name) for name in ("Tern 49", "Tern 61", "Tern 49 mk2"))
    a_product(brand, "Rail 49")
    assert grouped(product, series_of(product, products_of(brand))) == [
        (Relation.REVISION, [revision]),
        (Relation.SIZE, [size]),
    ]
    page = client.get(product.get_absolute_url()).text
    assert size.get_absolute_url() in page and revision.get_absolute_url() in page


def test_values_stand_side_by_side_and_what_differs_is_marked(brand, client: Client):
    one = a_product(brand, "Tern 49", Weight="3 kg", Keys="49", Inputs="2")
    two = a_product(brand, "Tern 61", KEYS="61", Weight="3 kg")
    page = client.get(f"/compare/?p={one.pk}&p={two.pk}").text
    rows = re.findall(r"<tr( class=\"differs\")?><th scope=\"row\"><bdi>(\w+)</bdi></th>", page)
    assert rows == [("", "Weight"), (' class="differs"', "Keys"), (' class="differs"', "Inputs")]
    only = client.get(f"/compare/?p={one.pk}&p={two.pk}&only=differences").text
    assert "Weight" not in only and "Keys" in only


def test_at_most_four_are_compared_and_nonsense_is_none(brand, client: Client):
    products = [a_product(brand, f"Tern {n}", Weight="1 kg") for n in range(1, 6)]
    query = "&".join(f"p={product.pk}" for product in products)
    page = client.get(f"/compare/?{query}")
    assert page.text.count('<th scope="col">') == comparing.MOST and "the others were left out" in page.text
    for nonsense in ("", "?p=x", "?p=99999999", "?p=1e9", "?p=²"):
        assert "Nothing to compare yet" in client.get(f"/compare/{nonsense}").text


def test_hidden_products_are_not_compared(brand, client: Client):
    product = a_product(brand, "Tern 49")
    Product.objects.update(hidden=True)
    assert "Tern 49" not in client.get(f"/compare/?p={product.pk}").text


def test_a_family_has_a_page_that_sorts_and_narrows(brand, client: Client, settings):
    settings.PAGES_KEPT_SECONDS = 0  # a kept page comes without what it was made from
    family = ProductFamily.objects.create(brand=brand, name="Keyboards", slug="keyboards")
    for name in ("Tern 49", "Tern 61", "Rail 88"):
        a_product(brand, name, family)
    Product.objects.filter(name="Tern 61").update(price=10, currency="EUR", lifecycle="discontinued")
    address = family.get_absolute_url()

    def shown(query: str) -> list[str]:
        return [product.name for product in client.get(address + query).context["page"]]

    assert shown("") == ["Rail 88", "Tern 49", "Tern 61"]
    assert shown("?sort=price")[0] == "Tern 61" and shown("?sort=newest")[0] == "Rail 88"
    assert shown("?q=tern") == ["Tern 49", "Tern 61"] and shown("?lifecycle=discontinued") == ["Tern 61"]
    assert shown("?sort=nonsense&page=x") == shown("")


def test_pages_ask_no_more_however_many_rows(brand, client: Client):
    family = ProductFamily.objects.create(brand=brand, name="Keyboards", slug="keyboards")
    first = a_product(brand, "Tern 1", family, Weight="1 kg")
    addresses = [family.get_absolute_url(), f"/compare/?p={first.pk}", first.get_absolute_url(), "/brands/rail/"]

    def counts() -> list[int]:
        found = []
        for address in addresses:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            found.append(len(queries))
        return found

    for n in range(2, 12):
        a_product(brand, f"Tern {n}", family, Weight=f"{n} kg")
    few = counts()
    for n in range(12, 30):
        a_product(brand, f"Tern {n}", family, Weight=f"{n} kg")
    assert counts() == few


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads a plan of SQLite")
@pytest.mark.parametrize("order", ["", *SORTS])
def test_an_index_holds_each_order_of_a_list(brand, order):
    plan = products_of(brand, sort=order).values_list("pk")[:48].explain()
    assert "products_" in plan and "TEMP B-TREE" not in plan


def test_an_older_name_stays_known(brand, django_user_model, client: Client):
    dana = staff_as()
    product = a_product(brand, "Tern 49")
    corrections.correct_product(product, user=dana, name="Tern 49 Stage")
    assert [alias.name for alias in product.aliases.all()] == ["Tern 49"]
    assert "Also called" in client.get(product.get_absolute_url()).text
