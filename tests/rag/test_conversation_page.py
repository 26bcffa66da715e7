"""What one does with a conversation on its pages: follow up, give it to others to read, copy it, say what was wrong."""

import re
from typing import Any

import pytest
from django.urls import reverse

from rag import conversation
from rag.answer import ask, produce
from rag.models import Answer, Conversation

from .manuals import build

RESET = "How do I restore the factory settings of the Tremor 25?"
ASK = "/ask/"


@pytest.fixture
def library(db):
    return build()


@pytest.fixture
def first(library) -> Answer:
    answer = ask(RESET)
    produce(answer)
    return answer


def follow(first: Answer, question: str = "and its weight?", **more: Any) -> Answer:
    answer = ask(question, conversation=first.conversation, **more)
    produce(answer)
    return answer


def test_the_form_of_an_answer_goes_on_with_its_conversation(client, first):
    page = client.get(first.get_absolute_url()).content.decode()
    assert f'name="conversation" value="{first.conversation_id}"' in page
    client.post(ASK, {"question": "and its weight?", "conversation": first.conversation_id})
    second = first.conversation.answers.get(question="and its weight?")
    shown = client.get(second.get_absolute_url()).content.decode()
    assert "The Tremor 25’s weight?" in shown
    assert RESET in shown[: shown.index('id="answer"')], "what was said before stands above"


def test_a_follow_up_can_be_asked_as_it_was_written(client, first):
    second = follow(first)
    page = client.get(second.get_absolute_url()).content.decode()
    form = page[page.index('class="understood"') : page.index("Ask it as I wrote it")]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    fields.pop("csrfmiddlewaretoken")
    response = client.post(ASK, fields)
    assert Answer.objects.get(pk=response.headers["Location"].split("/")[2]).asked == ""


@pytest.mark.parametrize("gone", ["nonsense", "12345678-1234-1234-1234-123456789012"])
def test_a_question_to_a_conversation_that_is_gone_begins_a_new_one(client, library, gone):
    assert client.post(ASK, {"question": RESET, "conversation": gone}).status_code == 303
    assert str(Answer.objects.get().conversation_id) != gone


def test_the_scope_can_be_taken_off_within_a_conversation(client, library):
    product = library.products.get()
    answer = ask("How heavy is it?", product=product)
    produce(answer)
    page = client.get(answer.get_absolute_url()).content.decode()
    assert f'name="product" value="{product.pk}"' in page
    freed = client.get(answer.get_absolute_url() + "?scope=none").content.decode()
    form = freed[freed.index('id="ask-form"') :]
    assert 'name="product"' not in form
    assert f'value="{answer.conversation_id}"' in form


def test_hebrew_asked_for_without_a_model_is_told_that_the_manual_is_quoted_as_it_is(client, first):
    again = follow(first, "and in Hebrew?")
    assert (again.language, again.asked) == ("he", RESET)
    assert again.is_quoted_in_another_language
    assert "quoted as they stand" in client.get(again.get_absolute_url()).content.decode()
    assert not first.is_quoted_in_another_language


