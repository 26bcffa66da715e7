"""Undoing what staff corrected: each kind of change with a recipe, taken back as it was."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from . import changes, links, locks
from .corrections import CorrectionRefused, reindex
from .models import Change, ChangeKind, Document, LinkSource, NoSuchDocument, Product, ProductDocument, RejectedLink


def can_be_undone(change: Change) -> bool:
    return change.recipe is not None and change.undone_at is None


def undo(change: Change, *, user: Any) -> Change:
    """Take a correction back, once. Raises CorrectionRefused where it is no correction, undone, or built upon since."""
    with transaction.atomic(), changes.made_by(user=user):
        change = Change.objects.select_for_update(of=("self",)).select_related("product", "document").get(pk=change.pk)
        if not can_be_undone(change):
            raise CorrectionRefused(_("This change cannot be undone, or was undone already."))
        ways = WAYS.get(change.kind, _undo_values)
        ways(change, change.recipe)
        Change.objects.filter(pk=change.pk).update(undone_at=timezone.now())
        return changes.record(
            ChangeKind.UNDONE, product=change.product, document=None if change.product else change.document,
            field=change.field, old=change.new, new=change.old,
        )  # fmt: skip


def _undo_values(change: Change, recipe: dict[str, Any]) -> None:
    about = change.document or change.product
    if about is None:
        raise CorrectionRefused(_("What this was about is no longer there."))
    row = type(about)._default_manager.select_for_update(no_key=True).get(pk=about.pk)
    for name in recipe["locks"]:
        was = recipe["was"].get(name)
        if was is None or was["lock"] is None:
            locks.unlock(row, name)  # to what the site says now
        else:
            locks.set_plain(row, name, was["value"])
            row.locks[name] = was["lock"] | {"site": row.locks.get(name, was["lock"])["site"]}
    row.save()
    reindex([row] if isinstance(row, Document) else row.documents.all())


def _undo_hidden(change: Change, recipe: dict[str, Any]) -> None:
    documents = Document.objects.filter(pk__in=recipe["documents"])
    documents.filter(superseded_by=None).update(hidden=False)
    if change.product is not None:
        Product.objects.filter(pk=change.product.pk, merged_into=None).update(hidden=False)
        reindex(change.product.documents.all())
    reindex(documents)


def _undo_merge(change: Change, recipe: dict[str, Any]) -> None:
    """Documents that came with the merge leave again, unless the product's own page has linked to them since."""
    product, into = change.product, Product.objects.filter(pk=recipe["into"]).first()
    if product is None or into is None or product.merged_into_id != into.pk:
        raise CorrectionRefused(_("One of the two has been merged elsewhere or removed since. Undo that first."))
    documents = list(Document.objects.filter(products__in=[product, into]).distinct())
    ProductDocument.objects.filter(product=into, document__in=recipe["documents"], source=LinkSource.MERGED).delete()
    Product.objects.filter(pk__in=recipe["merged"], merged_into=into).update(merged_into=product)
    Product.objects.filter(pk=product.pk).update(hidden=recipe["was_hidden"], merged_into=None)
    reindex(documents)


def _undo_split(change: Change, recipe: dict[str, Any]) -> None:
    product, fresh = change.product, Product.objects.filter(pk=recipe["product"]).first()
    if product is None or fresh is None:
        raise CorrectionRefused(_("One of the two products is no longer there."))
    documents = Document.objects.filter(products=fresh)
    for document in list(documents):
        if document.pk in recipe["documents"] or not document.products.filter(pk=product.pk).exists():
            links.accept(product, document)
    reindex(list(documents))
    fresh.delete()


def _undo_move(change: Change, recipe: dict[str, Any]) -> None:
    document = change.document
    if document is None:
        raise CorrectionRefused(_("What this was about is no longer there."))
    target = Product.objects.filter(pk=recipe["target"]).first() if recipe["target"] else None
    if target is not None:
        ProductDocument.objects.filter(product=target, document=document, source=LinkSource.STAFF).delete()
        if recipe["rejected_before"]:
            RejectedLink.objects.get_or_create(product=target, document=document)
    if recipe["source"]:
        RejectedLink.objects.filter(product=recipe["source"], document__in=recipe["copies"]).delete()
        source = Product.objects.filter(pk=recipe["source"]).first()
        if source is not None:
            ProductDocument.objects.get_or_create(product=source, document=document)
    reindex([document])


def _undo_absent(change: Change, recipe: dict[str, Any]) -> None:
    product = change.product
    if product is None:
        raise CorrectionRefused(_("What this was about is no longer there."))
    about = {"product": product, "kind": recipe["kind"], "language": recipe["language"]}
    if recipe["marked"]:
        NoSuchDocument.objects.filter(**about).delete()
    else:
        NoSuchDocument.objects.get_or_create(**about, defaults={"user": change.user})


WAYS: dict[str, Callable[[Change, Any], None]] = {
    ChangeKind.HIDDEN: _undo_hidden,
    ChangeKind.MERGED: _undo_merge,
    ChangeKind.SPLIT: _undo_split,
    ChangeKind.MOVED: _undo_move,
    ChangeKind.ABSENT: _undo_absent,
}
