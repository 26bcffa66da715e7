"""What storing one URL gave, and telling the index of it."""

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


def announce(stored: Stored) -> None:
    """Tell the index after the commit; what it does must not undo what was stored."""
    ids = list(stored.documents)
    if ids and stored.changed:
        transaction.on_commit(lambda: documents_changed.send(sender=Document, document_ids=ids), robust=True)