class TestShare:
    def link(self, client, answer: Answer) -> str:
        assert client.post(reverse("rag:share", args=[answer.pk])).status_code == 303
        answer.conversation.refresh_from_db()
        return reverse("rag:shared", args=[answer.conversation.share_key])

    def test_who_has_the_link_reads_the_conversation(self, client, first):
        follow(first)
        page = client.get(self.link(client, first)).content.decode()
        assert RESET in page
        assert "Hold the Shift and Bank buttons" in page
        assert "1.2 kg" in page

    def test_it_holds_nothing_by_which_one_could_write_or_know_the_visitor(self, client, first):
        second = follow(first)
        response = client.get(self.link(client, first))
        page = response.content.decode()
        assert not [each for each in (first.pk, second.pk, first.conversation_id) if str(each) in page]
        main = page[page.index("<main") : page.index("</main")]
        assert "<form" not in main
        assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert 'name="robots" content="noindex' in page
        assert response.headers["Referrer-Policy"] == "no-referrer"

    def test_it_works_for_others_after_its_owner_is_gone(self, client, client_without_cookies, first):
        link = self.link(client, first)
        client.cookies.clear()
        assert client_without_cookies.get(link).status_code == 200

    def test_a_revoked_link_leads_nowhere_and_a_new_one_is_another(self, client, first):
        old = self.link(client, first)
        client.post(reverse("rag:share", args=[first.pk]), {"revoke": "1"})
        assert client.get(old).status_code == 404
        assert self.link(client, first) != old
        assert client.get(old).status_code == 404

    def test_sharing_twice_gives_the_same_link(self, first):
        assert conversation.share(first.conversation) == conversation.share(Conversation.objects.get())

    def test_its_key_cannot_be_guessed(self, first):
        assert len(conversation.share(first.conversation)) == 43  # 256 bits in base 64

    def test_without_a_link_nothing_is_shared(self, client, first):
        assert conversation.shared("") is None
        assert client.get("/shared/x/").status_code == 404

    def test_with_scripts_the_link_appears_in_place(self, client, first):
        response = client.post(reverse("rag:share", args=[first.pk]), headers={"HX-Request": "true"})
        first.conversation.refresh_from_db()
        assert first.conversation.share_key in response.content.decode()


@pytest.fixture
def client_without_cookies():
    from django.test import Client

    return Client()


def test_the_text_to_copy_has_citations_and_addresses(client, first):
    response = client.get(reverse("rag:answer_text", args=[first.pk]))
    text = response.content.decode()
    assert response.headers["Content-Type"].startswith("text/plain")
    assert text.startswith(RESET)
    assert "[1]" in text
    source = first.sources[0]
    assert f"[1] Karmel Audio: Tremor 25 - User Guide, page {source['page']}" in text
    assert f"http://testserver{reverse('catalog:page', args=[source['document'], source['page']])}" in text


def test_the_text_names_the_brands_own_address(client, library):
    answer = ask("What is the weight of the Galil 8 Generation 2?")
    produce(answer)
    text = client.get(reverse("rag:answer_text", args=[answer.pk])).content.decode()
    assert "https://karmel.test/products/galil-8-gen-2" in text


class TestFeedback:
    def send(self, client, answer: Answer, htmx: bool = False, **fields: str):
        headers = {"HX-Request": "true"} if htmx else {}
        response = client.post(reverse("rag:feedback", args=[answer.pk]), fields, headers=headers)
        answer.refresh_from_db()
        return response

    def test_a_no_takes_a_reason_and_a_comment(self, client, first):
        assert self.send(client, first, value="-1", reason="wrong", comment="It is Shift and Play.").status_code == 303
        assert (first.feedback, first.reason, first.comment) == (-1, "wrong", "It is Shift and Play.")
        assert "It is Shift and Play." in client.get(first.get_absolute_url()).content.decode()

    def test_a_changed_mind_takes_the_reason_along(self, client, first):
        self.send(client, first, value="-1", reason="wrong", comment="No")
        self.send(client, first, value="1", reason="wrong", comment="No")
        assert (first.feedback, first.reason, first.comment) == (1, "", "")
        self.send(client, first, value="0")
        assert first.feedback == 0

    @pytest.mark.parametrize("htmx", [False, True])
    def test_a_long_comment_is_refused_and_kept_on_the_page(self, client, first, htmx):
        response = self.send(client, first, htmx, value="-1", reason="wrong", comment="long " * 200)
        assert response.status_code == 422
        page = response.content.decode()
        assert "at most 500 are kept" in page
        assert "long long long" in page
        assert first.comment == ""

    def test_a_reason_that_there_is_not_is_refused(self, client, first):
        assert self.send(client, first, value="-1", reason="because").status_code == 422
        assert (first.feedback, first.reason) == (0, "")

    def test_only_an_abstention_can_be_said_to_have_missed_something(self, library):
        found, missed = ask(RESET), ask("Does the unicorn like strawberries on Sundays?")
        for answer in (found, missed):
            produce(answer)
        assert "not_found" not in dict(found.reasons)
        assert "not_found" in dict(missed.reasons)
