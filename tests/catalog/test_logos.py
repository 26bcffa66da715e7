"""What staff send as a brand's logo: pictures that pages show, and nothing that is more than that."""

import io
import struct
import zlib
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import modelform_factory
from PIL import Image

from catalog.models import Brand

pytestmark = pytest.mark.django_db
SCRIPT = b"<script>alert(document.domain)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script></svg>'
POSTSCRIPT = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n(/etc/passwd) (r) file\n"


def drawn(kind: str = "PNG", size: tuple[int, int] = (40, 20)) -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", size, "#2266aa").save(kept, kind)
    return kept.getvalue()


def claiming(width: int, height: int) -> bytes:
    """A PNG of few bytes that says it is as large as this."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


def sent(content: bytes, name: str):
    form = modelform_factory(Brand, fields=["name", "slug", "logo"])
    brand = {"name": "Lumenhall", "slug": "lumenhall"}
    files: Any = {"logo": SimpleUploadedFile(name, content, content_type="image/png")}
    return form(brand, files)


@pytest.mark.parametrize(
    ("kind", "name"),
    [("PNG", "a.png"), ("JPEG", "a.JPG"), ("JPEG", "a.jpeg"), ("WEBP", "a.webp"), ("GIF", "a.gif"), ("AVIF", "a.avif")],
)
def test_pictures_are_taken_and_shown(client, kind, name):
    brand = sent(drawn(kind), name).save()
    shown = client.get(brand.logo.url)
    assert shown.status_code == 200 and shown.headers["Content-Type"].startswith("image/")
    brand.full_clean()  # a later change of something else


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (SVG, "a.svg", ""),
        (SVG, "a.png", ""),
        (POSTSCRIPT, "a.eps", "no picture"),
        (POSTSCRIPT, "a.png", "no picture"),
        (drawn(), "a.svg", ""),
        (drawn(), "a.html", ""),
        (drawn(), "a.pdf", "no picture"),
        (drawn(), "a.gif", "no picture"),
        (drawn("BMP"), "a.bmp", "no picture"),
        (drawn("TIFF"), "a.png", "no picture"),
        (SCRIPT, "a.png", ""),
        (drawn()[:60], "a.png", ""),
        (claiming(5000, 5000), "a.png", "5000 × 5000 pixels"),
        (claiming(30_000, 30_000), "a.png", ""),
    ],
)
def test_what_is_none_or_too_large_is_refused_with_a_reason(content, name, said):
    form = sent(content, name)
    assert not form.is_valid() and said in str(form.errors["logo"])
    assert "Traceback" not in str(form.errors)


@pytest.mark.parametrize(
    "name",
    ["../../settings.png", "/etc/cron.d/a.png", "..\\..\\a.png", "a\0.png", "logos/../../../a.png", "é" * 300 + ".png"],
)
def test_its_name_leads_nowhere(admin_client, settings, name):
    """As a browser's form sends it, or somebody who writes the request himself."""
    told = {"name": "Lumenhall", "slug": "lumenhall", "render_mode": "auto", "requests_per_second": 1, "max_pages": 9}
    told |= {"visit_plan-TOTAL_FORMS": 0, "visit_plan-INITIAL_FORMS": 0}
    logo: Any = SimpleUploadedFile("a.png", drawn())
    logo._name = name  # past the class, which would mend it
    answered = admin_client.post("/admin/catalog/brand/add/", told | {"logo": logo})
    if len(name) > 100:
        assert answered.status_code == 200 and "at most 100 characters" in answered.text
        return
    assert answered.status_code == 302 and Brand.objects.get().logo.name.startswith("logos/")
    for stored in (path for path in settings.MEDIA_ROOT.parent.rglob("*") if path.suffix == ".png"):
        assert stored.parent == settings.MEDIA_ROOT / "logos"


def test_a_picture_that_holds_a_page_is_sent_as_a_picture_that_runs_nothing(client):
    brand = sent(drawn() + SCRIPT, "a.png").save()
    shown = client.get(brand.logo.url)
    assert shown.headers["Content-Type"] == "image/png" and shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize(
    "content", [claiming(5000, 5000), claiming(30_000, 30_000), POSTSCRIPT, drawn("TIFF", (400, 400))]
)
def test_what_was_stored_before_is_not_opened_for_a_visitor(client, content):
    default_storage.save("logos/old.png", ContentFile(content))
    shown = client.get("/media/logos/old.png?w=160")
    assert shown.status_code == 200 and shown.getvalue() == content
    assert not default_storage.exists("thumbnails")
