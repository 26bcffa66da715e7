"""Of several addresses of one page one is kept, and the others say which."""

import pytest

from catalog.models import Document, Product
from ingestion.models import FrontierUrl

from .scrapes import fates, scrape
from .site import page

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("late", ["/Tone-3", "/tone-3"])
def test_of_two_addresses_in_letter_case_the_plainer_is_kept_whichever_was_read_first(site, brand, late):
    data = '<script type="application/ld+json">{"@type": "Product", "name": "Tone 3", "sku": "T3", "offers": {"price": 9}}</script>'
    site.answers["/"] = page("Home", '<a href="/Tone-3">Tone 3</a><a href="/tone-3">Tone 3</a>')
    site.answers |= dict.fromkeys(("/Tone-3", "/tone-3"), page("Tone 3", head=data))
    site.delays[late] = 0.5
    scrape(brand)
    assert fates() == {"/": "stored", "/tone-3": "stored", "/Tone-3": "duplicate"}
    assert FrontierUrl.objects.get(state="duplicate").duplicate_of == f"{site.base}/tone-3"
    assert Product.objects.get().page_url == f"{site.base}/tone-3"
    assert Document.objects.get().url == f"{site.base}/tone-3"


def test_letter_case_parts_pages_unless_their_bytes_are_the_same(site, brand):
    same = page("One page")
    site.answers |= {
        "/": page("Home", '<a href="/Same">1</a><a href="/same">2</a><a href="/Two">3</a><a href="/two">4</a>'),
        "/Same": same, "/same": same, "/Two": page("Two"), "/two": page("Another two"),
    }  # fmt: skip
    scrape(brand)
    found = fates()
    assert sorted((found["/Same"], found["/same"])) == ["duplicate", "stored"]
    assert found["/Two"] == found["/two"] == "stored"


def test_a_canonical_address_that_stands_on_every_page_is_not_believed(site, brand):
    head = '<link rel=canonical href="/landing">'
    site.answers |= {f"/p{n}": page(f"Page {n}", head=head) for n in range(8)}
    site.answers |= {
        "/landing": page("Landing"),
        "/": page("Home", "".join(f'<a href="/p{n}">{n}</a>' for n in range(8))),
    }
    scrape(brand)
    assert set(fates().values()) == {"stored"}


def test_variants_of_one_page_stay_its_duplicates(site, brand):
    head = '<link rel=canonical href="/tone">'
    site.answers |= {f"/c{n}/tone": page("Tone", head=head) for n in range(8)}
    site.answers |= {
        "/tone": page("Tone"),
        "/": page("Home", "".join(f'<a href="/c{n}/tone">{n}</a>' for n in range(8))),
    }
    scrape(brand)
    assert sorted(fates().values()) == ["duplicate"] * 8 + ["stored"] * 2


def test_two_products_of_letter_case_that_become_one_page_stay_and_cost_the_scrape_nothing(site, brand):
    def offer(name: str) -> str:
        return f'<script type="application/ld+json">{{"@type": "Product", "name": "{name}", "sku": "{name}", "offers": {{"price": 9}}}}</script>'

    site.answers |= {
        "/": page("Home", '<a href="/Tone-3">Tone 3</a><a href="/tone-3">Tone 4</a>'),
        "/Tone-3": page("Tone 3", head=offer("Tone 3")),
        "/tone-3": page("Tone 4", head=offer("Tone 4")),
    }
    scrape(brand)
    assert Product.objects.count() == Document.objects.exclude(url=f"{site.base}/").count() == 2
    site.answers |= dict.fromkeys(("/Tone-3", "/tone-3"), page("Tone 3", head=offer("Tone 3")))
    site.delays["/tone-3"] = 0.5
    assert scrape(brand, force=True).state == "completed"
    assert fates() == {"/": "stored", "/tone-3": "stored", "/Tone-3": "duplicate"}
