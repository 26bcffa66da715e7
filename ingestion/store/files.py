"""A file in the catalogue: its bytes, its text page by page, its versions, and the same bytes elsewhere."""

from collections import Counter
from pathlib import Path

from django.core.files import File
from django.utils import timezone

from catalog import changes, locks, versions
from catalog.models import Brand, ChangeKind, Document, DocumentState

from ..extract.links import file_title
from ..languages import languages_of
from ..pdf import PdfText
from .naming import clues, gather_links, main_language, name_document
from .outcome import Stored, announce
from .pages import write_pages
from .same_bytes import original_of, share

LANGUAGE_SHARE = 0.04  # of a file's pages, for its language to count
SUFFIXES = {"application/pdf": ".pdf", "text/plain": ".txt"}


def store_file(
    *, brand: Brand, url: str, title: str, path: Path, content_hash: str, size: int, text: PdfText, heading: str = ""
) -> Stored:
    """Keep a PDF and its text, page by page. The same bytes under another address are kept once."""
    given = clues(title, heading, text.title)
    name = title or text.title.strip() or file_title(url)
    document, _ = Document.objects.select_for_update(no_key=True).get_or_create(
        brand=brand, url=url, defaults={"title": name[:500]}
    )
    document.clues = given
    original = original_of(brand=brand, url=url, content_hash=content_hash)
    if original is not None:
        new = share(document, original, content_hash)
        return Stored(documents=[original.pk], duplicate_of=original.url, copy=document.url, changed=new)
    return keep_file(document, name, path, content_hash, size, text)


def keep_file(document: Document, name: str, path: Path, content_hash: str, size: int, text: PdfText) -> Stored:
    changed = document.content_hash != content_hash or document.state != DocumentState.STORED
    if document.gone_since is not None:
        changes.record(ChangeKind.BACK, document=document)
    document.fetched_at, document.gone_since = timezone.now(), None
    stored, was_copy_of = Stored(documents=[document.pk], changed=changed), document.duplicate_of
    if changed:
        stored.parted = list(document.duplicates.exclude(content_hash=content_hash).values_list("url", flat=True))
        stored.documents += renew(document, name, path, content_hash, size, text)
    document.save()
    if was_copy_of is not None:
        gather_links(was_copy_of)
    announce(stored)
    return stored


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
    document.language = main_language(spoken) or document.language
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
