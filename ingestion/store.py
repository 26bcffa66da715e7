"""Writing what was read into the catalogue, one transaction a page."""

import hashlib
import logging
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from django.core.files import File
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from catalog import changes, links, locks, versions
from catalog.models import (
    Brand,
    ChangeKind,
    Document,
    DocumentKind,
    DocumentPage,
    DocumentState,
    Media,
    Product,
    ProductDocument,
)
from catalog.signals import documents_changed

from .extract.links import document_kind, file_title, stated_language
from .extract.records import DocumentLink, Extraction, StoredPicture
from .extract.words import MANUAL
from .languages import languages_of
from .pdf import PdfText
from .products import save_product

logger = logging.getLogger(__name__)
MIN_TEXT = 300  # characters; a shorter page is not worth finding
MAX_TEXT = 400_000
LANGUAGE_SHARE = 0.04  # of a file's pages, for its language to count
KEPT_KINDS = frozenset({"product", "article", "page", "manuals"})
KEPT_PICTURES = 4
ARCHIVE = "application/zip"
SUFFIXES = {"application/pdf": ".pdf", "text/plain": ".txt"}


@dataclass
class Stored:
    """What one URL gave: documents and product that were written, and whether anything was new."""

    documents: list[int] = field(default_factory=list)
    product: Product | None = None
    changed: bool = False
    duplicate_of: str = ""


def announce(stored: Stored) -> None:
    """Tell the index after the commit; what it does must not undo what was stored."""
    ids = list(stored.documents)
    if ids and stored.changed:
        transaction.on_commit(lambda: documents_changed.send(sender=Document, document_ids=ids), robust=True)


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
    document = Document.objects.filter(brand=brand, url=url).first() or Document(brand=brand, url=url)
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


def link_documents(brand: Brand, product: Product, found: tuple[DocumentLink, ...]) -> list[Document]:
    """Make known what a product's page calls its documents; they are read when their turn comes.

    Returns those that had been read already and now have another name or another product.
    """
    renamed = []
    for order, link in enumerate(found):
        document, _ = Document.objects.get_or_create(
            brand=brand,
            url=link.url,
            defaults={
                "title": titled(link.title, product.name),
                "kind": link.kind,
                "language": link.language,
                "state": DocumentState.LINKED,
            },
        )
        new = links.link(product.pk, document, title=link.title, order=order)
        if new and document.mime_type == ARCHIVE:
            new = inherit(document, only=product.pk)
        if (name_document(document) or new) and document.state == DocumentState.STORED:
            renamed.append(document)
    return renamed


def members_of(archive: Document) -> QuerySet[Document]:
    """The documents that an archive holds now."""
    return Document.objects.filter(
        brand_id=archive.brand_id, url__startswith=f"{archive.url}#", superseded_by=None, gone_since=None
    )


def inherit(archive: Document, only: int | None = None) -> bool:
    """Let the products of an archive (or one of them) have the documents within. Returns whether anything was new."""
    new = False
    products = ProductDocument.objects.filter(document=archive)
    for product in products.filter(product=only) if only else products:
        for order, document in enumerate(members_of(archive).select_related("duplicate_of").order_by("pk")):
            shown = document.duplicate_of or document
            new = links.link(product.product_id, shown, order=product.order + order) or new
    return new


def name_document(document: Document, found_as: str = "") -> bool:
    """Name a document after what its products' pages call it, whatever was read first. True: name or kind changed.

    `found_as` names one that no product's page links to.
    """
    known = list(ProductDocument.objects.filter(document=document, product__hidden=False).select_related("product"))
    titles = [link.title for link in known if link.title]
    if len(known) == 1 and titles:
        title = titled(titles[0], known[0].product.name)
    elif titles:
        title = min(titles, key=lambda text: (-titles.count(text), len(text), text))
    else:
        title = found_as or document.title
    before, decided = changes.document_facts(document), locks.set_aside(document)
    document.title, document.kind = title[:500], document_kind(title, document.url)
    document.language = stated_language(title, document.url) or document.language
    locks.keep(document, decided)
    if (before["title"], before["kind"]) != (document.title, document.kind):
        document.save(update_fields=["title", "kind", "language", "locks"])
        if document.state == DocumentState.STORED:
            changes.document_changed(document, before)
        return True
    return False


