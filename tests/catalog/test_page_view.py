"""A cited page: drawn as it was printed, the passage marked at its place, or shown as text."""

import io
import os
import re
import signal

import pytest
from django.core.files.base import ContentFile
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from catalog import drawing, facsimile, marking
from catalog.drawing import NoPictureError, drawer
from catalog.facsimile import Word
from catalog.models import Brand, Document, DocumentPage, DocumentState

LEFT = ["Hold the Shift and Bank buttons while", "you turn it on. The ﬁrmware is re-", "stored within ten seconds."]
RIGHT = ["Weight: 1.2 kg", "Power: 12 V DC, 500 mA"]
SECOND = ["This is the second page."]


def pdf() -> bytes:
    """Two columns on the first page, one line on the second."""
    out = io.BytesIO()
    sheet = canvas.Canvas(out, pagesize=A4)
    for column, lines in ((60, LEFT), (330, RIGHT)):
        for row, line in enumerate(lines):
            sheet.drawString(column, 700 - 16 * row, line.replace("ﬁ", "fi"))
    sheet.showPage()
    sheet.drawString(60, 700, SECOND[0])
    sheet.save()
    return out.getvalue()


@pytest.fixture
def document(db, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    brand = Brand.objects.create(name="Lyra", slug="lyra")
    made = Document.objects.create(
        brand=brand, url="https://lyra.example/guide.pdf", title="Lyra Guide", state=DocumentState.STORED,
        mime_type="application/pdf", page_count=2, content_hash="ab" * 32,
    )  # fmt: skip
    made.file.save("guide.pdf", ContentFile(pdf()))
    texts = ("\n".join([*LEFT, *RIGHT]), SECOND[0])
    DocumentPage.objects.bulk_create(
        DocumentPage(document=made, number=n, text=text) for n, text in enumerate(texts, 1)
    )
    return made


def rectangles(html: str) -> list[tuple[int, ...]]:
    found = re.findall(r'<rect x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"', html)
    return [tuple(map(int, rectangle)) for rectangle in found]


def test_the_passage_is_marked_in_its_column(client, document):
    html = client.get(f"/documents/{document.pk}/pages/1/", {"mark": "Power: 12 V DC, 500 mA"}).content.decode()
    (box,) = rectangles(html)
    assert 5300 < box[0] < 5800, "the second column begins at 330 of 595 points"
    assert box[0] + box[2] < 8500


def test_a_passage_over_lines_with_a_parted_word_and_a_ligature_is_marked_line_by_line(client, document):
    mark = "you turn it on. The firmware is restored within ten seconds."
    html = client.get(f"/documents/{document.pk}/pages/1/", {"mark": mark}).content.decode()
    boxes = rectangles(html)
    assert len(boxes) == 2
    assert boxes[0][1] < boxes[1][1]
    assert all(box[0] + box[2] < 5300 for box in boxes), "nothing of the other column"


def test_a_shortened_quote_marks_all_between_its_ends():
    quote = " ".join(f"word{n}" for n in range(60))
    words = [Word(part, 100 * n, 0, 100 * n + 90, 50) for n, part in enumerate(f"before {quote} after".split())]
    short = marking.shortened(quote)
    assert len(short) < len(quote)
    assert [word.text for word in marking.quoted(words, [short])] == quote.split()


def test_a_hebrew_passage_is_marked_whatever_its_points_and_breaks():
    text = "המשקל של\nהמקלדת הוא 1.2 ק״ג."
    assert marking.marked(text, ["המקלדת הוא 1.2 ק״ג"]).count(marking.OPEN) == 1


def test_the_picture_is_drawn_once_and_kept_for_ever(client, document, monkeypatch):
    address = f"/documents/{document.pk}/pages/1/2x.jpg"
    first = client.get(address, {"v": document.content_hash[:12]})
    assert first.status_code == 200
    assert first["Content-Type"] == "image/jpeg"
    assert "immutable" in first["Cache-Control"]
    document.file.storage.delete(document.file.name)
    assert client.get(address).content == first.content, "it comes from the kept copy"


def test_pages_that_cannot_be_drawn_are_shown_as_text(client, document):
    document.file.save("guide.pdf", ContentFile(b"%PDF-1.4 cut off"))
    assert client.get(f"/documents/{document.pk}/pages/1/1x.jpg").status_code == 404
    html = client.get(f"/documents/{document.pk}/pages/1/", {"mark": "Weight: 1.2 kg"}).content.decode()
    assert "<img" not in html.split("<main")[1].split("</main>")[0]
    assert "<mark>" in html


def test_pages_turn_and_keep_the_mark(client, document):
    html = client.get(f"/documents/{document.pk}/pages/1/", {"mark": "second page"}).content.decode()
    assert 'rel="prev"' not in html
    (following,) = re.findall(r'rel="next" href="([^"]+)"', html)
    assert "The passage is not on this page" in html
    after = client.get(following.replace("&amp;", "&")).content.decode()
    assert rectangles(after)
    assert 'rel="next"' not in after
    assert f'href="{document.url}#page=2"' in after


def test_the_text_view_marks_the_passage(client, document):
    answer = client.get(f"/documents/{document.pk}/pages/2/", {"mark": "the second page", "view": "text"})
    assert "This is <mark>the second page</mark>." in answer.content.decode()


def test_a_web_page_shows_its_text_with_the_mark_and_no_markup_of_its_own(client, document):
    page = Document.objects.create(
        brand=document.brand, url="https://lyra.example/p", title="P", mime_type="text/html", page_count=1
    )
    text = "# Meridian <script>alert(1)</script>\nWeight: 4 kg\nColour: red\n- a case"
    DocumentPage.objects.create(document=page, number=1, text=text)
    asked = {"mark": ["Weight: 4 kg", "a case", "<script>alert(1)"]}
    html = client.get(f"/documents/{page.pk}/pages/1/", asked).content.decode()
    for marked in ("<mark>Weight</mark>", "<mark>4 kg</mark>", "<li><mark>a case</mark></li>"):
        assert marked in html
    assert "<script>alert" not in html


@pytest.mark.parametrize("path", ["0/", "3/", "1/3x.jpg", "99/1x.jpg"])
def test_pages_and_sizes_that_there_are_not_are_not_found(client, document, path):
    assert client.get(f"/documents/{document.pk}/pages/{path}").status_code == 404


def test_for_htmx_the_view_comes_alone(client, document):
    html = client.get(f"/documents/{document.pk}/pages/1/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in html
    assert 'method="dialog"' in html


def test_what_was_longest_unused_goes_when_there_is_too_much(document):
    for number in (1, 2):
        facsimile.picture(document, number)
    whole = sum(entry.stat().st_size for entry in facsimile.folder().rglob("*-*"))
    assert facsimile.clear_up(whole) == 0
    assert facsimile.clear_up(whole // 2) > 0
    assert sum(entry.stat().st_size for entry in facsimile.folder().rglob("*-*")) <= whole // 2


def test_a_page_that_is_too_heavy_costs_itself_only(document, tmp_path):
    facsimile.picture(document, 1)
    before = drawer.pid
    with pytest.raises(NoPictureError):
        drawer.order(file=document.file.path, number=1, width=200_000, picture=str(tmp_path / "heavy.jpg"))
    facsimile.picture(document, 2)
    assert drawer.pid == before


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGSTOP])
def test_a_drawing_process_that_was_killed_or_stands_still_is_opened_again(document, sent, monkeypatch):
    facsimile.picture(document, 1)
    end = drawer._end

    def ended() -> None:
        monkeypatch.setattr(drawing, "BEGINS", 60.0)  # the next one may take as long as a busy machine lets it
        end()

    monkeypatch.setattr(drawing, "BEGINS", 1.0)
    monkeypatch.setattr(drawer, "_end", ended)
    os.kill(drawer.pid, sent)
    assert facsimile.picture(document, 2).stat().st_size > 1000
    assert facsimile.words(document, 2)[0].text == "This"
