"""Which documents belong to which product. What staff rejected is never linked again by a scrape."""

from collections.abc import Sequence
from typing import Any

from .models import Document, LinkSource, Product, ProductDocument, RejectedLink

# Among a link's evidence: the product's page links to a copy of the document, at the address that stands with it.
SAME_FILE = "same_file"


def is_rejected(product_id: int, document_id: int) -> bool:
    return RejectedLink.objects.filter(product=product_id, document=document_id).exists()


def link(
    product_id: int,
    document: Document,
    *,
    title: str = "",
    order: int = 0,
    source: str = LinkSource.SITE,
    confidence: float = 1.0,
    evidence: Sequence[Sequence[str]] = (),
    new: bool = False,
) -> bool:
    """Let a document cover a product, called `title` there. Returns whether that is new.

    Writes only what differs, and asks what staff rejected only before something new is linked. `new` says that the
    document has just been made, so that there is nothing to ask.
    """
    known = None if new else ProductDocument.objects.filter(product=product_id, document=document).first()
    if known is None:
        if not new and is_rejected(product_id, document.pk):
            return False
        ProductDocument.objects.create(
            product_id=product_id, document=document, title=title[:500], order=order, source=source,
            confidence=confidence, evidence=[list(each) for each in evidence],
        )  # fmt: skip
        return True
    if known.source == LinkSource.DOCUMENT and source != LinkSource.DOCUMENT:
        known.source, known.confidence = source, confidence  # now stated by more than itself
        known.save(update_fields=["source", "confidence"])
    if not evidence and SAME_FILE in [clue for clue, _ in known.evidence]:
        known.evidence, known.title, known.order = [], title[:500], order  # now stated of its own address
        known.save(update_fields=["evidence", "title", "order"])
    if title and (known.title, known.order) != (title[:500], order):
        known.title, known.order = title[:500], order
        known.save(update_fields=["title", "order"])
    return False


def reject(product: Product, document: Document, *, user: Any = None) -> None:
    """Take a document away from a product for good."""
    ProductDocument.objects.filter(product=product, document=document).delete()
    RejectedLink.objects.get_or_create(product=product, document=document, defaults={"user": user})


def accept(product: Product, document: Document) -> None:
    """Let a document belong to a product, as staff say, whatever was rejected before."""
    RejectedLink.objects.filter(product=product, document=document).delete()
    ProductDocument.objects.update_or_create(
        product=product, document=document, defaults={"source": LinkSource.STAFF, "confidence": 1.0}
    )
