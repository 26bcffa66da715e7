"""Storing the documents of an archive: each one a document of its own, for the products that the archive is for."""

from django.db.models import QuerySet
from django.utils import timezone

from catalog import changes
from catalog.models import Brand, Document, DocumentState, Product

from ..archive_reader import ArchiveText
from ..archives import member_address
from ..extract.links import file_title
from .files import store_file
from .naming import ARCHIVE, inherit, members_of, titled
from .outcome import Stored, announce


def store_archive(*, brand: Brand, url: str, title: str, content_hash: str, size: int, found: ArchiveText) -> Stored:
    """Keep what an archive holds. The archive itself is a hidden row, which remembers its products."""
    archive, _ = Document.objects.get_or_create(
        brand=brand, url=url, defaults={"title": title[:500] or file_title(url)}
    )
    archive.state, archive.mime_type, archive.hidden, archive.problem = DocumentState.STORED, ARCHIVE, True, ""
    archive.content_hash, archive.size, archive.fetched_at = content_hash, size, timezone.now()
    archive.gone_since = None
    archive.save()
    stored = Stored()
    kept = set()
    for member, text in found.documents:
        address = member_address(url, member.name)
        part = store_file(
            brand=brand, url=address, title=member_title(archive, member.name), path=member.path,
            content_hash=member.digest, size=member.path.stat().st_size, text=text,
        )  # fmt: skip
        kept.add(address)
        stored.documents += part.documents
        stored.changed = stored.changed or part.changed
    for name, problem in found.refused:
        kept.add(address := member_address(url, name))
        row, _ = Document.objects.get_or_create(
            brand=brand, url=address, defaults={"title": member_title(archive, name)}
        )
        Document.objects.filter(pk=row.pk).exclude(state=DocumentState.STORED).update(
            state=DocumentState.FAILED, problem=problem[:500]
        )
    leave_out(members_of(archive).exclude(url__in=kept))
    stored.changed = inherit(archive) or stored.changed
    announce(stored)
    return stored


def member_title(archive: Document, name: str) -> str:
    """What a document within is called; `manual.pdf` alone would say nothing."""
    product = Product.objects.filter(documents=archive, hidden=False).first()
    return titled(file_title(f"file:///{name}"), product.name if product else archive.title)


def leave_out(missing: QuerySet[Document]) -> None:
    """What an archive held and holds no more is gone, as a page would be."""
    rows = list(missing)
    Document.objects.filter(pk__in=[row.pk for row in rows]).update(gone_since=timezone.now())
    changes.gone(documents=rows)
