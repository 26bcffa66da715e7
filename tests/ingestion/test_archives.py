"""Archives that a brand's site links to: which are asked for, what they become, and what they cannot do."""

import io
import struct
import zipfile
from pathlib import Path

import pytest

from catalog.models import Brand, Document, Product
from ingestion import archives
from ingestion.archives import NothingInside, member_address, safe_name, unpack
from ingestion.errors import Unreadable
from ingestion.extract.files import leads_to_document
from ingestion.models import FrontierUrl

from .scrapes import scrape
from .site import page, pdf, serve, text

SPECS = "<table><tr><td>Weight</td><td>3 kg</td></tr><tr><td>Power</td><td>3 W</td></tr><tr><td>Inputs</td><td>2</td></tr></table>"


def zipped(files: dict[str, bytes], way: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", way) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def manual(*pages: str) -> bytes:
    return pdf(*pages)[2]


def ranged(content: bytes, sent: list[int]):
    """An answer that knows ranges; `sent` is how many bytes each answer had."""

    def answer(handler):
        asked = handler.headers.get("Range", "")
        body = content[-int(asked.removeprefix("bytes=-")) :] if asked else content
        sent.append(len(body))
        headers = {"Content-Type": "application/zip"}
        if asked:
            headers["Content-Range"] = f"bytes {len(content) - len(body)}-{len(content) - 1}/{len(content)}"
        return (206 if asked else 200), headers, body

    return answer


@pytest.mark.parametrize(
    ("address", "words", "heading", "asked"),
    [
        ("/f/tone300_manuals.zip", "Download", "", True),
        ("/f/8472.zip", "Owner's manuals (all languages)", "", True),
        ("/f/8472.zip", "Download", "Manuals", True),
        ("/f/docs.zip", "", "", True),
        ("/f/8472.zip", "Download", "Manuals and drivers", False),
        ("/f/tone300_driver_win.zip", "Download", "Manuals", False),
        ("/f/ToneEditorMac.zip", "Manual and editor", "", False),
        ("/f/samples.zip", "Download", "", False),
        ("/f/release-notes.txt", "Release notes", "", True),
        ("/f/tone300_manual.txt", "", "", True),
        ("/license.txt", "User manual licence", "", False),
        ("/robots.txt", "manual", "", False),
        ("/f/notes.txt", "Some file", "", False),
    ],
)
def test_only_links_that_speak_of_manuals_are_asked_for(address, words, heading, asked):
    assert leads_to_document(f"https://x.example{address}", words, heading) is asked


def test_names_are_titles_and_addresses_but_never_paths():
    assert safe_name("../../etc/passwd") == "etc/passwd"
    assert safe_name("C:\\manuals\\a\x00b\u202efdp.exe") == "manuals/abfdp.exe"
    assert safe_name("//") == ""
    assert member_address("https://x.example/a.zip", "my manual#1.pdf") == "https://x.example/a.zip#my%20manual%231.pdf"
    assert len(member_address("https://x.example/a.zip", "x" * 3000)) <= 1000


def refusals(content: bytes, tmp_path: Path) -> dict[str, str]:
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    return dict(unpack(path, tmp_path).refused)


def test_bombs_are_stopped_while_they_are_unpacked(tmp_path, monkeypatch):
    bomb = zipped({"bomb.pdf": b"%PDF-" + b"\0" * 40_000_000})
    assert "attack" in refusals(bomb, tmp_path)["bomb.pdf"]
    monkeypatch.setattr(archives, "MAX_UNPACKED", 3000)
    many = zipped({f"{n}.txt": bytes(str(n), "ascii") * 900 for n in range(10, 20)}, zipfile.ZIP_STORED)
    assert "too large" in refusals(many, tmp_path)["19.txt"]
    assert not [path for path in tmp_path.rglob("*") if path.stat().st_size > 2_000_000]


def crowded(entries: int, *, wide: bool) -> bytes:
    """An archive that is hardly more than the list of its entries; with `wide` a record of ZIP64 says how long it is."""
    entry = b"PK\x01\x02" + bytes(42)
    listed = entry * entries
    end = struct.pack(
        "<4s4H2LH",
        b"PK\x05\x06",
        0,
        0,
        1 if wide else min(entries, 65535),
        1,
        len(entry) if wide else len(listed),
        0,
        0,
    )
    if not wide:
        return b"PK\x03\x04" + listed + end
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, entries, entries, len(listed), 4)
    return b"PK\x03\x04" + listed + record + struct.pack("<4sLQL", b"PK\x06\x07", 0, 4 + len(listed), 1) + end


@pytest.mark.parametrize("wide", [False, True])
def test_a_list_of_entries_without_end_is_not_even_read(tmp_path, monkeypatch, wide):
    """`zipfile` makes an object of each before anybody can count them: a gigabyte of a hundred megabytes."""
    monkeypatch.setattr(zipfile, "ZipFile", lambda path: pytest.fail("It was read."))
    with pytest.raises(Unreadable, match="too many"):
        refusals(crowded(50_000, wide=wide), tmp_path)


