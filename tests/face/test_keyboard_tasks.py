"""What a visitor does with an answer, with results and with products, by the keyboard alone; the focus never gets lost."""

import pytest
from playwright.sync_api import Page, expect

from .keys import keeps_focus, press, tab_to
from .site import QUESTION, Face

pytestmark = [pytest.mark.browser, pytest.mark.processes]


@pytest.fixture
def answered(visit) -> Page:
    page: Page = visit("/ask/")
    tab_to(page, "#ask-form [name=question]")
    page.keyboard.type(QUESTION)
    press(page, "#ask-form [type=submit]")
    page.wait_for_selector(".answer-controls [name=value]")
    return page


def test_an_answer_is_told_wrong_with_a_reason_and_then_copied(answered: Page):
    page = answered
    press(page, ".feedback [value='-1']")
    page.wait_for_selector(".why[open]")
    keeps_focus(page, ".answer-controls")
    press(page, ".why [name=reason]", "Space")
    expect(page.locator(".why [name=reason]:checked")).to_have_count(1)
    tab_to(page, ".why [name=comment]")
    page.keyboard.type("It is the wrong page.")
    press(page, ".why [type=submit]")
    expect(page.locator(".feedback [role=status]")).to_contain_text("Our staff will look at it")
    keeps_focus(page, ".answer-controls")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    press(page, "[data-copy]")
    expect(page.locator("[data-copy]")).to_contain_text("Copied")
    assert "OCTAVE" in page.evaluate("navigator.clipboard.readText()")


def test_an_answer_is_shared_taken_back_followed_up_and_left(answered: Page):
    page = answered
    press(page, "form[action$='/share/'] button")
    expect(page.locator("#share-link")).to_be_focused()
    press(page, "[name=revoke]")
    page.wait_for_selector("#share", state="detached")
    keeps_focus(page, ".answer-controls")
    tab_to(page, "#ask-form [name=question]")
    page.keyboard.type("And how heavy is it?")
    press(page, "#ask-form [type=submit]")
    expect(page.locator("h1.asked")).to_contain_text("how heavy")
    expect(page.locator("h1.asked")).to_be_focused()
    page.wait_for_selector(".answer-controls [name=value]")
    press(page, "a[href$='/ask/']:not(.site-nav a)")
    page.wait_for_url("**/ask/")


def test_pages_beside_an_answer_turn_without_leaving_it(answered: Page):
    page = answered
    press(page, ".source-card h3 a")
    page.wait_for_selector("#page-dialog[open] .page-view:not(.htmx-added)")
    title = page.locator("#page-dialog .meta")
    before = title.inner_text()
    page.keyboard.press("ArrowRight")
    expect(title).not_to_have_text(before)
    keeps_focus(page, "#page-dialog")
    page.keyboard.press("Escape")
    expect(page.locator("#page-dialog")).not_to_be_visible()
    assert page.evaluate("document.activeElement.matches('.source-card h3 a')"), "the focus does not come back"


def test_filters_are_gone_through_with_the_arrows_and_applied_with_enter(visit):
    page = visit("/search/?q=factory")
    tab_to(page, "#kind")
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    wanted = page.locator("#kind").input_value()
    assert wanted and page.url.endswith("?q=factory"), "an arrow alone left the page"
    page.keyboard.press("Enter")
    page.wait_for_url(f"**kind={wanted}*", wait_until="load")
    tab_to(page, "#results a")


def test_four_products_are_chosen_compared_and_one_left_out(visit, face: Face):
    page = visit("/products/lumenhall/lumenhall-k-49/")
    press(page, ".chooser summary")
    press(page, ".chooser [type=checkbox]", "Space")
    for _ in range(2):
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
    press(page, ".chooser [type=submit]")
    page.wait_for_url("**/compare/?p=*&p=*&p=*&p=*")
    page.wait_for_selector("table.of-4")
    press(page, "main a[href$='only=differences']")
    page.wait_for_url("**only=differences")
    press(page, "thead a.soft")
    page.wait_for_selector("table.of-3")
