"""The producer's pen: writes one answer's row under its lease, at most every few hundredths of a second."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.utils.translation import override

from . import hub, pool
from .advice import advice_for
from .models import Answer, AnswerState
from .sources import without_false_citations

EVERY = 0.05  # seconds between two writes of growing text, at least
FOR_EACH = 0.015  # seconds more for each answer that grows in this process: there is one writer at a time
BEAT = 2.0  # seconds; so often the lease is renewed while nothing comes

_growing = 0
_lock = threading.Lock()


Result = TypeVar("Result")


class LeaseLostError(Exception):
    """The answer was stopped, or another producer has it: write nothing more."""


class Writer:
    def __init__(self, answer: Answer, lease: str) -> None:
        self.answer, self.lease = answer, lease
        self.text = ""  # as it came
        self.seen = ""  # as it came when it was last written
        self.polish: Callable[[str], str] = str  # makes of growing text what may be shown of it
        self.written_at = time.monotonic()
        self.asked_at = answer.created_at.timestamp()

    @property
    def milliseconds(self) -> int:
        """Since the question was asked."""
        return max(0, round((time.time() - self.asked_at) * 1000))

    def write(self, **fields: Any) -> None:
        """Raises LeaseLostError."""
        if fields.get("text") and self.answer.first_words_ms is None:
            fields["first_words_ms"] = fields.get("total_ms", self.milliseconds)
        if not pool.written(lambda: self.answer.write(self.lease, **fields)):
            raise LeaseLostError
        self.written_at = time.monotonic()
        hub.publish(self.answer)

    def show(self, text: str) -> None:
        """Let the text so far be seen, soon; without news, keep the lease alive."""
        self.text = text
        age = time.monotonic() - self.written_at
        if text != self.seen and (age >= EVERY + FOR_EACH * _growing or not self.answer.text):
            self.seen = text
            pool.written(lambda: self.write(text=self.polish(text)))
        elif age >= BEAT:
            self.write()

    def finish(self, text: str, **fields: Any) -> None:
        """The last write."""
        sources = fields.get("sources", self.answer.sources)
        fields |= {"text": without_false_citations(text, sources).strip(), "advice": advice_for(self.answer, sources)}
        self.write(state=AnswerState.DONE, total_ms=self.milliseconds, **fields)


@contextmanager
def growing() -> Iterator[None]:
    """Counts an answer that is being written in this process."""
    global _growing
    with _lock:
        _growing += 1
    try:
        yield
    finally:
        with _lock:
            _growing -= 1


def in_turn(writer: Writer, work: Callable[[], Result]) -> Result:
    """The work's result, in the answer's language; the lease is kept alive until it is its turn. Raises
    LeaseLostError."""
    language = writer.answer.language

    def spoken() -> Result:
        with override(language):
            return work()

    return pool.in_turn(spoken, beat=writer.write, every=BEAT)
