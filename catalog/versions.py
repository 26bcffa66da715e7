"""Versions of one manual: which version a title or file name states, and keeping the older file beside the newer."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.db import transaction

from . import changes, links
from .models import ChangeKind, Document, DocumentKind, DocumentPage, DocumentState, Product
from .naming import fold

# Notes about a firmware are about that firmware for ever; a manual's newer edition takes its place.
VERSIONED = frozenset(
    {
        *(DocumentKind.MANUAL, DocumentKind.QUICK_START, DocumentKind.DATASHEET),
        *(DocumentKind.MIDI_CHART, DocumentKind.PARTS_LIST, DocumentKind.SAFETY),
    }
)
# A lone `v` counts with a minor number only: V50 is a model.
NUMBERED = re.compile(
    r"(?<![a-z])(?:(?:ver|vers|version|rev|revision|edition|issue)[\s._-]*(\d{1,3}(?:[._]\d{1,3}){0,3})"
    r"|v[\s._-]?(\d{1,3}(?:[._]\d{1,3}){1,3}))(?!\d)"
)
LETTERED = re.compile(r"(?<![a-z])(?:rev|revision)[\s._-]*([a-z])(?![a-z])")
DATED = re.compile(
    r"(?<!\d)(20\d\d)[\s._/-]?(0[1-9]|1[0-2])(?:[\s._/-]?(0[1-9]|[12]\d|3[01]))?(?!\d)|(?<!\d)(0[1-9]|1[0-2])[._/-](20\d\d)(?!\d)"
)
# The version of the device or its system that a manual is for: an edition for the older one is no older edition.
OF_THE_DEVICE = re.compile(r"\b(for|from|since|with|requires|firmware|fw|os|system|software)[\s(._-]*$")
EXTENSION = re.compile(r"\.(pdf|txt|docx?|zip)(_[0-9a-f]{8,})?$", re.I)


@dataclass(frozen=True, order=True)
class Version:
    """`scheme` is number, letter or date: only versions of one scheme can be compared."""

    scheme: str
    order: tuple[int, ...]
    text: str = ""


def stated_version(title: str, url: str = "") -> Version | None:
    """The version or date that the title states, else the file's name."""
    for text in (title, file_part(url)):
        lowered = fold(text)
        found = NUMBERED.search(lowered)
        if found and OF_THE_DEVICE.search(lowered[: found.start()]):
            return None
        if found:
            numbers = (found.group(1) or found.group(2)).replace("_", ".")
            return Version("number", padded(int(part) for part in numbers.split(".")), found.group(0).strip(" ._-"))
        if found := LETTERED.search(lowered):
            return Version("letter", (ord(found.group(1)),), found.group(0).strip(" ._-"))
        if found := DATED.search(lowered):
            year, month, day, other_month, other_year = found.groups()
            order = (int(year or other_year), int(month or other_month), int(day or 0))
            return Version("date", order, found.group(0).strip(" ._-"))
    return None


def padded(numbers: Iterable[int]) -> tuple[int, ...]:
    found = tuple(numbers)
    return (*found, *(0,) * (4 - len(found)))


def file_part(url: str) -> str:
    return EXTENSION.sub("", unquote(urlsplit(url).path.rsplit("/", 1)[-1]))


def bare_title(title: str) -> str:
    """The title without its version, to compare: editions of one manual have the same."""
    lowered = fold(title)
    for pattern in (NUMBERED, LETTERED, DATED):
        lowered = pattern.sub(" ", lowered)
    return " ".join(re.findall(r"[^\W_]+", lowered))


def archive(document: Document) -> Document:
    """Keep what a document is until now as an older version of itself: its file and text, no longer searched.

    To be called before new bytes are written to it, in the same transaction.
    """
    old = Document.objects.get(pk=document.pk)
    old.pk, old._state.adding = None, True
    old.url = f"{document.url[:980]}#{document.content_hash[:12]}"
    kept = Document.objects.filter(brand_id=document.brand_id, url=old.url).first()
    if kept is not None:
        return kept
    old.hidden, old.superseded_by, old.locks = True, document, {}
    old.save(force_insert=True)
    Document.objects.filter(pk=old.pk).update(first_seen=document.first_seen)
    DocumentPage.objects.filter(document=document).update(document=old)
    return old


def new_version(document: Document, older: Document) -> None:
    """Write down that a document has a newer version than `older`."""
    changes.record(
        ChangeKind.VERSION, document=document, field="version", old=version_facts(older), new=version_facts(document)
    )


def version_facts(document: Document) -> dict[str, str | int]:
    return {
        "id": document.pk,
        "title": document.title,
        "version": document.version,
        "pages": document.page_count,
        "size": document.size,
    }


def place_among_versions(document: Document) -> list[Document]:
    """A newer edition at a new address takes the place of the older one; an older one goes behind the newer.

    Returns the documents that are no longer shown. Asks nothing where the document states no version.
    """
    version = stated_version(document.title, document.url)
    document.version = version.text[:60] if version else ""
    Document.objects.filter(pk=document.pk).exclude(version=document.version).update(version=document.version)
    if version is None or document.kind not in VERSIONED or document.hidden:
        return []
    replaced = []
    for other in editions_of(document):
        theirs = stated_version(other.title, other.url)
        if theirs is None or theirs.scheme != version.scheme or theirs.order == version.order:
            continue
        newer, older = (document, other) if theirs.order < version.order else (other, document)
        supersede(older, by=newer)
        replaced.append(older)
        if older is document:
            break
    return replaced


def editions_of(document: Document) -> list[Document]:
    """Documents of one brand, kind, language and title that share a product with this one, or have none either."""
    products = set(document.products.values_list("pk", flat=True))
    rows = Document.objects.filter(
        brand_id=document.brand_id, kind=document.kind, language=document.language, state=DocumentState.STORED
    ).exclude(pk=document.pk)
    rows = rows.filter(hidden=False, gone_since=None).exclude(version="")
    rows = rows.filter(products__in=products).distinct() if products else rows.filter(products=None)
    title = bare_title(document.title)
    return [other for other in rows if bare_title(other.title) == title] if title else []


def supersede(older: Document, *, by: Document) -> None:
    """Put an older edition behind the newer one, with all that stood behind it; products go along."""
    with transaction.atomic():
        Document.objects.filter(superseded_by=older).update(superseded_by=by)
        older.hidden, older.superseded_by = True, by
        Document.objects.filter(pk=older.pk).update(hidden=True, superseded_by=by)
        for product in Product.objects.filter(documents=older).exclude(documents=by):
            links.link(product.pk, by)
        new_version(by, older)
