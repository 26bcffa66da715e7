"""Files against database, and what is let go in time."""

import os
import time
from datetime import timedelta
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone

from catalog.models import Document
from halilit.accounts.models import StaffAction
from halilit.keeping import checking, retention
from ingestion.models import FrontierUrl
from tests.rag.manuals import build


@pytest.fixture
def document(db):
    brand = build()
    found = Document.objects.filter(brand=brand).first()
    found.file.save("manual.pdf", ContentFile(b"%PDF-1.4 words"), save=False)
    Document.objects.filter(pk=found.pk).update(file=found.file.name, content_hash=digest(b"%PDF-1.4 words"))
    FrontierUrl.objects.create(brand=brand, url=found.url, key=found.url, etag="x", content_hash="y")
    return Document.objects.get(pk=found.pk)


def digest(body: bytes) -> str:
    import hashlib

    return hashlib.sha256(body).hexdigest()


def test_what_is_as_it_should_be_is_said_to_be(document):
    told = StringIO()
    call_command("check_files", "--hashes", stdout=told)
    assert "1 files are as the database says" in told.getvalue()


def test_a_missing_file_is_found_and_will_be_fetched_anew(document):
    default_storage.delete(document.file.name)
    with pytest.raises(SystemExit):
        call_command("check_files", stdout=StringIO())
    call_command("check_files", "--repair", stdout=StringIO())
    document.refresh_from_db()
    url = FrontierUrl.objects.get(url=document.url)
    assert (document.file.name, url.etag, url.content_hash) == ("", "", "")
    assert checking.examine(hashes=True).well


def test_a_changed_file_is_found_by_its_hash(document):
    with default_storage.open(document.file.name, "wb") as file:
        file.write(b"other words")
    assert checking.examine(hashes=False).well
    assert [row.pk for row, _ in checking.examine(hashes=True).changed] == [document.pk]


def test_a_file_that_nobody_names_is_found_once_it_is_not_new(document):
    name = default_storage.save("documents/left.pdf", ContentFile(b"x"))
    assert checking.examine(hashes=False).well
    os.utime(default_storage.path(name), (time.time() - 7200,) * 2)
    found = checking.examine(hashes=False)
    assert found.orphans == [name]
    checking.repair(found)
    assert not default_storage.exists(name) and default_storage.exists(document.file.name)


def test_records_go_after_their_time_and_younger_ones_stay(db, settings):
    settings.AUDIT_DAYS = 10
    for days in (9, 11):
        row = StaffAction.objects.create(kind="change", who=f"{days}", what="x", on="y", status=200, address="::1")
        StaffAction.objects.filter(pk=row.pk).update(at=timezone.now() - timedelta(days=days))
    assert retention.let_go()["staff actions"] == 1
    assert StaffAction.objects.get().who == "9"
    settings.AUDIT_DAYS = 0
    StaffAction.objects.update(at=timezone.now() - timedelta(days=9999))
    assert "staff actions" not in retention.let_go()
