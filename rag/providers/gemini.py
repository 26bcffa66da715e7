"""Google's Gemini through google-generativeai, over REST.

Its asynchronous REST streaming fails, so it is called synchronously; rag.providers.limits gives it a thread of its
own. The package's own response object always looks one piece ahead, which would hold every word back until the next
one came; so the generated client beneath it is called, which yields a piece when it is there.
"""

import warnings
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import requests
from django.conf import settings
from urllib3.exceptions import ReadTimeoutError

from rag.errors import (
    BlockedError,
    CutOffError,
    EmptyError,
    MisconfiguredError,
    ProviderError,
    SlowError,
    TemporaryError,
    error_for_status,
)

from .base import MAX_TOKENS, TEMPERATURE, Prompt

with warnings.catch_warnings():
    # Both packages announce that their support ends; requirements.txt pins what works, and google-genai is at hand.
    warnings.simplefilter("ignore", FutureWarning)
    import google.generativeai as genai
    from google.api_core import exceptions
    from google.generativeai import client, protos

DEFAULT_MODEL = "gemini-2.5-flash"
Finish = protos.Candidate.FinishReason
COMPLETE = (Finish.STOP, Finish.MAX_TOKENS)


class Gemini:
    name = "gemini"

    def __init__(self, *, model: str, service: Any, timeout: float) -> None:
        self.model, self.service, self.timeout = model, service, timeout

    def stream(self, prompt: Prompt) -> Iterator[str]:
        try:
            yield from read(
                self.service.stream_generate_content(self.request(prompt), timeout=self.timeout, retry=None)
            )
        except Exception as error:
            known = translated(error)
            if known is None:
                raise
            raise known from error

    def request(self, prompt: Prompt) -> Any:
        return protos.GenerateContentRequest(
            model=f"models/{self.model}",
            system_instruction=protos.Content(parts=[protos.Part(text=prompt.system)]),
            contents=[protos.Content(role="user", parts=[protos.Part(text=prompt.user)])],
            generation_config=protos.GenerationConfig(temperature=TEMPERATURE, max_output_tokens=MAX_TOKENS),
        )


def read(pieces: Any) -> Iterator[str]:
    """The text of the pieces. An answer is whole only when its last piece gives the reason why it ended."""
    finish, words = Finish.FINISH_REASON_UNSPECIFIED, False
    for piece in pieces:
        if piece.prompt_feedback.block_reason:
            raise BlockedError(f"question blocked: {piece.prompt_feedback.block_reason.name}")
        for candidate in piece.candidates[:1]:
            finish = candidate.finish_reason or finish
            if text := "".join(part.text for part in candidate.content.parts):
                words = words or bool(text.strip())
                yield text
    if finish not in COMPLETE and finish != Finish.FINISH_REASON_UNSPECIFIED:
        raise BlockedError(f"answer blocked: {Finish(finish).name}")
    if not words:
        raise EmptyError("no text in the answer")
    if finish == Finish.FINISH_REASON_UNSPECIFIED:
        raise CutOffError("the stream ended without a finish reason")


def translated(error: Exception) -> ProviderError | None:
    """The error of ours that an error of the package or of its HTTP client means; None for one that is a bug."""
    if isinstance(error, ProviderError):
        return error
    # Within a stream requests calls a silence that took too long a failed connection.
    silent = any(isinstance(argument, ReadTimeoutError) for argument in error.args)
    if silent or isinstance(error, (requests.Timeout, exceptions.DeadlineExceeded)):
        return SlowError(str(error))
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return CutOffError(str(error))
    if isinstance(error, requests.RequestException):
        return TemporaryError(type(error).__name__)
    if isinstance(error, exceptions.GoogleAPICallError):
        return error_for_status(int(error.code or 500), error.message)
    if isinstance(error, ValueError) and str(error).startswith("Unfinished stream"):
        return CutOffError("the stream ended inside of a piece")
    # The package has no error of its own for an answer that it cannot read: JSON, protobuf and its own checks raise
    # whatever they raise.
    if isinstance(error, (ValueError, TypeError, AttributeError, IndexError)):
        return TemporaryError(f"unreadable answer: {error}")
    return None


def create() -> Gemini:
    if not settings.GEMINI_API_KEY:
        raise MisconfiguredError("GEMINI_API_KEY is empty")
    service = _service(settings.GEMINI_API_KEY, settings.LLM_URL)
    return Gemini(model=settings.LLM_MODEL or DEFAULT_MODEL, service=service, timeout=settings.LLM_TIMEOUT)


@lru_cache(maxsize=1)
def _service(key: str, url: str) -> Any:
    """The client, kept: it holds the connections."""
    options = {"api_endpoint": url.rstrip("/")} if url else None
    genai.configure(api_key=key, transport="rest", client_options=options)
    return client.get_default_generative_client()
