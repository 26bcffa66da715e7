"""Files that staff send: what each becomes, and that none is lost."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import Brand, Change, Document, Product
from ingestion import uploads
from ingestion.models import Upload, UploadState
from tests.people import staff_as

from .site import pdf

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch):
    """A request that reads whatever it is sent, however busy the machine."""
    monkeypatch.setattr(uploads, "AT_ONCE_SECONDS", 90)


@pytest.fixture
def dana(client: Client):
    dana = staff_as()
    client.force_login(dana)
    return dana


@pytest.fixture
def brand():
    return Brand.objects.create(name="Tonewerk", slug="tonewerk")


def product_called(brand: Brand, name: str) -> Product:
    slug = name.lower().replace(" ", "-")
    return Product.objects.create(brand=brand, name=name, slug=slug, page_url=f"https://tonewerk.example/{slug}")


def manual(*pages: str) -> bytes:
    return pdf(*pages)[2]


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:  # so that a PDF's first bytes can be seen in it
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def send(client: Client, files: dict[str, bytes], **fields):
    sent = [SimpleUploadedFile(name, content) for name, content in files.items()]
    return client.post("/staff/uploads/", {"brand": "tonewerk", "sent": sent} | fields, follow=True)


def fates() -> dict[str, tuple[str, str]]:
    return {upload.name: (upload.state, upload.reason) for upload in Upload.objects.all()}


def test_each_of_several_files_is_told_what_became_of_it(client, brand, dana):
    content = manual("Welcome to the Tone 300")
    response = send(
        client,
        {
            "Tone 300 Owner's Manual.pdf": content,
            "copy.pdf": content,
            "cut off.pdf": content[:200],
            "empty.pdf": b"",
            "picture.jpg": b"\xff\xd8\xff\xe0 not a manual",
            "release notes.txt": b"Release notes for firmware 1.2: the tuner is faster now and the display is brighter.",
        },
    )
    assert fates() == {
        "Tone 300 Owner's Manual.pdf": ("stored", ""),
        "copy.pdf": ("duplicate", uploads.SAME),
        "cut off.pdf": ("refused", "The PDF is broken: it may have been cut off."),
        "empty.pdf": ("refused", uploads.EMPTY),
        "picture.jpg": ("refused", uploads.NOT_READ),
        "release notes.txt": ("stored", ""),
    }
    assert "it may have been cut off" in response.text
    document = Document.objects.get(mime_type="application/pdf")
    assert (document.kind, document.title) == ("manual", "Tone 300 Owner's Manual")
    notes = Document.objects.get(mime_type="text/plain")
    assert (notes.kind, notes.language) == ("firmware_notes", "en") and str(notes.file.name).endswith(".txt")
    assert not any(upload.file for upload in Upload.objects.all())


def test_the_products_are_recognised_by_name_then_by_text(client, brand, dana):
    old, new = product_called(brand, "Tone 300"), product_called(brand, "Tonewerk Tone 300 MkII")
    other = product_called(brand, "Rumble 15")
    send(client, {"tone300mk2_om.pdf": manual("Owner's manual of the Rumble 15"), "x.pdf": manual("Your RUMBLE-15")})
    named, read = Document.objects.get(url="file:tone300mk2_om.pdf"), Document.objects.get(url="file:x.pdf")
    assert list(named.products.all()) == [new] and not old.documents.exists()
    assert list(read.products.all()) == [other]
    found = {upload.name: upload.found for upload in Upload.objects.all()}
    assert [(item["name"], item["seen"]) for item in found["x.pdf"]] == [("Rumble 15", "text")]
    assert found["tone300mk2_om.pdf"][0]["confidence"] > found["x.pdf"][0]["confidence"]


def test_a_product_is_known_by_its_name_up_to_the_number_where_no_other_is(client, brand, dana):
    delay, red, blue = (product_called(brand, name) for name in ("Drift DR-2 Delay", "Ember 5 Red", "Ember 5 Blue"))
    send(client, {"DR2_Drift DR-2 quick start.pdf": manual("x"), "Ember 5.pdf": manual("y")})
    assert delay.documents.count() == 1 and not red.documents.exists() and not blue.documents.exists()


def test_what_staff_choose_holds(client, brand, dana):
    product = product_called(brand, "Tone 300")
    fields = {"product": "tone 300", "kind": "quick_start", "language": "he", "title": "מדריך מהיר"}
    send(client, {"a.pdf": manual("Manual")}, **fields)
    document = Document.objects.get()
    assert (document.title, document.kind, document.language) == ("מדריך מהיר", "quick_start", "he")
    assert list(document.products.all()) == [product] and document.locks["kind"]["by"] == "dana"
    assert Change.objects.get(kind="new").user == dana


def test_an_archive_becomes_its_documents_and_says_what_it_refused(client, brand, dana):
    product = product_called(brand, "Tone 300")
    content = zipped(
        {
            "Manuals/Tone 300 manual EN.pdf": manual("Welcome to the Tone 300"),
            "Manuals/מדריך.pdf": manual("Another manual"),
            "broken.pdf": b"%PDF-1.4 broken",
            "fake.pdf": b"MZ this is a program",
            "driver.exe": b"MZ",
            "../../etc/readme.txt": b"How to install the Tone 300: unpack it, connect it and switch it on.",
            "__MACOSX/._x.pdf": b"",
        }
    )
    send(client, {"pack.zip": content}, product=product.name)
    assert fates() == {
        "pack.zip": ("stored", uploads.ARCHIVE),
        "Manuals/Tone 300 manual EN.pdf": ("stored", ""),
        "Manuals/מדריך.pdf": ("stored", ""),
        "broken.pdf": ("refused", "The PDF is broken: it may have been cut off."),
        "fake.pdf": ("refused", "It is not what its name says."),
        "etc/readme.txt": ("stored", ""),
    }
    assert {d.url for d in product.documents.all()} == {
        "file:pack.zip#Manuals/Tone 300 manual EN.pdf",
        "file:pack.zip#Manuals/מדריך.pdf",
        "file:pack.zip#etc/readme.txt",
    }


def test_the_same_name_again_is_a_new_version(client, brand, dana):
    send(client, {"manual.pdf": manual("First edition")})
    send(client, {"manual.pdf": manual("Second edition")})
    assert [upload.state for upload in Upload.objects.order_by("pk")] == ["stored", "version"]
    document = Document.objects.get(superseded_by=None)
    assert document.pages.get().text == "Second edition" and document.older_versions.count() == 1


def test_a_newer_version_takes_the_place_of_a_document_of_the_site(client, brand, dana):
    product = product_called(brand, "Tone 300")
    older = Document.objects.create(
        brand=brand, title="Tone 300 manual", kind="manual", state="stored", url="https://tonewerk.example/m.pdf"
    )
    product.documents.add(older)
    assert "takes the place" in client.get(f"/staff/uploads/?replaces={older.pk}").text
    send(client, {"new.pdf": manual("Better")}, replaces=older.pk)
    newer = Document.objects.get(url="file:new.pdf")
    older.refresh_from_db()
    assert older.superseded_by == newer and older.hidden and newer.title == "Tone 300 manual"
    assert newer in product.documents.all()


def test_two_products_may_each_have_a_file_of_the_same_name(client, brand, dana):
    for name in ("Tone 300", "Tone 500"):
        product_called(brand, name)
        send(client, {"manual.pdf": manual(f"Manual of the {name}")}, product=name)
    assert Document.objects.filter(superseded_by=None, hidden=False).count() == 2


def test_what_is_wrong_with_a_form_is_said(client, brand, dana):
    assert "Choose at least one file." in client.post("/staff/uploads/", {"brand": "tonewerk"}).text
    response = send(client, {"a.pdf": b"1", "b.pdf": b"2"}, title="One")
    assert response.status_code == 422 and "for one file alone" in response.text
    assert "No product of the brand is called" in send(client, {"a.pdf": b"1"}, product="Nothing").text
    assert client.post("/staff/uploads/", {"brand": "nobody", "product": "x"}).status_code == 422
    assert not Upload.objects.exists()


def test_a_name_without_an_ending_is_known_by_its_bytes(client, brand, dana):
    client.force_login(dana)
    send(client, {"Tone 300 manual v1.2": manual("Tone 300"), "quick start": manual("Begin here")})
    assert {state for state, _reason in fates().values()} == {"stored"} and Document.objects.count() == 2


def test_a_name_that_says_otherwise_is_refused(client, brand, dana):
    client.force_login(dana)
    send(
        client,
        {
            "manual.html": manual("Tone 300"),
            "setup.exe": manual("x"),
            "notes.pdf": b"Only a text, whatever it is called here.",
        },
    )
    assert {reason for _state, reason in fates().values()} == {uploads.OTHERWISE} and not Document.objects.exists()


def test_a_large_file_waits_for_the_queue_and_a_lost_worker_loses_nothing(client, brand, dana, monkeypatch):
    queued: list[int] = []
    monkeypatch.setattr(uploads, "AT_ONCE_BYTES", 100)
    monkeypatch.setattr(uploads, "enqueue", queued.append)
    send(client, {"large.pdf": manual("A large manual")})
    upload = Upload.objects.get()
    assert queued == [upload.pk] and upload.state == UploadState.WAITING and upload.file
    assert upload.claim() and not upload.claim()  # another worker finds it taken
    long_ago = timezone.now() - timedelta(hours=1)
    Upload.objects.update(started_at=long_ago, created_at=long_ago)
    assert uploads.revive() == 1 and queued == [upload.pk] * 2
    assert uploads.take(upload.pk) == UploadState.STORED
    assert uploads.take(upload.pk) == UploadState.STORED and Document.objects.count() == 1
    assert uploads.revive() == 0


def test_a_file_that_kills_its_worker_each_time_is_set_aside(brand, dana):
    (upload,) = uploads.receive([SimpleUploadedFile("a.pdf", manual("x"))], brand=brand, user=dana)
    Upload.objects.update(attempts=3)
    assert uploads.take(upload.pk) == UploadState.REFUSED and fates()["a.pdf"][1] == uploads.LOST


def test_uploads_are_for_staff(client, brand):
    assert client.get("/staff/uploads/").status_code == 302
    assert send(client, {"a.pdf": b"x"}).redirect_chain[0][0].startswith("/admin/login")
    assert not Upload.objects.exists()


def test_the_page_asks_the_same_number_of_queries_for_any_files(client, brand, dana):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/staff/uploads/?brand=tonewerk")
        return len(captured)

    Upload.objects.create(brand=brand, name="a.pdf", user=dana, state="refused")
    few = queries()
    for n in range(10):
        parent = Upload.objects.create(brand=brand, name=f"{n}.zip", user=dana, state="stored")
        Upload.objects.create(brand=brand, name=f"{n}.pdf", user=dana, parent=parent, state="refused")
    assert queries() == few
