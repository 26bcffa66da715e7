"""Conversations in a real Chromium: follow-ups in place, copying, sharing, and all of it without scripts."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.chromium import PATIENCE, chromium

from .site import QUESTION, Site

pytestmark = [pytest.mark.processes, pytest.mark.browser]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def ask(page: Page, site: Site, question: str = QUESTION) -> None:
    page.goto(site.base + "/ask/")
    page.fill("#ask-form textarea", question)
    page.click("#ask-form button[type=submit]")


def test_a_follow_up_goes_on_in_place(page, site):
    ask(page, site)
    page.wait_for_selector("text=Did this help?")
    first = page.url
    page.fill("#ask-form textarea", "and its weight?")
    page.click("#ask-form button[type=submit]")
    expect(page.locator(".understood-as")).to_have_text("The Tremor 25’s weight?")
    page.wait_for_selector("text=Did this help?")
    assert page.url != first
    page.click(".turn summary")
    expect(page.locator(".turn[open]")).to_contain_text("Hold the Shift")
    page.click("text=Ask it as I wrote it")
    expect(page.locator("h1.asked")).to_have_text("and its weight?")
    expect(page.locator(".understood-as")).to_have_count(0)


def test_the_answer_is_copied_with_its_addresses(page, site):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.base)
    ask(page, site)
    page.click(".answer-controls >> text=Copy")
    page.wait_for_selector("text=Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(QUESTION)
    assert re.search(rf"{site.base}/documents/\d+/", copied)


def test_a_shared_conversation_is_read_elsewhere_until_it_is_revoked(page, site):
    ask(page, site)
    page.click(".answer-controls >> text=Share")
    link = page.locator("#share-link")
    expect(link).to_be_focused()
    address = site.base + link.get_attribute("href")
    elsewhere = page.context.browser.new_page()
    elsewhere.set_default_timeout(PATIENCE)
    elsewhere.goto(address)
    expect(elsewhere.locator("main")).to_contain_text("Hold the Shift")
    page.click("text=Stop sharing")
    expect(link).to_have_count(0)
    assert elsewhere.goto(address).status == 404


def test_a_thumb_down_asks_why_in_place_and_thanks(page, site):
    ask(page, site)
    page.click(".answer-controls >> text=No")
    page.check("text=Something is missing")
    page.fill("#comment", "It leaves out the display")
    page.click(".feedback >> text=Send")
    page.wait_for_selector("text=Thank you. Our staff will look at it.")
    page.reload()
    page.click("text=Change what you told us")
    assert page.input_value("#comment") == "It leaves out the display"


class TestWithoutScripts:
    @pytest.fixture
    def plain(self, page) -> Page:
        opened = page.context.browser.new_page(java_script_enabled=False)
        opened.set_default_timeout(PATIENCE)
        return opened

    def test_an_answer_is_stopped_by_its_form_and_keeps_what_came(self, plain, site, gate):
        gate.release(4)
        ask(plain, site)
        expect(plain.locator("#answer-text")).to_contain_text("Hold")
        plain.click("text=Stop")
        plain.wait_for_selector("text=You stopped this answer.")
        assert "Hold" in plain.inner_text("#answer-text")
        assert "INIT" not in plain.inner_text("#answer-text")

    def test_follow_up_feedback_and_sharing_are_forms(self, plain, site):
        ask(plain, site)
        plain.wait_for_selector("text=Did this help?")
        plain.click(".feedback >> text=No")
        plain.click("summary >> text=Tell us why")
        plain.check("text=Hard to understand")
        plain.click(".feedback >> text=Send")
        plain.wait_for_selector("text=Thank you. Our staff will look at it.")
        plain.click(".answer-controls >> text=Share")
        plain.wait_for_selector("#share-link")
        expect(plain.locator(".needs-script:visible")).to_have_count(0)
        plain.fill("#ask-form textarea", "and its weight?")
        plain.click("#ask-form button[type=submit]")
        expect(plain.locator(".understood-as")).to_have_text("The Tremor 25’s weight?")
