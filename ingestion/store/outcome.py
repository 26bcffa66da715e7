"""What storing one URL gave, and telling the index of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.db import transaction

from catalog.models import Document, Product
from catalog.signals import documents_changed


@dataclass
class Stored:
    """What one URL gave: documents and product that were written, and whether anything was new.

    Where the same bytes are known, `duplicate_of` is the address that keeps them and `copy` the other one, which may be
    either of the two. `parted` are addresses that had the bytes which this one has no more.
    """

    documents: list[int] = field(default_factory=list)
    product: Product | None = None
    changed: bool = False
    duplicate_of: str = ""
    copy: str = ""
    parted: list[str] = field(default_factory=list)


_together: ContextVar[list[int] | None] = ContextVar("together", default=None)


@contextmanager
def announced_together() -> Iterator[None]:
    """Within a transaction: the index is told once of all that is stored in it, for being told costs a write."""
    ids: list[int] = []
    token = _together.set(ids)
    try:
        yield
        transaction.on_commit(lambda: tell(ids), robust=True)
    finally:
        _together.reset(token)


def announce(stored: Stored) -> None:
    """Tell the index after the commit; what it does must not undo what was stored."""
    ids, together = list(stored.documents), _together.get()
    if not ids or not stored.changed:
        return
    # By way of the commit in any case: what is undone to its savepoint is not told.
    transaction.on_commit(lambda: tell(ids) if together is None else together.extend(ids), robust=True)


def tell(ids: list[int]) -> None:
    if ids:
        documents_changed.send(sender=Document, document_ids=list(dict.fromkeys(ids)))
