"""Files that staff send: kept at once, read at once where that is quick, else by the queue, and nothing is lost.

A file takes the same way into the catalogue as one that a brand's site links to. An archive becomes a row for each
document within, and each of those is a task of its own.
"""

import hashlib
import time
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from catalog import changes, links, locks, versions
from catalog.corrections import reindex
from catalog.local_files import local_copy
from catalog.models import Brand, Document, DocumentState, Product

from .errors import GiveUpUrl, TryLater
from .models import Upload, UploadState
from .upload_models import LOST_AFTER, MAX_ATTEMPTS, UNFINISHED

AT_ONCE_SECONDS = 6.0  # of a request; what takes longer is left to the queue
AT_ONCE_BYTES = 20_000_000
MAX_FILES = 100  # in one go
LIMITS = {"pdf": 250_000_000, "archive": 100_000_000, "text": 5_000_000}
NOT_READ = gettext_noop("It is no PDF, no text and no zip archive, so it cannot be read.")
TOO_LARGE = gettext_noop("It is too large: a PDF may have 250 MB, a zip 100 MB, a text 5 MB.")
OTHERWISE = gettext_noop(
    "Its name ends like another kind of file: a PDF ends with .pdf, a text with .txt, an archive with .zip."
)
ENDINGS = {"pdf": (".pdf",), "archive": (".zip",), "text": (".txt", ".text", ".md")}
EMPTY = gettext_noop("The file is empty.")
LOST = gettext_noop("Reading it took its worker with it each time. The file may be damaged.")
SAME = gettext_noop("The same file is known already.")
WITHDRAWN = gettext_noop("The same file was withdrawn. Undo that in its history to show it again.")
SCANNED_TOO = gettext_noop("It is stored, but holds pictures of pages only, so its text cannot be searched.")
MISSING = gettext_noop("The file is no longer there. Send it again.")
ARCHIVE = gettext_noop("An archive: what it held is listed below.")


def receive(
    files: Sequence[UploadedFile],
    *,
    brand: Brand,
    user: Any,
    product: Product | None = None,
    replaces: Document | None = None,
    **chosen: str,
) -> list[Upload]:
    """Keep files that staff sent. `chosen` may hold kind, title and language; what is empty is found out."""
    kept = []
    for file in files[:MAX_FILES]:
        upload = Upload(
            brand=brand, product=product, replaces=replaces, user=user, name=shown_name(file.name or ""),
            size=file.size or 0, **chosen,
        )  # fmt: skip
        upload.file.save(f"{timezone.now():%Y%m%d-%H%M%S}.bin", file, save=False)
        upload.save()
        kept.append(upload)
    return kept


def shown_name(name: str) -> str:
    from .archives import safe_name

    return safe_name(name).rsplit("/", 1)[-1][-290:] or "file"


def says_otherwise(name: str, kind: str) -> bool:
    """Whether a file is called like one of another kind; a name without an ending says nothing, nor does a version."""
    ending = PurePosixPath(name).suffix.lower()
    return any(sign.isalpha() for sign in ending) and ending not in ENDINGS[kind]


def work(uploads: Iterable[Upload]) -> None:
    """Read what can be read within AT_ONCE_SECONDS, and leave the rest to the queue."""
    waiting, end = list(uploads), time.monotonic() + AT_ONCE_SECONDS
    while waiting:
        upload = waiting.pop(0)
        if time.monotonic() < end and upload.size <= AT_ONCE_BYTES:
            take(upload.pk)
            waiting += Upload.objects.filter(parent=upload, state=UploadState.WAITING)
        else:
            enqueue(upload.pk)


def enqueue(upload_id: int) -> None:
    from django_q.tasks import async_task

    async_task("ingestion.tasks.take_upload", upload_id, task_name=f"upload-{upload_id}")


def revive() -> int:
    """Queue again what lost its worker or its task. Returns how many; a task too many does no harm."""
    lost = timezone.now() - LOST_AFTER
    rows = Upload.objects.filter(state__in=UNFINISHED, created_at__lt=lost).exclude(started_at__gte=lost)
    ids = list(rows.values_list("pk", flat=True)[:200])
    for upload_id in ids:
        enqueue(upload_id)
    return len(ids)


def take(upload_id: int) -> str:
    """Read one file into the catalogue, if no other worker does. Returns its state."""
    upload = Upload.objects.select_related("brand", "product", "replaces", "user", "parent").get(pk=upload_id)
    if not upload.claim():
        return upload.state
    if upload.attempts > MAX_ATTEMPTS:
        finish(upload, UploadState.REFUSED, LOST)
        return upload.state
    try:
        _read(upload)
    except GiveUpUrl as problem:
        finish(upload, UploadState.REFUSED, str(problem))
    except FileNotFoundError:
        finish(upload, UploadState.REFUSED, MISSING)
    except TryLater:
        Upload.objects.filter(pk=upload.pk).update(state=UploadState.WAITING)
        enqueue(upload.pk)
    return upload.state


def finish(upload: Upload, state: UploadState, reason: str = "", document: Document | None = None) -> None:
    """Say what became of it, and let its bytes go: the catalogue has its own copy."""
    upload.state, upload.reason, upload.finished_at = state, reason[:300], timezone.now()
    upload.document = document or upload.document
    upload.save()
    if upload.file:
        transaction.on_commit(lambda: forget_bytes(upload))


def forget_bytes(upload: Upload) -> None:
    upload.file.storage.delete(str(upload.file.name))
    Upload.objects.filter(pk=upload.pk).update(file="")


