"""The ask page as visitors meet it: with scripts in a real Chromium, without them, and with input that is no question."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from rag.answer import ask
from rag.models import Answer
from tests.chromium import PATIENCE
from tests.face.keys import keeps_focus, press

from .manuals import build
from .site import QUESTION, Site

ASK = "/ask/"


@pytest.fixture
def brand(db):
    return build()


def test_a_question_leads_to_a_page_of_its_own(client, brand):
    response = client.post(ASK, {"question": QUESTION})
    assert response.status_code == 303
    assert response.headers["Location"] == Answer.objects.get().get_absolute_url()


def test_htmx_gets_the_part_that_connects_to_the_stream(client, brand):
    response = client.post(ASK, {"question": QUESTION}, headers={"HX-Request": "true"})
    answer = Answer.objects.get()
    assert response.status_code == 200
    assert response.headers["HX-Push-Url"] == answer.get_absolute_url()
    page = response.content.decode()
    assert f'sse-connect="{reverse("rag:answer_stream", args=[answer.pk])}"' in page
    assert "<html" not in page


@pytest.mark.parametrize(
    ("fields", "status", "message"),
    [
        ({"question": ""}, 422, "Write your question first."),
        ({"question": " \n "}, 422, "Write your question first."),
        ({"question": "why " * 2500}, 422, "at most 2000 can be read"),
        ({"question": "nul\x00l"}, 422, "Type it again"),
        ({"question": QUESTION, "brand": "999999"}, 400, "There is no such brand here."),
        ({"question": QUESTION, "brand": "x'); --"}, 400, "There is no such brand here."),
        ({"question": QUESTION, "product": "999999"}, 400, "There is no such product here."),
    ],
)
@pytest.mark.parametrize("htmx", [False, True])
def test_what_cannot_be_asked_is_explained_and_nothing_typed_is_lost(client, brand, fields, status, message, htmx):
    response = client.post(ASK, fields, headers={"HX-Request": "true"} if htmx else {})
    page = response.content.decode()
    assert response.status_code == status
    assert message in page
    assert fields["question"].strip().replace("\x00", "") in page.replace("\x00", "")
    assert not Answer.objects.exists()
    assert response.headers.get("HX-Retarget", "") == ("#ask-form" if htmx else "")


def test_the_address_can_hold_question_and_brand(client, brand):
    page = client.get(ASK, {"question": "How <heavy>?", "brand": brand.pk}).content.decode()
    assert "How &lt;heavy&gt;?" in page
    assert f'<option value="{brand.pk}" selected>' in page


@pytest.mark.parametrize("value", ["0", "abc", "99999999999999999999"])
def test_an_address_with_an_unknown_brand_still_opens(client, brand, value):
    assert client.get(ASK, {"brand": value, "product": value}).status_code == 200


@pytest.mark.parametrize(("value", "status", "stored"), [("1", 303, 1), ("-1", 303, -1), ("7", 400, 0), ("", 400, 0)])
def test_feedback_is_one_of_two_words(client, brand, value, status, stored):
    answer = ask(QUESTION)
    response = client.post(reverse("rag:feedback", args=[answer.pk]), {"value": value})
    assert response.status_code == status
    answer.refresh_from_db()
    assert answer.feedback == stored


@pytest.mark.processes
@pytest.mark.browser
class TestInTheBrowser:
    def ask(self, page, site: Site, question: str = QUESTION):
        page.goto(site.base + ASK)
        page.fill("#ask-form textarea", question)
        page.click("#ask-form button[type=submit]")

    def test_the_words_appear_one_after_another_and_are_asked_for_once(self, page, site, gate):
        gate.release(2)
        self.ask(page, site)
        expect(page.locator("#answer-text")).to_contain_text("Hold")
        page.evaluate(
            """() => { window.seen = []; new MutationObserver(() => window.seen.push(
                document.querySelector('#answer-text').innerText.length
            )).observe(document.querySelector('#answer-text'), {childList: true}) }"""
        )
        second = page.context.browser.new_page()
        second.set_default_timeout(PATIENCE)
        second.goto(page.url)
        for seen_so_far in ("Shift and Bank", "turn it on", "Release the"):
            gate.release(5)
            expect(page.locator("#answer-text")).to_contain_text(seen_so_far)
        gate.release(100)
        for tab in (page, second):
            tab.wait_for_selector("#answer-text >> text=reads INIT")
            tab.wait_for_selector("text=Did this help?")
        seen = page.evaluate("[...new Set(window.seen)]")
        assert len(seen) >= 3
        assert seen == sorted(seen)
        page.reload()
        assert "reads INIT" in page.inner_text("#answer-text")
        assert len(site.model.requests) == 1

    def test_a_reload_in_the_middle_goes_on_where_the_answer_is(self, page, site, gate):
        gate.release(5)
        self.ask(page, site)
        expect(page.locator("#answer-text")).to_contain_text("Shift")
        page.reload()
        gate.release(100)
        page.wait_for_selector("#answer-text >> text=reads INIT")
        assert page.inner_text("#answer-text").count("Hold the Shift") == 1
        assert len(site.model.requests) == 1

    def test_a_citation_leads_to_its_card_and_the_card_to_the_page(self, page, site):
        self.ask(page, site)
        page.wait_for_selector("text=Did this help?")
        page.click("#answer-text a.citation >> nth=0")
        assert page.url.endswith("#source-1")
        page.click("#source-1 h3 a")
        page.wait_for_selector("dialog[open] .page-view:not(.htmx-added) mark")
        assert "Page 2 of 5" in page.inner_text("dialog")
        page.keyboard.press("ArrowLeft")
        page.wait_for_selector("dialog >> text=Page 1 of 5")
        page.keyboard.press("Escape")
        assert page.query_selector("dialog[open]") is None

    def test_stop_by_key_and_feedback_work_in_place(self, page, site, gate):
        gate.release(4)
        self.ask(page, site)
        expect(page.locator("#answer-text")).to_contain_text("Hold")
        press(page, "form[action$='/stop/'] button")
        page.wait_for_selector("text=You stopped this answer.")
        keeps_focus(page, "main")
        page.click(".answer-controls >> text=Yes")
        page.wait_for_selector("text=Thank you.")

    def test_a_failing_model_is_replaced_with_a_notice(self, page, site):
        site.model.mode = "failing"
        self.ask(page, site)
        page.wait_for_selector("text=put together from the sources themselves")
        assert "Hold the Shift and Bank buttons" in page.inner_text("#answer-text")

    def test_markup_of_a_model_is_text(self, page, site):
        markup = "<img src=x onerror=document.title='owned'> <script>document.title='owned'</script>"
        site.model.answer = f"Hold the Shift and Bank buttons and turn it on [1]. {markup} [1]."
        self.ask(page, site)
        page.wait_for_selector("text=Did this help?")
        assert "<script>" in page.inner_text("#answer-text")
        assert page.locator("#answer-text img, #answer-text script").count() == 0
        assert "owned" not in page.title()

    def test_an_empty_question_is_refused_in_place(self, page, site):
        self.ask(page, site, "  ")
        page.wait_for_selector("text=Write your question first.")
        assert page.input_value("#ask-form textarea").strip() == ""
        assert site.model.requests == []

    def test_all_of_it_works_without_scripts(self, page, site):
        context = page.context.browser.new_context(java_script_enabled=False)
        plain = context.new_page()
        plain.set_default_timeout(PATIENCE)
        self.ask(plain, site)
        plain.wait_for_selector("#answer-text >> text=reads INIT")  # by the page's own reloading
        plain.click(".answer-controls >> text=Yes")
        plain.wait_for_selector("text=Thank you.")
        assert len(site.model.requests) == 1
