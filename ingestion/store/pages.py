"""A page in the catalogue: the product that it describes, and its own text as a document."""

import hashlib

from django.utils import timezone

from catalog import changes, links, locks
from catalog.models import Brand, ChangeKind, Document, DocumentKind, DocumentPage, DocumentState, Product

from ..extract.links import document_kind
from ..extract.records import Extraction
from ..products import save_product
from .naming import link_documents
from .outcome import Stored, announce
from .pictures import save_pictures

MIN_TEXT = 300  # characters; a shorter page is not worth finding
MAX_TEXT = 400_000
KEPT_KINDS = frozenset({"product", "article", "page", "manuals"})


def store_page(*, brand: Brand, url: str, extraction: Extraction) -> Stored:
    """Write the product that a page describes, the documents that it links to, and the page's own text."""
    stored = Stored()
    if extraction.product is not None:
        stored.product, stored.changed = save_product(brand=brand, url=url, record=extraction.product)
        for document in link_documents(brand, stored.product, extraction.product.documents):
            stored.documents.append(document.pk)
            stored.changed = True
        save_pictures(stored.product, extraction)
    if extraction.kind in KEPT_KINDS and len(extraction.text) >= (80 if stored.product else MIN_TEXT):
        save_page_document(brand, url, extraction, stored)
    announce(stored)
    return stored


def save_page_document(brand: Brand, url: str, extraction: Extraction, stored: Stored) -> None:
    text = extraction.text[:MAX_TEXT]
    digest = hashlib.sha256(f"{extraction.title}\n{text}".encode()).hexdigest()
    document = Document.objects.select_for_update(no_key=True).filter(brand=brand, url=url).first() or Document(
        brand=brand, url=url
    )
    new = document.pk is None
    changed = document.content_hash != digest or document.state != DocumentState.STORED
    note_page(document, text, changed=changed and document.state == DocumentState.STORED, product=stored.product)
    decided = locks.set_aside(document)
    document.title = extraction.title[:500] or url
    document.kind = page_kind(extraction)
    document.state, document.problem, document.gone_since = DocumentState.STORED, "", None
    document.language, document.mime_type, document.content_hash = extraction.language, "text/html", digest
    document.page_count, document.size, document.fetched_at = 1, len(text.encode()), timezone.now()
    document.changed_at = document.fetched_at if changed else document.changed_at
    locks.keep(document, decided)
    document.save()
    if stored.product:
        links.link(stored.product.pk, document, new=new)
    if changed:
        write_pages(document, [text], [extraction.language], new=new)
    stored.documents.append(document.pk)
    stored.changed = stored.changed or changed


def note_page(document: Document, text: str, *, changed: bool, product: Product | None) -> None:
    """Write down that a page is back, or has another text; what changed on a product's page is noted by field."""
    if product is not None:
        return
    if document.gone_since is not None:
        changes.record(ChangeKind.BACK, document=document)
    if changed:
        known = document.pages.values_list("text", flat=True).first() or ""
        changes.text_changed(document, known, text)


def page_kind(extraction: Extraction) -> str:
    if extraction.product is not None:
        return DocumentKind.PRODUCT_PAGE
    return DocumentKind.FAQ if document_kind(extraction.title, "") == "faq" else DocumentKind.OTHER


def write_pages(document: Document, texts: list[str], languages: list[str], *, new: bool = False) -> None:
    if not new:
        document.pages.all().delete()
    DocumentPage.objects.bulk_create(
        [
            DocumentPage(document=document, number=number, text=text, language=language)
            for number, (text, language) in enumerate(zip(texts, languages, strict=True), 1)
        ],
        batch_size=100,
    )
