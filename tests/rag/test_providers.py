"""Every provider's real client against a local endpoint that behaves, and one that does not."""

import sys
import threading

import pytest

from rag.errors import (
    BlockedError,
    CutOffError,
    EmptyError,
    MisconfiguredError,
    QuotaError,
    SlowError,
    TemporaryError,
)
from rag.providers import Prompt, configured_provider, provider_named
from rag.providers.limits import limited
from tests.gemini_endpoint import ANSWER, Endpoint, endpoint

PROMPT = Prompt(system="Answer from the sources.", user="How do I reset it?")
NAMES = ["gemini", "openai", "google-genai"]


@pytest.fixture
def model():
    with endpoint() as running:
        yield running


@pytest.fixture(params=NAMES)
def provider(request, settings, model: Endpoint):
    if request.param == "google-genai":
        pytest.importorskip("google.genai", reason="google-genai is an optional requirement and is not installed")
    settings.LLM, settings.LLM_MODEL, settings.LLM_TIMEOUT = request.param, "test-model", 60.0
    settings.LLM_URL = model.url + ("/v1" if request.param == "openai" else "")
    settings.GEMINI_API_KEY = settings.OPENAI_API_KEY = "secret-key"
    return configured_provider()


def test_the_words_come_one_by_one(provider, model):
    pieces = list(provider.stream(PROMPT))
    assert len(pieces) == len(ANSWER.split())
    assert "".join(pieces).strip() == ANSWER


def test_a_word_arrives_before_the_next_one_is_sent(provider, model):
    model.gate = threading.Semaphore(1)
    stream = limited(provider, PROMPT, silence=60)
    first = next(piece for piece in stream if piece)
    silent_turn = next(stream)
    model.gate.release(100)
    second = next(piece for piece in stream if piece)
    assert (first, silent_turn, second) == ("Hold ", "", "the ")


def test_instructions_question_model_and_key_are_sent(provider, model):
    list(provider.stream(PROMPT))
    asked = str(model.requests[0])
    for sent in (PROMPT.system, PROMPT.user, "test-model", "secret-key"):
        assert sent in asked
    assert len(model.requests) == 1


def test_hebrew_arrives_whole(provider, model):
    model.answer = "לחצו על Shift ועל Play [1]."
    assert "".join(provider.stream(PROMPT)).strip() == model.answer


@pytest.mark.parametrize(
    ("mode", "error"),
    [
        ("cut", CutOffError),
        ("dropped", CutOffError),
        ("busy", QuotaError),
        ("failing", TemporaryError),
        ("unknown", MisconfiguredError),
        ("malformed", TemporaryError),
        ("blocked", BlockedError),
        ("refused", BlockedError),
        ("empty", EmptyError),
    ],
)
def test_each_failure_has_its_class(provider, model, mode, error):
    model.mode = mode
    with pytest.raises(error):
        list(provider.stream(PROMPT))
    assert len(model.requests) == 1, "a failure is not asked again behind our back"


def test_what_came_before_the_cut_is_kept(provider, model):
    model.mode = "cut"
    kept = []
    with pytest.raises(CutOffError):
        for piece in provider.stream(PROMPT):
            kept.append(piece)  # noqa: PERF402 - what came before the error counts
    assert "".join(kept).startswith("Hold the Shift")


def test_a_silent_model_is_given_up(provider, model):
    model.mode = "slow"
    with pytest.raises(SlowError):
        list(limited(provider, PROMPT, silence=0.5))


def test_an_endless_answer_is_ended(provider, model):
    model.delay = 0.05
    with pytest.raises(SlowError):
        list(limited(provider, PROMPT, silence=60, total=0.3))


def test_nobody_listening_is_a_temporary_failure(provider, settings, model):
    settings.LLM_URL = "http://127.0.0.1:9"
    with pytest.raises(TemporaryError):
        list(provider_named(provider.name).stream(PROMPT))


@pytest.mark.parametrize("name", ["gemini", "openai"])
def test_a_missing_key_is_told_at_once(settings, name):
    settings.GEMINI_API_KEY = settings.OPENAI_API_KEY = settings.LLM_URL = ""
    with pytest.raises(MisconfiguredError, match="API_KEY"):
        provider_named(name)


def test_a_missing_package_is_named_with_its_cure(monkeypatch):
    monkeypatch.setitem(sys.modules, "google.genai", None)  # as if it were not installed
    monkeypatch.delattr("google.genai", raising=False)
    monkeypatch.delitem(sys.modules, "rag.providers.google_genai", raising=False)
    with pytest.raises(MisconfiguredError, match=r"requirements-genai\.txt"):
        provider_named("google-genai")


def test_extractive_needs_no_provider(settings):
    settings.LLM = "extractive"
    assert configured_provider() is None
