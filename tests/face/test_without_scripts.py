"""Search, browse, ask and read with scripts switched off."""

import pytest
from playwright.sync_api import expect

from .site import QUESTION, Face

pytestmark = [pytest.mark.browser, pytest.mark.processes]


def test_one_box_searches_and_asks(visit):
    page = visit("/", scripts=False)
    page.fill("#question", "K-49")
    page.click(".big-box [formmethod=get]")
    assert "/search/" in page.url and "csrf" not in page.url
    expect(page.locator("#results")).to_contain_text("K-Series User Guide")
    page.goto(page.url.split("/search/")[0] + "/")
    page.fill("#question", QUESTION)
    page.click(".big-box .primary")
    page.wait_for_selector(".answer-controls [name=value]")
    expect(page.locator(".source-card").first).to_contain_text("K-Series")


def test_a_source_opens_on_a_page_of_its_own(visit):
    page = visit("/ask/", scripts=False)
    page.fill("#ask-form [name=question]", QUESTION)
    page.click("#ask-form [type=submit]")
    page.wait_for_selector(".answer-controls [name=value]")
    page.locator(".source-card h3 a").first.click()
    page.wait_for_url("**/documents/*/pages/**")
    expect(page.locator(".facsimile img, .sheet").first).to_be_visible()


def test_filters_apply_by_the_forms_button(visit):
    page = visit("/search/?q=factory", scripts=False)
    page.select_option("#kind", "quick_start")
    page.click("#search-form [type=submit]")
    assert "kind=quick_start" in page.url


def test_brands_products_and_manuals_are_reached_by_links(visit):
    page = visit("/brands/", scripts=False)
    page.click("a[href$='/brands/lumenhall/']")
    page.click("a[href*='family=keyboards']")
    page.click("a[href$='/lumenhall-k-49/']")
    page.locator(".document-row a").first.click()
    expect(page.locator("#page-1")).to_be_visible()


def test_language_and_appearance_are_chosen(visit, face: Face):
    page = visit("/brands/", scripts=False)
    page.click(".language > *:last-child")
    expect(page.locator("html")).to_have_attribute("lang", "he")
    page.click(".theme [value=light]")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.click(".theme [value=system]")
    assert page.locator("html").get_attribute("data-theme") is None


def test_a_missing_page_searches_for_the_words_of_its_address(visit):
    page = visit("/products/lumenhall/lumenhall-k-49x/", scripts=False)
    expect(page.locator("main input[name=q]")).to_have_value("lumenhall k 49x")
    page.fill("main input[name=q]", "K-49")
    page.click("main [type=submit]")
    expect(page.locator("#results")).to_contain_text("K-49")
