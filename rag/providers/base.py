"""What every provider offers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Prompt:
    """`system` are our own instructions; `user` holds the question and, marked as data, text of documents."""

    system: str
    user: str


class Provider(Protocol):
    name: str
    model: str

    def stream(self, prompt: Prompt) -> Iterator[str]:
        """Yield the answer's text as it comes; blocks between pieces. Raises ProviderError."""
        ...


MAX_TOKENS = 800  # of an answer
TEMPERATURE = 0.2  # near to the sources, without repeating itself
