"""A file in the catalogue: its bytes, its text page by page, its versions, and the same bytes elsewhere."""

from collections import Counter
from pathlib import Path

from django.core.files import File
from django.db import transaction
from django.utils import timezone

from catalog import changes, links, locks, versions
from catalog.models import Brand, ChangeKind, Document, DocumentState, ProductDocument
from catalog.signals import documents_changed

from ..extract.links import file_title
from ..languages import languages_of
from ..pdf import PdfText
from .naming import name_document, titled
from .outcome import Stored, announce
from .pages import write_pages

LANGUAGE_SHARE = 0.04  # of a file's pages, for its language to count
SUFFIXES = {"application/pdf": ".pdf", "text/plain": ".txt"}


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
