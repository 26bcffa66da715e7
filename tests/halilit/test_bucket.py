"""Stored files in a bucket that hosts share: a real server of that kind, and no file in a folder of ours."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.test import Client
from PIL import Image

from catalog.models import Brand, Document, DocumentPage
from halilit.keeping.checking import examine
from halilit.ops import doctor
from ingestion.models import Upload
from tests import buckets
from tests.ingestion.site import pdf
from tests.ingestion.test_uploads import fates, patient, send, zipped
from tests.people import staff_as

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("patient")]
__all__ = ["patient"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with buckets.bucket(tmp_path_factory.mktemp("storage")) as url:
        yield url


@pytest.fixture
def shared(server: str, settings, tmp_path: Path):
    """Stored files are in the bucket; the folders of this host are empty."""
    settings.S3_BUCKET, settings.S3_URL, settings.S3_REGION = buckets.NAME, server, "us-east-1"
    settings.S3_KEY, settings.S3_SECRET = buckets.KEY, buckets.SECRET
    settings.DATA_DIR = tmp_path
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "halilit.ops.bucket.Bucket"}}
    return settings


def test_what_staff_send_is_read_shown_and_drawn_from_the_bucket(shared, client: Client, tmp_path: Path):
    Brand.objects.create(name="Tonewerk", slug="tonewerk")
    client.force_login(staff_as())
    manual = pdf("Hold both buttons for a factory reset.")[2]
    send(client, {"guide.pdf": manual, "more.zip": zipped({"inner.pdf": pdf("Another manual")[2]})})
    assert {state for state, _ in fates().values()} == {"stored"}, fates()
    guide = Document.objects.get(url__contains="guide")
    assert DocumentPage.objects.get(document=guide).text.startswith("Hold both buttons")
    assert b"".join(client.get(f"/documents/{guide.pk}/file/")) == manual
    drawn = client.get(f"/documents/{guide.pk}/pages/1/1x.jpg")
    assert Image.open(io.BytesIO(drawn.content)).format == "JPEG"
    assert not Upload.objects.exclude(file="").exists(), "their bytes are gone once they are stored"
    assert not (tmp_path / "files").exists()
    assert not examine(hashes=True).missing and not examine(hashes=True).changed
    default_storage.delete(str(guide.file.name))
    assert [row.pk for row, _ in examine(hashes=False).missing] == [guide.pk]
    assert client.get(f"/documents/{guide.pk}/file/").status_code == 404
    assert client.get(f"/documents/{guide.pk}/pages/1/2x.jpg").status_code == 404


def test_pictures_are_made_smaller_in_the_bucket(shared, client: Client):
    out = io.BytesIO()
    Image.new("RGB", (800, 600), "#335577").save(out, "PNG")
    name = default_storage.save("media/ab/picture.png", ContentFile(out.getvalue()))
    small = client.get(f"/media/{name}?w=360")
    assert Image.open(io.BytesIO(b"".join(small))).width == 360
    assert client.get("/media/media/ab/nothing.png").status_code == 404


def test_files_of_a_folder_are_copied_once(shared, tmp_path: Path, capsys):
    folder = tmp_path / "files" / "documents" / "ab"
    folder.mkdir(parents=True)
    (folder / "one.pdf").write_bytes(b"one")
    (folder / "two.pdf").write_bytes(b"two")
    call_command("move_files", str(tmp_path / "files"))
    call_command("move_files", str(tmp_path / "files"))
    assert capsys.readouterr().out.splitlines() == [
        "2 files were copied to halilit-files, 0 were there already.",
        "0 files were copied to halilit-files, 2 were there already.",
    ]
    with default_storage.open("documents/ab/two.pdf") as file:
        assert file.read() == b"two"


def test_a_bucket_that_does_not_answer_is_told_with_what_to_do_and_pages_show_their_text(
    shared, client: Client, tmp_path: Path
):
    assert [finding.verdict for finding in doctor.files()] == ["ok"]
    shared.S3_BUCKET = "another-bucket-without-anything"
    shared.STORAGES = dict(shared.STORAGES)
    (tmp_path / "a.pdf").write_bytes(b"a")
    with pytest.raises(CommandError, match=r"(?s)another-bucket.*call the command again"):
        call_command("move_files", str(tmp_path))
    shared.S3_URL = "http://127.0.0.1:9"
    shared.STORAGES = dict(shared.STORAGES)
    (finding,) = doctor.files()
    assert finding.verdict == "wrong" and "HALILIT_S3_BUCKET" in finding.advice
    brand = Brand.objects.create(name="Tonewerk", slug="tonewerk")
    guide = Document.objects.create(
        brand=brand, title="Guide", state="stored", mime_type="application/pdf", file="documents/ab/guide.pdf",
        content_hash="ab" * 32, page_count=1,
    )  # fmt: skip
    DocumentPage.objects.create(document=guide, number=1, text="Hold both buttons.")
    assert "Hold both buttons." in client.get(f"/documents/{guide.pk}/pages/1/").text
