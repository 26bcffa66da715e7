"""What only a browser can show: polling that ends, and pages that keep the site's own policy."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.chromium import chromium
from tests.installation import Installation

ROWS = """
from catalog.models import *
from ingestion.models import IngestionStatus
b = Brand.objects.create(name="Lyra", slug="lyra")
p = Product.objects.create(brand=b, name="Meridian 61", slug="meridian-61", page_url="https://lyra.example/m")
d = Document(brand=b, title="Guide", url="https://lyra.example/g.pdf", kind="manual", state="stored")
d.mime_type = "application/pdf"
d.save()
for n in range(1, 31):
    DocumentPage.objects.create(document=d, number=n, text="A line of text.\\n" * 30)
IngestionStatus.objects.create(brand=b, state="running", percent=40, current_document="https://lyra.example/x")
"""
FINISH = """
from ingestion.models import IngestionStatus
IngestionStatus.objects.update(state="completed", percent=100, documents_ingested=7)
"""


pytestmark = [pytest.mark.browser, pytest.mark.processes]


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[tuple[Installation, str]]:
    """One installation as in production, with a few rows for all tests here, and its address."""
    installation = Installation.collected(tmp_path_factory.mktemp("pages"))
    installation.manage("shell", "-c", ROWS)
    with installation.web() as base:
        yield installation, base


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def site(served) -> str:
    return served[1]


def test_a_brands_page_follows_the_scrape_and_stops_asking_when_it_is_over(page: Page, served):
    installation, site = served
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/status/" in request.url else None)
    page.goto(f"{site}/brands/lyra/")
    expect(page.locator("#status")).to_contain_text("40%")
    while len(asked) < 3:  # the suite's own time limit ends a page that never asks again
        page.wait_for_timeout(100)
    installation.manage("shell", "-c", FINISH)
    expect(page.locator("#status")).to_contain_text("7 documents taken in")
    last = len(asked)
    page.wait_for_timeout(5000)  # two and a half times the interval
    assert len(asked) == last


def test_pages_keep_the_content_security_policy_and_a_citation_lands_on_its_page(page: Page, site: str):
    complaints: list[str] = []
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None
    )
    for address in ("/", "/brands/", "/brands/lyra/", "/products/lyra/meridian-61/", "/search/?q=line"):
        page.goto(site + address)
        page.wait_for_load_state("networkidle")
    page.goto(f"{site}/documents/1/#page-17")
    top = "document.getElementById('page-17').getBoundingClientRect().top"
    page.wait_for_function(f"() => 0 <= {top} && {top} < 200")
    assert complaints == []


def test_the_slash_key_goes_to_the_search_box_and_results_come_while_typing(page: Page, site: str):
    page.goto(f"{site}/search/?q=")
    page.keyboard.press("Tab")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("meridian", delay=20)
    expect(page.locator("#results")).to_contain_text("Meridian 61")
    page.wait_for_url("**q=meridian*")
    assert json.loads(page.locator("meta[name=htmx-config]").get_attribute("content") or "")["allowEval"] is False


@pytest.mark.parametrize("language", ["en", "he"])
def test_no_page_is_wider_than_its_window(page: Page, site: str, language: str):
    page.context.add_cookies([{"name": "django_language", "value": language, "url": site}])
    for address in (
        "/",
        "/brands/",
        "/brands/lyra/",
        "/products/lyra/meridian-61/",
        "/documents/1/",
        "/search/?q=line",
        "/x/",
    ):
        page.goto(site + address)
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
            assert page.evaluate(fits), (address, width)