def titled(title: str, context: str) -> str:
    """A document's title that stands by itself: 'User manual' alone says nothing in a list of a hundred."""
    ours, theirs = set(words(title)), set(words(context))
    if not context or ours & theirs or MANUAL.search(context):
        return title[:500]
    return f"{context} – {title}"[:500]


def words(text: str) -> list[str]:
    return [word for word in "".join(c.lower() if c.isalnum() else " " for c in text).split() if len(word) > 1]


def save_pictures(product: Product, extraction: Extraction) -> None:
    """Make known what pictures a product's page shows, writing only what is new or different."""
    assert extraction.product is not None
    known = {media.url: media for media in product.media.all()}
    new = []
    for order, picture in enumerate(extraction.product.pictures):
        media, alt = known.get(picture.url), picture.alt[:500]
        if media is None:
            new.append(Media(product=product, url=picture.url, alt=alt, order=order))
        elif (media.alt, media.order) != (alt, order):
            Media.objects.filter(pk=media.pk).update(alt=alt, order=order)
    Media.objects.bulk_create(new)


def store_file(
    *, brand: Brand, url: str, title: str, path: Path, content_hash: str, size: int, text: PdfText, context: str = "",
    heading: str = "",
) -> Stored:  # fmt: skip
    """Keep a PDF and its text, page by page. The same bytes under another address are kept once."""
    stored = Stored()
    original = (
        Document.objects.filter(brand=brand, content_hash=content_hash, state=DocumentState.STORED)
        .exclude(url=url)
        .exclude(superseded_by__isnull=False)
        .first()
    )
    name = titled(title, context) if title else text.title.strip() or file_title(url)
    document, _ = Document.objects.get_or_create(brand=brand, url=url, defaults={"title": name[:500]})
    if original is not None:
        mark_duplicate(document, original, content_hash)
        return Stored(documents=[original.pk], duplicate_of=original.url, changed=True)
    changed = document.content_hash != content_hash or document.state != DocumentState.STORED
    document.clues = clues(title, heading, text.title)
    if document.gone_since is not None:
        changes.record(ChangeKind.BACK, document=document)
    document.fetched_at, document.gone_since = timezone.now(), None
    stored.documents, stored.changed = [document.pk], changed
    if changed:
        stored.documents += renew(document, name, path, content_hash, size, text)
    document.save()
    announce(stored)
    return stored


def clues(title: str, heading: str, own: str) -> dict[str, str]:
    """What may say which products a file covers (ingestion.assign), as it was found."""
    found = {"title": title[:500], "heading": heading[:200], "own": own.strip()[:300]}
    return {name: value for name, value in found.items() if value}


def renew(document: Document, name: str, path: Path, content_hash: str, size: int, text: PdfText) -> list[int]:
    """Fill a document with what was read; what it was before stays behind it. Returns which others changed by that."""
    was_read = document.state == DocumentState.STORED and bool(document.file)
    older = versions.archive(document) if was_read else None
    if document.superseded_by_id:
        document.hidden, document.superseded_by = False, None  # its new bytes have to find their place anew
    fill(document, name, path, content_hash, size, text)
    document.changed_at = timezone.now()
    if older is not None:
        versions.new_version(document, older)
    else:
        changes.document_changed(document, {}, new=True)
    return [other.pk for other in versions.place_among_versions(document)]


def fill(document: Document, name: str, path: Path, content_hash: str, size: int, text: PdfText) -> None:
    languages = languages_of(text.pages)
    spoken = [language for language in languages if language]
    decided = locks.set_aside(document)
    document.language = max(sorted(set(spoken)), key=spoken.count) if spoken else document.language
    locks.keep(document, decided)
    document.languages = spoken_in(spoken)
    name_document(document, name)
    document.state, document.mime_type, document.content_hash = DocumentState.STORED, text.mime_type, content_hash
    document.duplicate_of, document.page_count, document.size = None, len(text.pages), size
    document.problem = text.problem
    with path.open("rb") as file:
        document.file.save(f"{content_hash[:2]}/{content_hash}{SUFFIXES[text.mime_type]}", File(file), save=False)
    document.save()
    write_pages(document, list(text.pages), languages)


