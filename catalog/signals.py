"""What the catalogue tells whoever listens; it calls nobody itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.dispatch import Signal

# Sent after the commit that stored or withdrew documents. Argument: document_ids, a list of int.
documents_changed = Signal()
# Sent by whoever stores much, whenever there is a moment to spare: what was put off can be done now. A receiver does
# some tenths of a second's work, and returns whether more is left.
moment_to_spare = Signal()

_storing_much: ContextVar[bool] = ContextVar("storing_much", default=False)


@contextmanager
def storing_much() -> Iterator[None]:
    """Within, those who hear of changed documents put their work off: moments to spare are told, or others do it."""
    token = _storing_much.set(True)
    try:
        yield
    finally:
        _storing_much.reset(token)


def is_storing_much() -> bool:
    return _storing_much.get()
