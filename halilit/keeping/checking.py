"""Database against stored files: which are missing, which nobody names, which are not what was stored."""

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import FileField, Model

from catalog.models import Document
from ingestion.models import FrontierUrl

DERIVED = "thumbnails/"  # made again when somebody asks for them
YOUNG = 3600  # seconds: a file is stored before the row that names it


@dataclass
class Findings:
    """`missing` and `changed` are rows with their field; `orphans` are names of stored files."""

    files: int = 0
    missing: list[tuple[Model, str]] = field(default_factory=list)
    changed: list[tuple[Model, str]] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)

    @property
    def well(self) -> bool:
        return not (self.missing or self.changed or self.orphans)


def examine(*, hashes: bool) -> Findings:
    """`hashes`: read every document's file and compare it with what was stored; else presence alone."""
    found, named = Findings(), set()
    for row, name in references():
        stored = getattr(row, name).name
        named.add(stored)
        found.files += 1
        if not default_storage.exists(stored):
            found.missing.append((row, name))
        elif hashes and isinstance(row, Document) and is_changed(row):
            found.changed.append((row, name))
    found.orphans = [name for name in all_files("") if name not in named and is_orphan(name)]
    return found


def references() -> Iterator[tuple[Any, str]]:
    """Every row of every model that names a stored file, with the field's name."""
    for model in apps.get_models():
        for each in model._meta.get_fields():
            if isinstance(each, FileField):
                rows = model._default_manager.exclude(**{each.name: ""}).order_by("pk")
                yield from ((row, each.name) for row in rows.iterator(chunk_size=500))


def is_changed(document: Document) -> bool:
    digest = hashlib.sha256()
    with document.file.open("rb") as file:
        for piece in file.chunks():
            digest.update(piece)
    return bool(document.content_hash) and digest.hexdigest() != document.content_hash


def all_files(folder: str) -> Iterator[str]:
    try:
        folders, files = default_storage.listdir(folder or ".")
    except FileNotFoundError:
        return
    for name in files:
        yield f"{folder}{name}"
    for name in folders:
        yield from all_files(f"{folder}{name}/")


def is_orphan(name: str) -> bool:
    if name.startswith(DERIVED):
        return False
    return time.time() - default_storage.get_modified_time(name).timestamp() > YOUNG


def repair(found: Findings) -> None:
    """Rows forget the file that is not there, and their address is fetched anew by the next scrape; what nobody names
    is deleted. A changed file counts as missing."""
    for row, name in [*found.missing, *found.changed]:
        with transaction.atomic():
            type(row)._default_manager.filter(pk=row.pk).update(**{name: ""})
            if url := getattr(row, "url", ""):
                # Without these the site cannot answer that nothing has changed.
                FrontierUrl.objects.filter(url=url).update(etag="", last_modified="", content_hash="")
    for name in found.orphans:
        default_storage.delete(name)