def test_archives_within_archives_are_followed_one_step(tmp_path):
    deep = zipped({"c.pdf": manual("deep")})
    content = zipped({"b.zip": zipped({"b.pdf": manual("within"), "c.zip": deep}), "a.pdf": manual("a")})
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    found = unpack(path, tmp_path)
    assert sorted(member.name for member in found.members) == ["a.pdf", "b.zip/b.pdf"]
    assert [name for name, _ in found.refused] == ["b.zip/c.zip"]


def test_broken_locked_and_empty_archives_say_so(tmp_path):
    content = zipped({"a.pdf": manual("a")})
    with pytest.raises(Unreadable, match="broken"):
        refusals(content[:-30], tmp_path)
    with pytest.raises(NothingInside):
        refusals(zipped({"driver.exe": b"MZ"}), tmp_path)
    locked = bytearray(content)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.find(mark) + at] |= 1
    assert refusals(bytes(locked), tmp_path) == {"a.pdf": "It is locked with a password."}


@pytest.fixture
def site():
    with serve() as served:
        served.answers["/robots.txt"] = text("User-agent: *\n")
        yield served


@pytest.fixture
def brand(site):
    return Brand.objects.create(name="Tonewerk", slug="tonewerk", website=site.base)


@pytest.mark.django_db(transaction=True)
def test_an_archive_becomes_documents_of_the_products_that_link_to_it(site, brand):
    sent: list[int] = []
    link = '<a href="/f/manuals.zip">All manuals (zip)</a><a href="/f/notes.txt">Release notes</a>'
    site.answers["/"] = page("Home", '<a href="/products/tone-300">Tone 300</a>')
    site.answers["/products/tone-300"] = page("Tone 300", SPECS + link)
    notes = "Release notes of the Tone 300: since version 1.2 the tuner is faster and the display is brighter."
    site.answers["/f/notes.txt"] = text(notes)
    files = {"EN/Tone 300 manual.pdf": manual("Press the red knob"), "DE/broken.pdf": b"%PDF-1.4", "setup.exe": b"MZ"}
    site.answers["/f/manuals.zip"] = ranged(zipped(files), sent)
    scrape(brand)
    product = Product.objects.get()
    found = {
        d.url.removeprefix(site.base): d for d in product.documents.exclude(kind="product_page").filter(hidden=False)
    }
    assert set(found) == {
        "/f/manuals.zip#EN/Tone%20300%20manual.pdf",
        "/f/manuals.zip#DE/broken.pdf",  # so that it is known to be lacking, and why
        "/f/notes.txt",
    }
    stored = found["/f/manuals.zip#EN/Tone%20300%20manual.pdf"]
    assert (stored.title, stored.kind) == ("Tone 300 manual", "manual")
    assert stored.pages.get().text == "Press the red knob"
    assert found["/f/notes.txt"].kind == "firmware_notes" and found["/f/notes.txt"].language == "en"
    failed = Document.objects.get(url__endswith="broken.pdf")
    assert failed.state == "failed" and "broken" in failed.problem
    assert "Refused: DE/broken.pdf" in FrontierUrl.objects.get(url__endswith=".zip").reason
    sent.clear()
    files = {"EN/Tone 300 manual.pdf": manual("Press the blue knob")}
    site.answers["/f/manuals.zip"] = ranged(zipped(files), sent)
    scrape(brand)
    stored.refresh_from_db()
    assert stored.pages.get().text == "Press the blue knob" and stored.older_versions.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ranges", [True, False])
def test_programs_cost_a_few_kilobytes_though_their_link_speaks_of_manuals(site, brand, ranges):
    sent: list[int] = []
    body = b"MZ" + bytes(range(256)) * 8000
    names = [f"/f/{n}-manual.zip" for n in range(5)]
    site.answers["/"] = page("Home", "".join(f'<a href="{name}">Manual</a>' for name in names))
    content = zipped({"setup.exe": body}, zipfile.ZIP_STORED)
    plain = (200, {"Content-Type": "application/zip"}, content)
    for name in names:
        site.answers[name] = ranged(content, sent) if ranges else plain
    scrape(brand)
    rows = FrontierUrl.objects.filter(url__endswith=".zip")
    assert {(row.state, row.reason) for row in rows} == {("skipped", archives.NO_MANUALS)}
    assert not Document.objects.filter(url__contains=".zip").exists()
    if ranges:
        assert sum(sent) <= 5 * archives.GLANCE_BYTES


@pytest.mark.django_db(transaction=True)
def test_archives_of_programs_are_not_asked_for_at_all(site, brand):
    site.answers["/"] = page("Home", '<a href="/f/driver.zip">Driver</a><a href="/f/x.zip">Firmware 1.2</a>')
    scrape(brand)
    assert not any(path.endswith(".zip") for path in site.counts)
    assert {row.state for row in FrontierUrl.objects.filter(url__endswith=".zip")} == {"skipped"}