def _read(upload: Upload) -> None:
    if not upload.file:
        raise FileNotFoundError
    with local_copy(upload.file) as path:
        _read_file(upload, path)


def _read_file(upload: Upload, path: Path) -> None:
    from .content import sniff

    with path.open("rb") as file:
        kind = sniff(file.read(2048))
    if not path.stat().st_size:
        finish(upload, UploadState.REFUSED, EMPTY)
    elif kind not in LIMITS:
        finish(upload, UploadState.REFUSED, NOT_READ)
    elif says_otherwise(upload.name, kind):
        finish(upload, UploadState.REFUSED, OTHERWISE)
    elif path.stat().st_size > LIMITS[kind]:
        finish(upload, UploadState.REFUSED, TOO_LARGE)
    elif kind == "archive":
        _open_archive(upload, path)
    else:
        _store(upload, path, kind)


def _open_archive(upload: Upload, path: Path) -> None:
    """A row for each document within; what was refused has one too, with the reason."""
    from .archives import unpacked

    folder = settings.DATA_DIR / "tmp"
    folder.mkdir(parents=True, exist_ok=True)
    inherited = {
        "brand": upload.brand, "product": upload.product, "user": upload.user, "kind": upload.kind,
        "language": upload.language, "parent": upload,
    }  # fmt: skip
    with unpacked(path, folder) as found:
        inside = []
        for member in found.members:
            inner = Upload(**inherited, name=member.name, size=member.path.stat().st_size)
            # Before the transaction: up to a gigabyte is copied, and nobody else could write meanwhile.
            with member.path.open("rb") as file:
                inner.file.save(f"{upload.pk}{member.path.suffix}", File(file), save=False)
            inside.append(inner)
        with transaction.atomic():
            upload.inside.all().delete()
            for inner in inside:
                inner.save()
                transaction.on_commit(partial(enqueue, inner.pk))
            for name, reason in found.refused:
                Upload.objects.create(
                    **inherited, name=name, state=UploadState.REFUSED, reason=reason, finished_at=timezone.now()
                )
            finish(upload, UploadState.STORED, ARCHIVE)


def _store(upload: Upload, path: Path, kind: str) -> None:
    from .pdf import read_pdf_now
    from .plain import read_text

    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    address = address_of(upload)
    twin = Document.objects.filter(
        brand=upload.brand, content_hash=digest, state=DocumentState.STORED, superseded_by=None
    ).first()
    if twin is not None:
        with transaction.atomic(), changes.made_by(user=upload.user):
            if upload.product is not None:
                links.accept(upload.product, twin)
            finish(upload, UploadState.DUPLICATE, WITHDRAWN if twin.hidden else SAME, twin)
        return
    text = read_pdf_now(path) if kind == "pdf" else read_text(path)
    with transaction.atomic(), changes.made_by(user=upload.user):
        known = Document.objects.filter(brand=upload.brand, url=address, state=DocumentState.STORED).exists()
        document = _into_catalogue(upload, path, address, digest, text)
        newer = known or upload.replaces is not None
        finish(
            upload,
            UploadState.VERSION if newer else UploadState.STORED,
            SCANNED_TOO if text.is_scanned else text.problem,
            document,
        )


def _into_catalogue(upload: Upload, path: Path, address: str, digest: str, text: Any) -> Document:
    from .assign import assign_one
    from .imports import import_title
    from .recognise import SURE_ENOUGH, recognise
    from .store.files import store_file

    name = upload.name.rsplit("/", 1)[-1]
    title = upload.title or (upload.replaces.title if upload.replaces else "") or import_title(name)
    found = recognise(upload.brand, names=[title, name], pages=text.pages)
    upload.found = [
        {"id": item.product.pk, "name": item.product.name, "confidence": item.confidence, "seen": item.seen}
        for item in found
    ]
    stored = store_file(
        brand=upload.brand, url=address, title=title, path=path, content_hash=digest, size=upload.size, text=text
    )
    document = Document.objects.get(pk=stored.documents[0])
    products = [upload.product] if upload.product else [p.product for p in found if p.confidence >= SURE_ENOUGH]
    for product in products:
        links.accept(product, document)
    if not products:
        assign_one(document)
    _choose(document, upload, text)
    older = upload.replaces
    if older is not None and older.pk != document.pk:
        versions.supersede(older, by=document)
        reindex([older])
    else:
        reindex(versions.place_among_versions(document))
    return document


def _choose(document: Document, upload: Upload, text: Any) -> None:
    """What staff chose holds for good; a kind that the title does not tell may stand in the first lines."""
    from .extract.links import document_kind

    chosen = {"title": upload.title, "kind": upload.kind, "language": upload.language}
    for name, value in chosen.items():
        if value:
            locks.lock(document, name, value, by=upload.user.get_username() if upload.user else "")
    if not upload.kind and document.kind == "other":
        document.kind = document_kind(next(iter(text.pages), "")[:300], document.url)
    document.save()


def address_of(upload: Upload) -> str:
    """`file:NAME`; of a document within an archive `file:ARCHIVE#NAME`. A newer version keeps the older one's.

    Another product's file of the same name is another document, so it gets a number.
    """
    if upload.replaces is not None and upload.replaces.url.startswith("file:"):
        return upload.replaces.url
    if upload.parent is not None:
        return f"file:{upload.parent.name}#{upload.name}"[:1000]
    address, number = f"file:{upload.name}", 1
    while upload.product is not None and (
        Document.objects.filter(brand=upload.brand, url=address, hidden=False).exclude(products=upload.product).exists()
    ):
        number += 1
        address = f"file:{number}-{upload.name}"
    return address
