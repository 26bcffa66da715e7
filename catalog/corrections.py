"""What staff decide against the brand's site. Every later scrape keeps it, and everything can be undone.

Each function writes a `Change` with a recipe for undoing it (catalog.undoing), in one transaction with the correction.
Values are locked (catalog.locks); a merged product stays as a hidden row, so that its addresses lead to the other; a
link that staff rejected is remembered (catalog.links).
"""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext as _

from . import aliases, changes, links, locks
from .models import Change, ChangeKind, Document, DocumentKind, LinkSource, Product, ProductDocument, ProductFamily
from .signals import documents_changed
from .slugs import product_slug

# What stands behind a fact (catalog.changes.product_facts), where it is not one column of the same name.
COLUMNS = {"price": ("price", "currency"), "family": ("family_id",)}


class CorrectionRefused(Exception):
    """A correction that makes no sense; `str()` says why, and what to do."""


def reindex(documents: Sequence[Document] | Any) -> None:
    """Tell the index after the commit which documents are shown otherwise now."""
    ids = [document.pk for document in documents]
    if ids:
        transaction.on_commit(lambda: documents_changed.send(sender=Document, document_ids=ids), robust=True)


def correct_product(product: Product, *, user: Any, **values: Any) -> list[Change]:
    """Set fields of a product for good (locks.PRODUCT_LOCKS); `family` by its name. Returns one change a field."""
    if "family" in values:
        values["family_id"] = family_named(product, values.pop("family"))
    unknown = values.keys() - set(locks.PRODUCT_LOCKS)
    if unknown:
        raise CorrectionRefused(
            _("These fields cannot be corrected: %(names)s.") % {"names": ", ".join(sorted(unknown))}
        )
    if "name" in values and not values["name"].strip():
        raise CorrectionRefused(_("A product needs a name."))
    with transaction.atomic(), changes.made_by(user=user):
        product = (
            Product.objects.select_for_update(of=("self",), no_key=True).select_related("family").get(pk=product.pk)
        )
        before = changes.product_facts(product)
        done = _set(product, values, user)
        product.save()
        product = Product.objects.select_related("family").get(pk=product.pk)
        now = changes.product_facts(product)
        written = [
            changes.record(
                changes.kind_of(name, now[name]), product=product, field=name, old=before[name], new=now[name],
                recipe={"locks": [field for field in COLUMNS.get(name, (name,)) if field in done], "was": done},
            )
            for name in changes.PRODUCT_FIELDS
            if before[name] != now[name]
        ]  # fmt: skip
        if before["name"] != product.name:
            aliases.remember(product, before["name"])
            reindex(product.documents.all())
    return written


def correct_document(document: Document, *, user: Any, **values: Any) -> list[Change]:
    """Set title, kind or language of a document for good."""
    unknown = values.keys() - set(locks.DOCUMENT_LOCKS)
    if unknown:
        raise CorrectionRefused(
            _("These fields cannot be corrected: %(names)s.") % {"names": ", ".join(sorted(unknown))}
        )
    if "title" in values and not values["title"].strip():
        raise CorrectionRefused(_("A document needs a title."))
    with transaction.atomic(), changes.made_by(user=user):
        document = Document.objects.select_for_update(no_key=True).get(pk=document.pk)
        before = changes.document_facts(document)
        done = _set(document, values, user)
        document.save()
        written = [
            changes.record(
                kind, document=document, field=name, old=before[name], new=getattr(document, name),
                recipe={"locks": [name], "was": done},
            )
            for name, kind in changes.DOCUMENT_FIELDS.items()
            if before[name] != getattr(document, name)
        ]  # fmt: skip
        if written:
            reindex([document])
    return written


def _set(row: Product | Document, values: dict[str, Any], user: Any) -> dict[str, Any]:
    """Lock each value that differs. Returns what stood there before: the value, and the lock where there was one."""
    before = {}
    for name, value in values.items():
        if getattr(row, name) == value and name in row.locks:
            continue
        before[name] = {"value": changes.plain(getattr(row, name)), "lock": row.locks.get(name)}
        locks.lock(row, name, value, by=user.get_username())
    return before


def family_named(product: Product, name: str) -> int | None:
    """The brand's family of this name, made where there is none; None for an empty name."""
    name = name.strip()[:200]
    if not name:
        return None
    known = ProductFamily.objects.filter(brand_id=product.brand_id, name__iexact=name).first()
    slug = slugify(name, allow_unicode=True)[:200] or "family"
    found = (
        known or ProductFamily.objects.get_or_create(brand_id=product.brand_id, slug=slug, defaults={"name": name})[0]
    )
    return found.pk


def hide_product(product: Product, *, user: Any) -> Change:
    """Show a product nowhere any more, nor its own pages in the search."""
    with transaction.atomic(), changes.made_by(user=user):
        pages = list(own_pages(product))
        Document.objects.filter(pk__in=[page.pk for page in pages]).update(hidden=True)
        Product.objects.filter(pk=product.pk).update(hidden=True)
        reindex(product.documents.all())
        return changes.record(ChangeKind.HIDDEN, product=product, recipe={"documents": [page.pk for page in pages]})


