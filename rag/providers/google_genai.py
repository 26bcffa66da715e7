"""Google's Gemini through google-genai, the successor package; an optional requirement (requirements-genai.txt)."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from django.conf import settings

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

try:
    import httpx2 as httpx  # what google-genai 3 is built on
    from google import genai
    from google.genai import errors, types
except ImportError as missing:
    raise MisconfiguredError(
        "HALILIT_LLM is google-genai, but that package is not installed: pip install -r requirements-genai.txt"
    ) from missing

DEFAULT_MODEL = "gemini-2.5-flash"
COMPLETE = ("STOP", "MAX_TOKENS")


class GoogleGenai:
    name = "google-genai"

    def __init__(self, *, model: str, client: Any) -> None:
        self.model, self.client = model, client

    def stream(self, prompt: Prompt) -> Iterator[str]:
        options = types.GenerateContentConfig(
            system_instruction=prompt.system, temperature=TEMPERATURE, max_output_tokens=MAX_TOKENS
        )
        try:
            yield from read(
                self.client.models.generate_content_stream(model=self.model, contents=prompt.user, config=options)
            )
        except Exception as error:
            known = translated(error)
            if known is None:
                raise
            raise known from error


def read(pieces: Any) -> Iterator[str]:
    """The text of the pieces. An answer is whole only when its last piece gives the reason why it ended."""
    finish, words = "", False
    for piece in pieces:
        if piece.prompt_feedback and piece.prompt_feedback.block_reason:
            raise BlockedError(f"question blocked: {piece.prompt_feedback.block_reason}")
        for candidate in (piece.candidates or [])[:1]:
            finish = getattr(candidate.finish_reason, "name", "") or finish
            parts = (candidate.content.parts if candidate.content else None) or []
            if text := "".join(part.text or "" for part in parts if not part.thought):
                words = words or bool(text.strip())
                yield text
    if finish and finish not in COMPLETE:
        raise BlockedError(f"answer blocked: {finish}")
    if not words:
        raise EmptyError("no text in the answer")
    if not finish:
        raise CutOffError("the stream ended without a finish reason")


def translated(error: Exception) -> ProviderError | None:
    if isinstance(error, ProviderError):
        return error
    if isinstance(error, httpx.TimeoutException):
        return SlowError(type(error).__name__)
    if isinstance(error, httpx.RemoteProtocolError):
        return CutOffError(str(error))
    if isinstance(error, httpx.HTTPError):
        return TemporaryError(type(error).__name__)
    if isinstance(error, errors.APIError):
        return error_for_status(int(error.code or 500), str(error.message))
    if isinstance(error, (ValueError, TypeError, AttributeError)):
        return TemporaryError(f"unreadable answer: {error}")
    return None


def create() -> GoogleGenai:
    if not settings.GEMINI_API_KEY:
        raise MisconfiguredError("GEMINI_API_KEY is empty")
    client = _client(settings.GEMINI_API_KEY, settings.LLM_URL, settings.LLM_TIMEOUT)
    return GoogleGenai(model=settings.LLM_MODEL or DEFAULT_MODEL, client=client)


@lru_cache(maxsize=1)
def _client(key: str, url: str, timeout: float) -> Any:
    """The client, kept: it holds the connections."""
    options = types.HttpOptions(timeout=int(timeout * 1000), base_url=url.rstrip("/") or None)
    return genai.Client(api_key=key, http_options=options)
