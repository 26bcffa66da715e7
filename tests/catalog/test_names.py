"""Names, headings and the way back, as people see them."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from catalog.models import Brand, Specification
from catalog.queries import brands_named
from catalog.templatetags.support import unbroken

from .conftest import Catalogue


def test_a_model_number_stays_on_one_line_and_its_text_is_unchanged():
    assert unbroken("K-49 mk2") == '<span class="nowrap">K-49</span> mk2'
    assert unbroken("<b>K-49") == '&lt;b&gt;<span class="nowrap">K-49</span>'
    assert unbroken("Owner-made cases") == "Owner-made cases"


def test_specifications_are_headed_once(client: Client, catalogue: Catalogue):
    Specification.objects.update(section="Specifications:")
    assert client.get("/products/lyra/meridian-61/").text.count("Specifications</") == 2  # the button and the heading
    Specification.objects.update(section="Dimensions")
    assert "<caption><bdi>Dimensions</bdi></caption>" in client.get("/products/lyra/meridian-61/").text


def test_brands_stand_by_name_whatever_their_case(db):
    for name in ("Zoom", "beyerdynamic", "ADAM", "Adams"):
        Brand.objects.create(name=name, slug=name.lower())
    assert [brand.name for brand in brands_named("")["unread"]] == ["ADAM", "Adams", "beyerdynamic", "Zoom"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("wanted", "reached"), [("/brands/lyra/", "/brands/lyra/"), ("https://evil.example/", "/staff/"), ("", "/staff/")]
)
def test_staff_come_back_to_the_page_of_this_site_that_they_came_from(client: Client, wanted: str, reached: str):
    brand = Brand.objects.create(name="Lyra", slug="lyra", website="https://lyra.example")
    client.force_login(User.objects.create_superuser("staff"))
    response = client.post(f"/staff/brands/{brand.pk}/scrape/", {"next": wanted})
    assert response.headers["Location"] == reached
