"""Writes down what changed: the one place that scrapes and staff's edits go through.

`made_by` says once, around a transaction, whose doing it is; `record` writes a change within that transaction.
Nothing is asked or written where nothing changed.
"""

import difflib
import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from .models import Change, ChangeKind, Document, Lifecycle, Product

# A row of a specification table as it is compared: section, label, value.
Row = tuple[str, str, str]
# What a product's page states, by field, and the kind of change that a difference is.
PRODUCT_FIELDS = {
    "name": ChangeKind.NAME,
    "sku": ChangeKind.DETAIL,
    "description": ChangeKind.TEXT,
    "price": ChangeKind.PRICE,
    "family": ChangeKind.DETAIL,
    "lifecycle": ChangeKind.DISCONTINUED,
}
DOCUMENT_FIELDS = {"title": ChangeKind.NAME, "kind": ChangeKind.DETAIL, "language": ChangeKind.DETAIL}
MOST_LINES = 80  # of a text's differences that are kept
MOST_ROWS = 300  # of a table's


@dataclass(frozen=True)
class Maker:
    """Who changes something: a scrape by the number of its run, or a person of the staff."""

    run: int | None = None
    user: Any = None


_maker: ContextVar[Maker | None] = ContextVar("maker", default=None)


@contextmanager
def made_by(*, run: int | None = None, user: Any = None) -> Iterator[None]:
    """Changes that are recorded within are this run's or this user's doing."""
    token = _maker.set(Maker(run, user if user is not None and user.is_authenticated else None))
    try:
        yield
    finally:
        _maker.reset(token)


def change_of(
    kind: str,
    *,
    product: Product | None = None,
    document: Document | None = None,
    field: str = "",
    old: Any = None,
    new: Any = None,
    recipe: Any = None,
) -> Change:
    """The change, not saved yet."""
    subject = product or document
    assert subject is not None
    maker = _maker.get() or Maker()
    return Change(
        brand_id=subject.brand_id, product=product, document=document, subject=str(subject)[:500],
        kind=kind, field=field, old=old, new=new, recipe=recipe, run=maker.run, user=maker.user,
    )  # fmt: skip


def record(kind: str, **what: Any) -> Change:
    """Write one change down. The arguments are those of `change_of`."""
    change = change_of(kind, **what)
    change.save(force_insert=True)
    return change


def plain(value: Any) -> Any:
    """A value as it can be stored as JSON."""
    return value if value is None or isinstance(value, str | int | list | dict) else str(value)


def product_facts(product: Product) -> dict[str, Any]:
    """What is compared of a product. The price with its currency, the family by its name."""
    price = None if product.price is None else f"{product.price:.2f} {product.currency}".strip()
    return {
        "name": product.name,
        "sku": product.sku,
        "description": product.description,
        "price": price,
        "family": product.family.name if product.family else "",
        "lifecycle": product.lifecycle,
    }


def document_facts(document: Document) -> dict[str, Any]:
    return {name: getattr(document, name) for name in DOCUMENT_FIELDS}


def product_changed(
    product: Product,
    before: dict[str, Any] | None,
    rows: tuple[Sequence[Row], Sequence[Row]] | None = None,
    *,
    back: bool = False,
) -> bool:
    """Write down in what a product differs from `before` (None: it is new); `rows` are its specifications then and now.

    Returns whether anything differs. Sets when it changed, and the hash of what is known of it.
    """
    now = product_facts(product)
    changes = []
    if before is None:
        changes.append(change_of(ChangeKind.NEW, product=product, new={"address": product.page_url}))
    else:
        changes += [
            change_of(kind_of(name, now[name]), product=product, field=name, **differing(name, before[name], now[name]))
            for name in PRODUCT_FIELDS
            if before[name] != now[name]
        ]
        if rows and (difference := rows_that_differ(*rows)):
            changes.append(change_of(ChangeKind.SPECIFICATION, product=product, field="specifications", **difference))
    if back and before is not None:
        changes.append(change_of(ChangeKind.BACK, product=product))
    if not changes:
        return False
    Change.objects.bulk_create(changes)
    product.changed_at, product.content_hash = timezone.now(), hash_of([now, rows[1] if rows else []])
    Product.objects.filter(pk=product.pk).update(changed_at=product.changed_at, content_hash=product.content_hash)
    return True


def document_changed(document: Document, before: dict[str, Any], *, new: bool = False) -> bool:
    """The same for what a document is called. A web page that is new is not worth a line: its product's is."""
    now = document_facts(document)
    changes = [change_of(ChangeKind.NEW, document=document, new={"address": document.url})] if new else []
    changes += [
        change_of(kind, document=document, field=name, old=before[name], new=now[name])
        for name, kind in DOCUMENT_FIELDS.items()
        if not new and before[name] and before[name] != now[name]
    ]
    Change.objects.bulk_create(changes)
    return bool(changes)


def text_changed(document: Document, old: str, new: str) -> None:
    """Write down which lines of a page's text differ."""
    difference = lines_that_differ(old, new)
    if difference["old"] or difference["new"]:
        record(ChangeKind.TEXT, document=document, field="text", **difference)


def gone(*, products: Sequence[Product] = (), documents: Sequence[Document] = ()) -> None:
    Change.objects.bulk_create(
        [change_of(ChangeKind.GONE, product=product) for product in products]
        + [change_of(ChangeKind.GONE, document=document) for document in documents]
    )


def kind_of(name: str, value: Any) -> ChangeKind:
    if name == "lifecycle" and value == Lifecycle.CURRENT:
        return ChangeKind.CURRENT
    return PRODUCT_FIELDS[name]


def differing(name: str, old: Any, new: Any) -> dict[str, Any]:
    """Values before and after; of a long text only the lines that differ."""
    return lines_that_differ(old, new) if name == "description" else {"old": old, "new": new}


def lines_that_differ(old: str, new: str) -> dict[str, list[str]]:
    ours, theirs = old.splitlines(), new.splitlines()
    matcher = difflib.SequenceMatcher(None, ours[:2000], theirs[:2000], autojunk=True)
    gone_lines, new_lines = [], []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            gone_lines += ours[a:b]
            new_lines += theirs[c:d]
    cut = slice(MOST_LINES)
    return {"old": [line[:2000] for line in gone_lines[cut]], "new": [line[:2000] for line in new_lines[cut]]}


def rows_that_differ(old: Sequence[Row], new: Sequence[Row]) -> dict[str, Any]:
    """Rows of a specification table that are gone or were otherwise, and those that are new or are now otherwise."""
    before, after = set(old), set(new)
    removed = [list(row) for row in old if row not in after][:MOST_ROWS]
    added = [list(row) for row in new if row not in before][:MOST_ROWS]
    return {"old": removed, "new": added} if removed or added else {}


def hash_of(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()
