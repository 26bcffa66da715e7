import re
import subprocess
import time
from pathlib import Path

import pytest
from django.conf import settings
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from ingestion.errors import Unreadable
from ingestion.languages import language_of, languages_of
from ingestion.pdf import ENVIRONMENT, TOO_MANY_PAGES, command, read_pdf_now

from .bombs import BOMBS, many_pages
from .site import pdf


def test_each_page_has_its_text(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf("First page", "", "Third page", title="Tone manual")[2])
    read = read_pdf_now(path)
    assert read.pages == ("First page", "", "Third page") and read.title == "Tone manual"
    assert not read.is_scanned


def test_a_pdf_without_text_is_known_as_scanned(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf("", "")[2])
    assert read_pdf_now(path).is_scanned


@pytest.mark.parametrize("body", [b"", b"%PDF-1.7", b"%PDF-1.4\n" + b"\xff" * 5000, pdf("x")[2][:250]])
def test_a_broken_pdf_is_named_as_such(tmp_path, body):
    path = tmp_path / "a.pdf"
    path.write_bytes(body)
    with pytest.raises(Unreadable, match="broken"):
        read_pdf_now(path)


def test_a_locked_pdf_is_named_as_such(tmp_path):
    path = tmp_path / "a.pdf"
    canvas = Canvas(str(path), encrypt=StandardEncryption("user", "owner"))
    canvas.drawString(50, 700, "secret")
    canvas.save()
    with pytest.raises(Unreadable, match="password"):
        read_pdf_now(path)


def test_languages_of_pages():
    assert language_of("Connect the cable to the computer and press the power button to turn it on.") == "en"
    assert (
        language_of("Verbinden Sie das Kabel mit dem Computer und drücken Sie die Taste, um das Gerät einzuschalten.")
        == "de"
    )
    assert language_of("חברו את הכבל למחשב ולחצו על כפתור ההפעלה כדי להדליק את המכשיר, ואז בחרו את הצליל.") == "he"
    assert language_of("MPK 249") == ""


def most_memory(path: Path) -> int:
    """Bytes that the reader of this file held at most.

    Looked up while it lives: what the system says of an ended child counts what it had before it became the reader.
    """
    none, most = subprocess.DEVNULL, 0
    child = subprocess.Popen(command(path), cwd=settings.BASE_DIR, env=ENVIRONMENT, stdout=none, stderr=none)
    while child.poll() is None:
        words = Path(f"/proc/{child.pid}/cmdline").read_bytes()
        found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{child.pid}/status").read_text())
        if found and b"pdf_worker" in words:
            most = max(most, int(found[1]) * 1024)
        time.sleep(0.005)
    return most


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_costs_its_reader_and_no_more_than_its_memory(tmp_path, name):
    path = tmp_path / "a.pdf"
    path.write_bytes(BOMBS[name])
    assert len(BOMBS[name]) < 1_000_000 and most_memory(path) < 380_000_000
    with pytest.raises(Unreadable):
        read_pdf_now(path)


def test_of_a_file_of_100_000_pages_the_first_are_read_and_it_says_so(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(many_pages())
    read = read_pdf_now(path)
    assert read.total == 100_000 and len(read.pages) == 3000 and set(read.pages) == {"A page"}
    assert read.problem == TOO_MANY_PAGES


def test_letters_of_all_scripts_come_out_of_the_reader(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf("x", title="מדריך – 取扱説明書 ✓ \u2028")[2])
    assert read_pdf_now(path).title.startswith("מדריך – 取扱説明書 ✓")


def test_a_few_words_in_hebrew_or_japanese_are_enough():
    assert language_of("מדריך למשתמש MPK 249") == "he" and language_of("取扱説明書 クイックスタート MPK249") == "ja"


ENGLISH = "Connect the cable to the computer and press the power button to turn it on."
GERMAN = "Verbinden Sie das Kabel mit dem Computer und drücken Sie die Taste, um das Gerät einzuschalten."
TABLE = "Frequency response 20 Hz - 20 kHz, input impedance 10 kOhm, signal to noise ratio 112 dB, total harmonic distortion"


def test_a_page_with_little_text_has_the_language_of_those_around_it():
    pages = [ENGLISH, "MPK 249", TABLE, "", GERMAN, "DR-2", GERMAN, "Seite 9"]
    assert languages_of(pages) == ["en", "en", "en", "", "de", "de", "de", "de"]
    assert languages_of([ENGLISH, "MPK 249", GERMAN]) == ["en", "", "de"] and languages_of([]) == []
