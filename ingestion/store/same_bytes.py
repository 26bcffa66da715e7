"""The same bytes under several addresses: one of them keeps the document, whichever was read first."""

from django.db import transaction
from django.utils import timezone

from catalog import links, locks, versions
from catalog.models import Brand, Document, DocumentState, LinkSource, ProductDocument
from catalog.signals import documents_changed

from ..extract.links import file_title
from .naming import gather_links, is_inherited, main_language, name_document, precedence


def original_of(*, brand: Brand, url: str, content_hash: str) -> Document | None:
    """The document of another address that has these bytes."""
    rows = Document.objects.select_for_update(no_key=True).filter(
        brand=brand, content_hash=content_hash, state=DocumentState.STORED
    )
    return rows.exclude(url=url).exclude(superseded_by__isnull=False).order_by("pk").first()


def found_name(document: Document) -> str:
    """What a file is called that no product's page links to: as its link says, as itself says, or as its address."""
    return str(document.clues.get("title") or document.clues.get("own") or file_title(document.url))[:500]


def takes_over(document: Document, original: Document) -> bool:
    """Whether a file that is read for the first time has the better address, or the only one that is still there.

    What staff or a brand sent stays under the name that it was sent with.
    """
    new = document.state in (DocumentState.LINKED, DocumentState.FAILED)
    if not new or not all(row.url.startswith("http") for row in (document, original)):
        return False
    return original.gone_since is not None or precedence(document.url) < precedence(original.url)


def exchange(document: Document, original: Document) -> None:
    """Let two rows change addresses: text, passages, history and marks stay with the row that has the bytes."""
    first, second = original.url, document.url
    Document.objects.filter(pk=document.pk).update(url=f"{second[:980]}#exchanged")
    original.url, document.url = second, first
    original.clues, document.clues = document.clues, original.clues
    original.fetched_at, document.fetched_at = document.fetched_at, original.fetched_at
    original.gone_since, document.gone_since = document.gone_since, original.gone_since
    exchange_links(document, original)
    decided = locks.set_aside(original)
    spoken = original.pages.exclude(language="").order_by("number").values_list("language", flat=True)
    original.language = main_language(list(spoken)) or document.language
    locks.keep(original, decided)
    original.save()
    document.save()


def exchange_links(document: Document, original: Document) -> None:
    """What pages say of an address goes with the address; what staff and the text say stays with the text."""
    stated = ProductDocument.objects.filter(document__in=[document, original], source=LinkSource.SITE)
    rows = [link for link in stated.order_by("pk") if not is_inherited(link)]
    ProductDocument.objects.filter(pk__in=[link.pk for link in rows]).delete()
    for link in rows:
        other = original if link.document_id == document.pk else document
        links.link(link.product_id, other, title=link.title, order=link.order)


def mark_duplicate(document: Document, original: Document, content_hash: str) -> None:
    """The products of the copy are products of the original too."""
    document.state, document.duplicate_of, document.content_hash = DocumentState.DUPLICATE, original, content_hash
    document.problem, document.page_count = "", original.page_count
    document.mime_type, document.size = original.mime_type, original.size
    document.save()
    gather_links(original)


def share(document: Document, original: Document, content_hash: str) -> bool:
    """Keep two addresses of the same bytes as one document. Returns whether that is new."""
    document.fetched_at, document.gone_since = timezone.now(), None
    if (document.state, document.duplicate_of, document.content_hash) == (
        DocumentState.DUPLICATE, original, content_hash,
    ):  # fmt: skip
        document.save()
        return False
    exchanged = takes_over(document, original)
    if exchanged:
        exchange(document, original)
    mark_duplicate(document, original, content_hash)
    name_document(document, found_name(document))
    name_document(original, found_name(original) if exchanged else "")
    for row in (document, original):
        row.save(update_fields=["title", "kind", "language", "locks"])
    reindexed = [original.pk, *(other.pk for other in versions.place_among_versions(original))]
    transaction.on_commit(lambda: documents_changed.send(sender=Document, document_ids=reindexed), robust=True)
    return True
