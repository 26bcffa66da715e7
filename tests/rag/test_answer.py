"""How an answer comes about: its row, its one producer, models that fail, answers of the staff."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from catalog.models import Document
from rag.answer import answer_now, ask, produce
from rag.from_model import whole_sentences
from rag.models import LEASE_TIMEOUT, Answer, AnswerState, CuratedAnswer
from tests.gemini_endpoint import endpoint

from .manuals import build

QUESTION = "How do I restore the factory settings of the Tremor 25?"


@pytest.fixture
def library(db):
    return build()


@pytest.fixture
def model(settings):
    with endpoint() as running:
        settings.LLM, settings.GEMINI_API_KEY, settings.LLM_TIMEOUT = "gemini", "secret-key", 60.0
        settings.LLM_URL = running.url
        yield running


def test_a_question_waits_until_it_is_produced(library):
    answer = ask(QUESTION)
    assert (answer.state, answer.text, answer.language) == (AnswerState.WAITING, "", "en")
    produce(answer)
    answer.refresh_from_db()
    assert answer.state == AnswerState.DONE
    assert answer.provider == "extractive"
    assert answer.first_words_ms is not None
    assert answer.total_ms is not None
    assert answer.total_ms >= answer.first_words_ms


def test_producing_again_changes_nothing(library, model):
    answer = answer_now(QUESTION)
    before = Answer.objects.values().get(pk=answer.pk)
    produce(answer)
    assert Answer.objects.values().get(pk=answer.pk) == before
    assert len(model.requests) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_producers_at_once_one_asks_the_model(model):
    build()
    answer = ask(QUESTION)
    threads = [threading.Thread(target=produce_elsewhere, args=(answer.pk,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answer.refresh_from_db()
    assert answer.state == AnswerState.DONE
    assert (len(model.requests), answer.producers) == (1, 1)


def produce_elsewhere(pk):
    produce(Answer.objects.get(pk=pk))
    connections.close_all()


def test_a_dead_producer_is_replaced_once(library):
    answer = ask(QUESTION)
    assert answer.take()
    assert answer.take() is None, "it is alive"
    for taken in (True, False):
        long_ago = timezone.now() - timedelta(seconds=LEASE_TIMEOUT + 1)
        Answer.objects.filter(pk=answer.pk).update(lease_at=long_ago)
        assert bool(answer.take()) is taken


def test_a_producer_that_lost_its_lease_writes_nothing(library):
    answer = ask(QUESTION)
    lease = answer.take()
    assert lease
    answer.stop()
    assert not answer.write(lease, text="too late")
    assert Answer.objects.get(pk=answer.pk).text == ""


def test_the_model_answers_with_the_sources_that_it_cites(library, model):
    answer = answer_now(QUESTION)
    assert answer.text == model.answer
    assert answer.provider == "gemini"
    assert [source["n"] for source in answer.sources] == [1]


def test_citations_of_sources_that_there_are_not_are_taken_out(library, model):
    model.answer = "Hold the Shift button [1]. Then wait [97]."
    assert answer_now(QUESTION).text == "Hold the Shift button [1]. Then wait."


def test_document_text_is_marked_as_data(library, model):
    page = Document.objects.get(title="Tremor 25 - User Guide").pages.get(number=2)
    answer_now(QUESTION)
    sent = model.requests[0]["body"]["contents"][0]["parts"][0]["text"]
    assert page.text.split("\n")[0][:30] in sent
    opened, closed = sent.count("<source-"), sent.count("</source-")
    assert opened == closed > 0
    assert QUESTION in sent[sent.rindex("</source-") :]


def test_the_models_word_for_not_found_becomes_an_abstention(library, model):
    model.answer = "NOT_IN_SOURCES"
    answer = answer_now(QUESTION)
    assert answer.abstained
    assert "NOT_IN_SOURCES" not in answer.text


def test_without_passages_the_model_is_not_asked(library, model):
    assert answer_now("zzzz qqqq xxxx").abstained
    assert model.requests == []


@pytest.mark.parametrize(
    ("mode", "notice"),
    [
        ("failing", "cannot be reached"),
        ("busy", "asked too much"),
        ("slow", "took too long"),
        ("malformed", "cannot be reached"),
        ("blocked", "declined"),
        ("refused", "declined"),
        ("empty", "no text"),
        ("unknown", "not set up"),
    ],
)
def test_a_model_that_fails_is_replaced_by_the_sources_with_a_notice(library, model, settings, mode, notice):
    model.mode = mode
    if mode == "slow":
        settings.LLM_TIMEOUT = 0.5
    answer = answer_now(QUESTION)
    assert answer.state == AnswerState.DONE
    assert notice in answer.notice
    assert "put together from the sources" in answer.notice
    assert "Hold the Shift and Bank buttons" in answer.text


def test_a_missing_key_is_a_notice_too(library, model, settings):
    settings.GEMINI_API_KEY = ""
    answer = answer_now(QUESTION)
    assert "not set up" in answer.notice
    assert "Hold the Shift and Bank buttons" in answer.text


@pytest.mark.parametrize("mode", ["cut", "dropped"])
def test_whole_sentences_that_came_before_the_cut_are_kept(library, model, mode):
    model.mode = mode
    model.answer = "Turn the Tremor 25 off [1]. Then hold Shift and Bank until INIT shows [1]. Done."
    answer = answer_now(QUESTION)
    assert answer.text.startswith("Turn the Tremor 25 off [1].\n\n")
    assert "Then hold Shift and Bank until" not in answer.text
    assert "Hold the Shift and Bank buttons" in answer.text
    assert "stopped in the middle" in answer.notice


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Hold Shift [1]. Then pre", "Hold Shift [1]."),
        ("Hold Shift [1]. Press Play [2].", "Hold Shift [1]. Press Play [2]."),
        ("Hold Shift. Then pre", ""),
        ("Hold Sh", ""),
    ],
)
def test_only_whole_and_cited_sentences_are_kept(text, kept):
    assert whole_sentences(text) == kept


def test_the_notice_speaks_the_language_of_the_question(library, model):
    model.mode = "busy"
    assert "א" <= answer_now("איך מחזירים Tremor 25 להגדרות יצרן?").notice[0] <= "ת"


def test_a_curated_answer_is_preferred_however_the_question_is_written(library, model):
    curated = CuratedAnswer.objects.create(question=QUESTION, answer="Bring it to us.")
    curated.documents.add(Document.objects.get(title="Tremor 25 - User Guide"))
    answer = answer_now(QUESTION.upper().replace("?", " !"))
    assert (answer.text, answer.provider) == ("Bring it to us. [1]", "curated")
    assert answer.sources[0]["title"] == "Tremor 25 - User Guide"
    assert model.requests == []


def test_an_inactive_curated_answer_is_not_used(library):
    CuratedAnswer.objects.create(question=QUESTION, answer="Bring it to us.", active=False)
    assert answer_now(QUESTION).provider == "extractive"


def test_a_brand_limits_where_the_answer_comes_from(library):
    answer = answer_now("Weight of the Galil 8?", brand=library)
    assert {source["brand"] for source in answer.sources} == {"Karmel Audio"}
