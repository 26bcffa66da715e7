"""Any server that speaks OpenAI's chat completions as an event stream: Ollama, vLLM, llama.cpp, OpenAI itself."""

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import httpx
from django.conf import settings

from rag.errors import (
    BlockedError,
    CutOffError,
    EmptyError,
    MisconfiguredError,
    SlowError,
    TemporaryError,
    error_for_status,
)

from .base import MAX_TOKENS, TEMPERATURE, Prompt

DEFAULT_URL = "https://api.openai.com/v1"
DEFAULT_MODEL = "gpt-4o-mini"


class OpenAI:
    name = "openai"

    def __init__(self, *, model: str, client: httpx.Client) -> None:
        self.model, self.client = model, client

    def stream(self, prompt: Prompt) -> Iterator[str]:
        try:
            with self.client.stream("POST", "chat/completions", json=self.request(prompt)) as response:
                if response.status_code != 200:
                    response.read()
                    raise error_for_status(response.status_code, response.text[:500])
                yield from read(response.iter_lines())
        except httpx.TimeoutException as error:
            raise SlowError(type(error).__name__) from error
        except httpx.RemoteProtocolError as error:
            raise CutOffError(str(error)) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise TemporaryError(type(error).__name__) from error

    def request(self, prompt: Prompt) -> dict[str, Any]:
        return {
            "model": self.model,
            "messages": [
                {"role": "system", "content": prompt.system},
                {"role": "user", "content": prompt.user},
            ],
            "temperature": TEMPERATURE,
            "max_tokens": MAX_TOKENS,
            "stream": True,
        }


def read(lines: Iterator[str]) -> Iterator[str]:
    """The text of the events. Ends well at a finish reason; some servers leave out the last `[DONE]`."""
    finish, words = "", False
    for line in lines:
        data = line.removeprefix("data:").strip()
        if not line.startswith("data:") or not data:
            continue
        if data == "[DONE]":
            break
        text, reason = event(data)
        finish = reason or finish
        if text:
            words = words or bool(text.strip())
            yield text
    if finish == "content_filter":
        raise BlockedError("content filter")
    if not words:
        raise EmptyError("no text in the answer")
    if not finish:
        raise CutOffError("the stream ended without a finish reason")


def event(data: str) -> tuple[str, str]:
    """Text and finish reason of one event."""
    try:
        message = json.loads(data)
        if "error" in message:
            raise TemporaryError(str(message["error"])[:500])
        choices = message.get("choices") or [{}]
        return (choices[0].get("delta") or {}).get("content") or "", choices[0].get("finish_reason") or ""
    except (ValueError, TypeError, AttributeError, LookupError) as error:
        raise TemporaryError(f"unreadable answer: {data[:200]}") from error


def create() -> OpenAI:
    if not settings.LLM_URL and not settings.OPENAI_API_KEY:
        raise MisconfiguredError("Neither OPENAI_API_KEY nor HALILIT_LLM_URL is set")
    client = _client(settings.LLM_URL or DEFAULT_URL, settings.OPENAI_API_KEY, settings.LLM_TIMEOUT)
    return OpenAI(model=settings.LLM_MODEL or DEFAULT_MODEL, client=client)


@lru_cache(maxsize=1)
def _client(url: str, key: str, timeout: float) -> httpx.Client:
    """The client, kept: it holds the connections. `timeout` is for each silence, in seconds."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=20)  # producers are limited already
    return httpx.Client(base_url=url.rstrip("/") + "/", headers=headers, timeout=timeout, limits=limits)
