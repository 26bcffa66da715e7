"""What keeps models cheap and answers coming: asking again, leaving alone, the day's limit, visitors, reuse."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from catalog.models import Product
from halilit.models import ApiToken
from rag import spending, visitors
from rag.answer import answer_now
from rag.errors import CutOffError, MisconfiguredError, QuotaError, RestingError, SlowError, TemporaryError
from rag.index import index_documents
from rag.models import Answer
from rag.providers import breaker
from tests.gemini_endpoint import endpoint

from .manuals import add, build

QUESTION = "How do I restore the factory settings of the Tremor 25?"


@pytest.fixture
def library(db):
    cache.clear()
    return build()


@pytest.fixture
def model(settings):
    with endpoint() as running:
        settings.LLM, settings.GEMINI_API_KEY, settings.LLM_TIMEOUT = "gemini", "secret-key", 60.0
        settings.LLM_URL = running.url
        settings.LLM_ATTEMPTS, settings.LLM_FAILURES, settings.LLM_REST = 2, 0, 60.0
        yield running


@pytest.mark.parametrize("first", ["failing", "busy", "malformed"])
def test_a_passing_failure_is_tried_again_before_the_first_word(library, model, first):
    model.modes = [first, "normal"]
    answer = answer_now(QUESTION)
    assert (answer.notice, len(model.requests)) == ("", 2)


@pytest.mark.parametrize("mode", ["unknown", "blocked", "empty", "slow", "cut", "dropped"])
def test_what_would_fail_again_or_has_begun_is_asked_once(library, model, settings, mode):
    model.mode = mode
    if mode == "slow":
        settings.LLM_TIMEOUT = 0.5
    assert answer_now(QUESTION).notice
    assert len(model.requests) == 1


def test_no_more_attempts_than_allowed(library, model, settings):
    settings.LLM_ATTEMPTS = 3
    model.mode = "failing"
    answer_now(QUESTION)
    assert len(model.requests) == 3


def test_a_model_that_keeps_failing_is_left_alone_and_tried_again_later(library, model, settings):
    cache.clear()
    settings.LLM_ATTEMPTS, settings.LLM_FAILURES, settings.LLM_REST = 1, 2, 60.0
    model.mode = "failing"
    for _ in range(4):
        answer = answer_now(QUESTION)
        assert "Hold the Shift and Bank buttons" in answer.text
    assert len(model.requests) == 2
    assert "cannot be reached" in answer.notice
    cache.delete("model-rests-gemini")  # as when the time is over
    breaker.check("gemini")  # another question tries it
    assert answer_now(QUESTION).notice and len(model.requests) == 2
    breaker.failed("gemini", TemporaryError())
    cache.delete("model-rests-gemini")
    model.mode = "normal"
    assert answer_now(QUESTION).notice == ""
    assert answer_now(QUESTION).notice == ""


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (SlowError, "took too long"),
        (QuotaError, "asked too much"),
        (MisconfiguredError, "not set up"),
        (CutOffError, "cannot be reached"),
    ],
)
def test_while_it_is_left_alone_readers_are_told_what_it_failed_of(settings, error, said):
    cache.clear()
    settings.LLM_FAILURES = 2
    for _ in range(2):
        breaker.failed("gemini", error("as the test wants it"))
    with pytest.raises(RestingError) as rests:
        breaker.check("gemini")
    assert said in str(rests.value.notice)


def test_a_question_that_is_refused_says_nothing_against_the_model(library, model, settings):
    settings.LLM_ATTEMPTS, settings.LLM_FAILURES = 1, 1
    model.modes = ["blocked", "normal"]
    answer_now(QUESTION)
    assert answer_now(QUESTION).notice == ""


def test_the_days_limit_counts_what_was_sent_and_received(library, model, settings):
    answer = answer_now(QUESTION)
    assert answer.tokens > spending.tokens_of(answer.text)
    assert spending.tokens_today() == answer.tokens
    settings.LLM_TOKENS_A_DAY = answer.tokens + 10
    limited = answer_now(QUESTION)
    assert "as much as it may today" in limited.notice
    assert "Hold the Shift and Bank buttons" in limited.text
    assert len(model.requests) == 1


def test_yesterdays_tokens_count_no_more(library, model, settings):
    answer = answer_now(QUESTION)
    Answer.objects.update(created_at=timezone.now() - timedelta(days=1, minutes=1))
    settings.LLM_TOKENS_A_DAY = answer.tokens + 10
    assert answer_now(QUESTION).notice == ""


class TestReuse:
    @pytest.fixture(autouse=True)
    def _reuse(self, settings):
        settings.REUSE_DAYS = 30

    def test_the_same_question_is_answered_without_asking_again(self, library, model):
        first, second = answer_now(QUESTION), answer_now(QUESTION.upper().replace("?", " !"))
        assert (second.text, second.sources, second.provider) == (first.text, first.sources, first.provider)
        assert (first.reused, second.reused) == (False, True)
        assert (len(model.requests), second.tokens) == (1, 0)

    def test_it_is_made_anew_when_the_index_changes(self, library, model):
        answer_now(QUESTION)
        index_documents([add(library, "https://karmel.test/new", "New", ["# New\nSomething new."]).pk])
        assert not answer_now(QUESTION).reused

    def test_another_scope_language_or_model_is_another_question(self, library, model, settings):
        answer_now(QUESTION)
        assert not answer_now(QUESTION, brand=library).reused
        assert not answer_now(QUESTION, product=Product.objects.get()).reused
        assert not answer_now(QUESTION, language="he").reused
        settings.LLM_MODEL = "another"
        assert not answer_now(QUESTION).reused

    def test_a_disliked_one_is_not_given_again(self, library, model):
        Answer.objects.filter(pk=answer_now(QUESTION).pk).update(feedback=-1)
        assert not answer_now(QUESTION).reused

    def test_one_made_in_want_of_a_model_is_not_given_again(self, library, model):
        model.modes = ["unknown", "normal"]
        assert answer_now(QUESTION).notice
        assert (answer_now(QUESTION).reused, len(model.requests)) == (False, 2)

    def test_one_with_unconfirmed_words_is_not_given_again(self, library, model):
        model.answer = "Hold the Shift and Bank buttons [1]. It weighs 99 kg [1]."
        assert "[?]" in answer_now(QUESTION).text
        assert not answer_now(QUESTION).reused

    def test_it_is_forgotten_after_its_time(self, library, model, settings):
        answer_now(QUESTION)
        Answer.objects.update(created_at=timezone.now() - timedelta(days=31))
        assert not answer_now(QUESTION).reused

    def test_an_abstention_is_one_too(self, library, model):
        model.answer = "NOT_IN_SOURCES"
        answer_now(QUESTION)
        again = answer_now(QUESTION)
        assert (again.abstained, again.reused, len(model.requests)) == (True, True, 1)


class TestVisitors:
    @pytest.fixture(autouse=True)
    def _limit(self, settings, library, monkeypatch):
        settings.ASK_A_MINUTE, settings.ASK_A_DAY = 2, 3
        # In the middle of a minute and of a day: none of them ends while a busy machine asks its questions.
        monkeypatch.setattr(visitors, "time", SimpleNamespace(time=lambda: 20_000.5 * visitors.DAY + 30))

    def ask(self, client, address="203.0.113.7"):
        return client.post(reverse("rag:ask"), {"question": QUESTION}, REMOTE_ADDR=address)

    def test_who_asks_too_often_is_told_when_to_ask_again_and_loses_nothing(self, client):
        assert [self.ask(client).status_code for _ in range(2)] == [303, 303]
        refused = self.ask(client)
        assert refused.status_code == 429
        assert 0 < int(refused["Retry-After"]) <= 60
        assert "2 questions within a minute" in refused.text
        assert QUESTION in refused.text
        assert Answer.objects.count() == 2

    def test_others_may_still_ask(self, client):
        for _ in range(3):
            self.ask(client)
        assert self.ask(client, "203.0.113.8").status_code == 303

    def test_an_ipv6_network_is_one_visitor(self, client):
        for end in ("1", "2"):
            self.ask(client, f"2001:db8::{end}")
        assert self.ask(client, "2001:db8::3").status_code == 429
        assert self.ask(client, "2001:db8:0:1::3").status_code == 303

    def test_the_day_has_a_limit_of_its_own(self, client, settings):
        settings.ASK_A_MINUTE = 0
        assert [self.ask(client).status_code for _ in range(4)] == [303, 303, 303, 429]

    def test_staff_and_tokens_may_ask_freely(self, client, admin_client):
        assert {self.ask(admin_client).status_code for _ in range(4)} == {303}
        row = ApiToken(name="shop", scopes=["ask"])
        token = row.renew()
        row.save()
        for _ in range(3):
            asked = client.post(
                "/api/chat", {"question": QUESTION}, "application/json", headers={"Authorization": f"Bearer {token}"}
            )
            assert asked.status_code == 200

    def test_the_api_refuses_too(self, client):
        for status in (200, 200, 429):
            asked = client.post("/api/chat", {"question": QUESTION}, "application/json")
            assert asked.status_code == status
        assert "within a minute" in asked.json()["detail"]

    def test_the_address_is_kept_nowhere_in_clear(self, client, settings):
        self.ask(client)
        kept = b"".join(
            path.read_bytes() for path in settings.CACHES["default"]["LOCATION"].rglob("*") if path.is_file()
        )
        assert b"203.0.113" not in kept
