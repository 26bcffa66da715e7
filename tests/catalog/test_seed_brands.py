import pytest
from django.core.management import call_command

from catalog.models import Brand
from catalog.services import UnknownBrand, find_brand, get_or_create_brand
from catalog.slugs import brand_slug

pytestmark = pytest.mark.django_db


def test_the_83_brands_are_created_once():
    call_command("seed_brands")
    call_command("seed_brands")
    assert Brand.objects.count() == 83
    krk = Brand.objects.get(name="KRK Systems")
    assert krk.website.startswith("https://") and krk.distributor_url
    assert not Brand.objects.filter(slug="").exists()


def test_what_staff_changed_is_never_overwritten():
    call_command("seed_brands")
    Brand.objects.filter(name="KRK Systems").update(
        website="https://staff.example.com", seeded={"website": "https://old.example.com"}
    )
    Brand.objects.filter(name="Nord").update(seeded={})
    call_command("seed_brands")
    assert Brand.objects.get(name="KRK Systems").website == "https://staff.example.com"


def test_a_corrected_list_reaches_brands_that_nobody_touched():
    call_command("seed_brands")
    Brand.objects.filter(name="Nord").update(
        website="https://wrong.example.com", seeded={"website": "https://wrong.example.com"}
    )
    call_command("seed_brands")
    assert "nordkeyboards" in Brand.objects.get(name="Nord").website


def test_a_brand_is_found_by_name_or_slug_and_near_names_are_offered():
    call_command("seed_brands")
    assert find_brand("krk systems") == find_brand("krk-systems")
    with pytest.raises(UnknownBrand, match="KRK Systems"):
        find_brand("KRK Sistems")


def test_an_unknown_brand_is_created_with_its_website():
    brand = get_or_create_brand("Neue Firma", website="https://neu.example.com")
    assert (brand.slug, brand.website) == ("neue-firma", "https://neu.example.com")
    assert get_or_create_brand("neue firma") == brand


def test_a_new_brand_gets_a_slug_that_no_other_has():
    for name, slug in (("Kit", "kit"), ("Kit 2", "kit-2"), ("Kit 4", "kit-4")):
        Brand.objects.create(name=name, slug=slug)
    assert (brand_slug("Kit!"), brand_slug("***"), brand_slug("Kit 4 B")) == ("kit-3", "brand", "kit-4-b")


def test_a_brand_in_hebrew_letters_is_found_by_its_slug():
    brand = get_or_create_brand("צלילי הדרום")
    assert brand.slug == "צלילי-הדרום" and find_brand(brand.slug) == brand
