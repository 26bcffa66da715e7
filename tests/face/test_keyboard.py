"""Every task of a visitor, done with the keyboard alone."""

import pytest
from playwright.sync_api import expect

from .keys import tab_to
from .site import QUESTION, Face

pytestmark = [pytest.mark.browser, pytest.mark.processes]


def test_the_first_key_leads_past_the_header(visit):
    page = visit("/brands/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_a_question_is_asked_and_its_source_read_and_closed_again(visit):
    page = visit("/")
    page.keyboard.press("/")
    expect(page.locator("#question")).to_be_focused()
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_selector(".answer-controls [name=value]")
    tab_to(page, ".source-card h3 a")
    page.keyboard.press("Enter")
    page.wait_for_selector("#page-dialog[open] .page-view")
    assert page.evaluate("document.activeElement.closest('#page-dialog') !== null"), "the focus stays outside"
    page.keyboard.press("Escape")
    expect(page.locator("#page-dialog")).not_to_be_visible()
    assert page.evaluate("document.activeElement.matches('.source-card h3 a')"), "the focus does not come back"


def test_an_answer_that_arrives_takes_the_focus_to_its_question(visit):
    page = visit("/ask/")
    page.locator("#ask-form [name=question]").focus()
    page.keyboard.type(QUESTION)
    tab_to(page, "#ask-form [type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".answer-controls [name=value]")
    expect(page.locator("h1.asked")).to_be_focused()


def test_what_is_wrong_with_a_question_takes_the_focus_to_its_field(visit):
    page = visit("/ask/")
    tab_to(page, "#ask-form [type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#question-error")
    field = page.locator("#ask-form [name=question]")
    expect(field).to_have_attribute("aria-invalid", "true")
    assert "question-error" in (field.get_attribute("aria-describedby") or "")


def test_a_search_is_typed_narrowed_and_opened(visit, face: Face):
    page = visit("/search/")
    page.keyboard.press("/")
    page.keyboard.type("K-49")
    page.wait_for_url("**q=K-49*")
    page.wait_for_selector("#results:not(.htmx-request) .document-row")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/lumenhall-k-49/")


def test_a_manual_is_found_by_way_of_its_brand(visit):
    page = visit("/")
    tab_to(page, "a[href$='/brands/lumenhall/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/brands/lumenhall/")
    tab_to(page, "a[href$='/lumenhall-k-49/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/lumenhall-k-49/")
    tab_to(page, ".document-row a, .next-step")
    page.keyboard.press("Enter")
    page.wait_for_url("**/documents/**")
    expect(page.locator("h1")).to_be_visible()


def test_pages_of_a_manual_turn_with_the_arrows_in_the_direction_of_reading(visit, face: Face):
    page = visit(face.page_of_manual(2))
    page.keyboard.press("ArrowRight")
    page.wait_for_url(f"**{face.page_of_manual(3)}*")
    page = visit(face.page_of_manual(2), language="he")
    page.keyboard.press("ArrowRight")
    page.wait_for_url(f"**{face.page_of_manual(1)}*")


def test_language_and_appearance_are_chosen(visit):
    page = visit("/brands/")
    tab_to(page, ".language *")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    tab_to(page, ".theme [value=dark]", 150)
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.url.endswith("/brands/")