def spoken_in(pages: list[str]) -> str:
    """The languages of a document from those of its pages; a page or two among many may have been mistaken."""
    counted = Counter(pages)
    return ",".join(code for code, count in counted.most_common(12) if count >= max(1, LANGUAGE_SHARE * len(pages)))


def mark_duplicate(document: Document, original: Document, content_hash: str) -> None:
    """The products of the copy are products of the original too."""
    document.state, document.duplicate_of, document.content_hash = DocumentState.DUPLICATE, original, content_hash
    document.fetched_at, document.problem, document.page_count = timezone.now(), "", original.page_count
    document.mime_type, document.size, document.gone_since = original.mime_type, original.size, None
    document.save()
    for known in ProductDocument.objects.filter(document=document):
        links.link(known.product_id, original, title=known.title, order=known.order)
    transaction.on_commit(lambda: documents_changed.send(sender=Document, document_ids=[original.pk]), robust=True)


def store_picture(*, brand: Brand, url: str, picture: StoredPicture) -> Stored:
    """Keep our own copy of a picture for every product that shows it."""
    digest = hashlib.sha256(picture.webp).hexdigest()
    name = f"media/{digest[:2]}/{digest}.webp"
    shown = Media.objects.filter(product__brand=brand, url=url).exclude(file=name)
    changed = list(shown.values_list("pk", flat=True))
    storage = Media._meta.get_field("file").storage
    if changed and not storage.exists(name):
        storage.save(name, ContentFile(picture.webp))
    Media.objects.filter(pk__in=changed).update(file=name, width=picture.width, height=picture.height)
    return Stored(changed=bool(changed))


def not_a_document(*, brand: Brand, url: str) -> None:
    """A link that only looked like one to a document led to a page."""
    Document.objects.filter(brand=brand, url=url, state=DocumentState.LINKED).delete()


def document_failed(*, brand: Brand, url: str, problem: str, gone: bool) -> None:
    """A document that a page links to could not be read. What was read earlier stays; twice gone is marked."""
    known = Document.objects.filter(brand=brand, url=url)
    known.filter(state__in=[DocumentState.LINKED, DocumentState.FAILED]).update(
        state=DocumentState.FAILED, problem=problem[:500]
    )
    if gone:
        now = timezone.now()
        here = Q(url=url) | Q(url__startswith=f"{url}#", superseded_by=None)  # with what an archive held
        documents = list(Document.objects.filter(here, brand=brand, state=DocumentState.STORED, gone_since=None))
        products = list(Product.objects.filter(brand=brand, page_url=url, gone_since=None))
        ids = [document.pk for document in documents]
        Document.objects.filter(pk__in=ids).update(gone_since=now)
        Product.objects.filter(pk__in=[product.pk for product in products]).update(gone_since=now)
        # A product's page is no second thing that is gone.
        changes.gone(products=products, documents=[] if products else documents)
        if ids:
            transaction.on_commit(lambda: documents_changed.send(sender=Document, document_ids=ids), robust=True)


def seen_again(*, brand: Brand, url: str, returned: bool = False) -> None:
    """An unchanged page: what it shows is still there, or, after a time when it was missing, has `returned`."""
    now = timezone.now()
    if returned:
        note_return(brand, url)
    Product.objects.filter(brand=brand, page_url=url).update(last_seen=now, gone_since=None)
    Document.objects.filter(brand=brand, url=url, state=DocumentState.STORED).update(fetched_at=now, gone_since=None)


def note_return(brand: Brand, url: str) -> None:
    """Write down that what was gone is there again, and have it searched again."""
    products = list(Product.objects.filter(brand=brand, page_url=url).exclude(gone_since=None))
    documents = list(Document.objects.filter(brand=brand, url=url, state=DocumentState.STORED).exclude(gone_since=None))
    for product in products:
        changes.record(ChangeKind.BACK, product=product)
    for document in [] if products else documents:
        changes.record(ChangeKind.BACK, document=document)
    if ids := [document.pk for document in documents]:
        transaction.on_commit(lambda: documents_changed.send(sender=Document, document_ids=ids), robust=True)


def picture_urls(extraction: Extraction) -> list[str]:
    """Those pictures of a product that are worth keeping."""
    if extraction.product is None:
        return []
    return [p.url for p in extraction.product.pictures[:KEPT_PICTURES] if urlsplit(p.url).scheme in ("http", "https")]