def own_pages(product: Product) -> Any:
    """Pages that describe this product alone."""
    others = ProductDocument.objects.exclude(product=product).exclude(product__hidden=True).values("document")
    pages = Document.objects.filter(products=product, kind=DocumentKind.PRODUCT_PAGE, hidden=False)
    return pages.exclude(pk__in=others)


def hide_document(document: Document, *, user: Any) -> Change:
    """Withdraw a document: it is neither listed nor searched, and its file is for staff alone."""
    with transaction.atomic(), changes.made_by(user=user):
        Document.objects.filter(pk=document.pk).update(hidden=True)
        reindex([document])
        return changes.record(ChangeKind.HIDDEN, document=document, recipe={"documents": [document.pk]})


def merge(product: Product, *, into: Product, user: Any) -> Change:
    """Two products are one model: `product` becomes a further address of `into`, with its documents.

    Its row stays, hidden, so that its address still leads somewhere and its pages are read for the other.
    """
    if product.pk == into.pk:
        raise CorrectionRefused(_("A product cannot be merged with itself. Choose another one."))
    if product.brand_id != into.brand_id:
        raise CorrectionRefused(_("Only products of one brand can be merged."))
    if into.merged_into_id or into.hidden or product.merged_into_id:
        raise CorrectionRefused(_("One of them is hidden or merged already. Undo that first, or choose another one."))
    with transaction.atomic(), changes.made_by(user=user):
        known = set(ProductDocument.objects.filter(product=into).values_list("document", flat=True))
        linked = [
            link.document_id
            for link in ProductDocument.objects.filter(product=product).select_related("document")
            if link.document_id not in known
            and links.link(into.pk, link.document, title=link.title, order=link.order, source=LinkSource.MERGED)
        ]
        merged_before = list(product.merged.values_list("pk", flat=True))
        product.merged.update(merged_into=into)
        was_hidden = product.hidden
        Product.objects.filter(pk=product.pk).update(hidden=True, merged_into=into)
        reindex(Document.objects.filter(Q(products=product) | Q(products=into)).distinct())
        return changes.record(
            ChangeKind.MERGED, product=product, field="product", old=product.name, new=into.name,
            recipe={"into": into.pk, "documents": linked, "merged": merged_before, "was_hidden": was_hidden},
        )  # fmt: skip


def split(
    product: Product, *, name: str, user: Any, documents: Sequence[Document] = (), page: Document | None = None
) -> Product:
    """One product is two models: a new one of this name, with these documents and, if given, a page of its own.

    With a page, later scrapes read it for the new product; without, they leave the new product as it is.
    """
    name = name.strip()[:300]
    if not name:
        raise CorrectionRefused(_("The second product needs a name."))
    if page is not None and page.url == product.page_url:
        raise CorrectionRefused(_("That page describes the first product. Choose another page, or none."))
    with transaction.atomic(), changes.made_by(user=user):
        slug = product_slug(product.brand_id, name)
        address = page.url if page is not None else f"{product.page_url[:900]}#{slug[:90]}"
        if Product.objects.filter(brand_id=product.brand_id, page_url=address).exclude(pk=product.pk).exists():
            raise CorrectionRefused(_("That page belongs to another product already. Choose another page, or none."))
        fresh = Product(
            brand_id=product.brand_id, family=product.family, name=name, slug=slug, page_url=address,
            lifecycle=product.lifecycle, last_seen=product.last_seen,
        )  # fmt: skip
        locks.lock(fresh, "name", name, by=user.get_username())
        fresh.save()
        moved = {document.pk: document for document in [*documents, *([page] if page else [])]}
        for document in moved.values():
            links.reject(product, document, user=user)
            links.accept(fresh, document)
        reindex(moved.values())
        changes.record(
            ChangeKind.SPLIT, product=product, field="product", old=product.name, new=name,
            recipe={"product": fresh.pk, "documents": list(moved)},
        )  # fmt: skip
    return fresh


def move_document(document: Document, *, source: Product | None, target: Product | None, user: Any) -> Change:
    """A document covers `target` rather than `source`. No target: it is taken away only; no source: it is added."""
    if source == target:
        raise CorrectionRefused(_("Choose another product to move it to."))
    if target is not None and target.brand_id != document.brand_id:
        raise CorrectionRefused(_("A document can only belong to products of its own brand."))
    copies = [document, *document.duplicates.all()]
    with transaction.atomic(), changes.made_by(user=user):
        rejected_before = target is not None and links.is_rejected(target.pk, document.pk)
        for copy in copies:
            if source is not None:
                links.reject(source, copy, user=user)
        if target is not None:
            links.accept(target, document)
        reindex([document])
        return changes.record(
            ChangeKind.MOVED, document=document, product=target or source, field="product",
            old=source.name if source else "", new=target.name if target else "",
            recipe={
                "source": source.pk if source else None, "target": target.pk if target else None,
                "copies": [copy.pk for copy in copies], "rejected_before": rejected_before,
            },
        )  # fmt: skip
