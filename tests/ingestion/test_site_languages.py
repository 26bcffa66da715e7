"""Which languages of a site are read, and what is said of those that are not."""

import pytest

from catalog.models import Document
from ingestion import spoken
from ingestion.models import FrontierUrl, IngestionRun, IngestLog

from .scrapes import fates, scrape
from .site import page, xml

pytestmark = pytest.mark.django_db(transaction=True)

GERMAN = (
    "<p>"
    + "Der Verstärker hat einen kräftigen Klang und lässt sich über die Regler auf der Vorderseite einstellen. " * 8
    + "</p>"
)


def german(title: str, body: str = "") -> tuple[int, dict[str, str], bytes]:
    markup = f"<!doctype html><html lang=de><head><title>{title}</title></head><body><main><h1>{title}</h1>{body}{GERMAN}</main></body></html>"
    return 200, {"Content-Type": "text/html"}, markup.encode()


@pytest.fixture
def not_even_few(monkeypatch):
    """So that a site of a handful of pages stands for a large one."""
    monkeypatch.setattr(spoken, "FEW", 0)


def test_pages_in_other_languages_are_left_out_with_that_reason(site, brand, not_even_few):
    site.answers |= {
        "/": page("Home", '<a href="/de/a">Deutsch</a><a href="/plain">Deutsch</a><a href="/a">A</a>', '<link rel=alternate hreflang=fr href="/f">'),
        "/a": page("Page A"), "/plain": german("Seite", '<a href="/noch-eine">Weiter</a><a href="/en/b">English</a>'), "/en/b": page("Page B"),
    }  # fmt: skip
    scrape(brand)
    assert fates() == {
        "/": "stored",
        "/a": "stored",
        "/en/b": "stored",
        "/de/a": "language",
        "/plain": "language",
        "/f": "language",
    }
    assert (
        not site.counts["/de/a"]
        and not site.counts["/noch-eine"]
        and not Document.objects.filter(url__endswith="/plain").exists()
    )
    assert {row.details["evidence"]["text"] for row in FrontierUrl.objects.filter(code="language")} == {
        "address",
        "link",
        "own statement",
    }


def test_a_site_without_english_is_read_in_its_own_language_and_says_so(site, brand, not_even_few):
    site.answers |= {
        "/": german("Start", '<a href="/de/tone">Tone</a><a href="/fr/tone">Tone</a>'), "/de/tone": german("Tone"),
        "/sitemap.xml": xml(f"<urlset><url><loc>{site.base}/de/zwei</loc></url></urlset>"), "/de/zwei": german("Zwei"),
    }  # fmt: skip
    run = scrape(brand)
    assert fates() == {"/": "stored", "/de/tone": "stored", "/de/zwei": "stored", "/fr/tone": "language"}
    assert run.languages == "de,en,he" and "its own is read: de" in IngestLog.objects.get(code="own_language").reason
    assert max(site.counts[path] for path in ("/", "/de/tone", "/de/zwei")) == 1
    again = scrape(brand)
    assert again.languages == "de,en,he" and fates()["/de/tone"] == "unchanged"


def test_what_the_start_page_does_not_tell_is_found_out_when_nothing_else_was_read(site, brand):
    site.answers |= {"/": page("Welcome", '<a href="/de/a">1</a>'), "/de/a": german("Seite")}
    site.answers["/"] = (302, {"Location": "/de/a"}, b"")
    assert scrape(brand).languages == "de,en,he"
    assert Document.objects.get().language == "de"
    assert set(FrontierUrl.objects.values_list("host", flat=True)) == {site.base.split("/")[2]}


def test_staffs_own_choice_of_languages_holds(site, brand):
    brand.languages = "en"
    brand.save()
    site.answers |= {
        "/": german("Start", '<a href="/a">A</a><a href="/he/a">A</a><a href="/en/b">B</a>'),
        "/a": page("Page A"),
        "/en/b": page("Page B"),
    }
    scrape(brand)
    assert fates() == {"/": "language", "/en/b": "stored"} and IngestionRun.objects.get().languages == ""


def in_french(site) -> None:
    links = '<a href="/fr/tone-3">3</a><a href="/tone-5">5</a><a href="/fr/tone-5">5</a>'
    links += '<a href="/tone-8">8</a><a href="/fr/tone-8">8</a>'
    site.answers |= {
        "/": page("Home", links),
        "/tone-5": page("Tone 5"),
        "/tone-8": page("Tone 8"),
        "/fr/tone-8": page("Tone 8"),
        "/fr/tone-3": page("Tone 3"),
        "/fr/tone-5": page("Tone 5"),
    }


def test_a_page_that_the_site_has_in_no_other_language_is_read(site, brand, monkeypatch):
    monkeypatch.setattr(spoken, "FEW", 1)
    in_french(site)
    scrape(brand)
    left_out = {path for path, fate in fates().items() if fate == "language"}
    assert left_out == {"/fr/tone-5", "/fr/tone-8"} and fates()["/fr/tone-3"] == "stored"


def test_few_pages_in_other_languages_are_read_too(site, brand):
    in_french(site)
    scrape(brand)
    assert set(fates().values()) == {"stored"}
