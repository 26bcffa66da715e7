"""Google's Gemini embeddings over REST (https://ai.google.dev/api/embeddings)."""

import httpx
import numpy as np
from django.conf import settings

from rag.errors import MisconfiguredError, TemporaryError, error_for_status

from . import Vectors, of_length_1

DEFAULT_MODEL = "gemini-embedding-001"
ADDRESS = "https://generativelanguage.googleapis.com"
DIMENSIONS = 768
BATCH = 100  # texts a request: its limit


class Gemini:
    def __init__(self, name: str) -> None:
        if not settings.GEMINI_API_KEY:
            raise MisconfiguredError("GEMINI_API_KEY is empty")
        self.name = name or DEFAULT_MODEL
        base = settings.LLM_URL if settings.LLM_URL and settings.LLM.startswith(("gemini", "google")) else ADDRESS
        self.url = f"{base.rstrip('/')}/v1beta/models/{self.name}:batchEmbedContents"
        self.client = httpx.Client(timeout=settings.LLM_TIMEOUT, headers={"x-goog-api-key": settings.GEMINI_API_KEY})

    def embed(self, texts: list[str], *, question: bool = False) -> Vectors:
        task = "RETRIEVAL_QUERY" if question else "RETRIEVAL_DOCUMENT"
        rows = [row for start in range(0, len(texts), BATCH) for row in self._batch(texts[start : start + BATCH], task)]
        return of_length_1(np.array(rows, dtype=np.float32))

    def _batch(self, texts: list[str], task: str) -> list[list[float]]:
        common = {"model": f"models/{self.name}", "taskType": task, "outputDimensionality": DIMENSIONS}
        asked = [common | {"content": {"parts": [{"text": text}]}} for text in texts]
        try:
            response = self.client.post(self.url, json={"requests": asked})
        except httpx.HTTPError as problem:
            raise TemporaryError(type(problem).__name__) from problem
        if response.status_code != 200:
            raise error_for_status(response.status_code, response.text[:300])
        try:
            rows: list[list[float]] = [one["values"] for one in response.json()["embeddings"]]
        except (ValueError, KeyError, TypeError) as problem:
            raise TemporaryError(f"unreadable answer: {problem}") from problem
        if len(rows) != len(texts):
            raise TemporaryError(f"{len(rows)} vectors for {len(texts)} texts")
        return rows
