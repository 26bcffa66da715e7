"""Sets the manuals of the invented brand as PDF files, the same bytes every time."""

import io
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A5
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    Image,
    ListFlowable,
    ListItem,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from .content import Block, Chapter, Manual

INK, AMBER, PALE = colors.HexColor("#1d2731"), colors.HexColor("#b5651d"), colors.HexColor("#f4efe6")
TEXT = ParagraphStyle("text", fontName="Helvetica", fontSize=9, leading=12.5, textColor=INK, spaceAfter=4)
CELL = ParagraphStyle("cell", parent=TEXT, fontSize=8, leading=10, spaceAfter=0)
HEAD_CELL = ParagraphStyle("head-cell", parent=CELL, fontName="Helvetica-Bold")
NOTE = ParagraphStyle("note", parent=TEXT, backColor=PALE, borderPadding=5, leftIndent=6, rightIndent=6, spaceBefore=8)
CHAPTER = ParagraphStyle("chapter", parent=TEXT, fontName="Helvetica-Bold", fontSize=16, leading=20, spaceAfter=8)
SECTION = ParagraphStyle(
    "section", parent=TEXT, fontName="Helvetica-Bold", fontSize=11, leading=14, textColor=AMBER, spaceBefore=8
)
TITLE = ParagraphStyle("title", parent=CHAPTER, fontSize=22, leading=27, spaceBefore=12)
GRID = TableStyle(
    [
        ("BACKGROUND", (0, 0), (-1, 0), PALE),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, colors.HexColor("#c9bfae")),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
)


def table(rows: tuple[tuple[str, ...], ...], width: float) -> Flowable:
    cells = [
        [Paragraph(escape(cell), CELL if number else HEAD_CELL) for cell in row] for number, row in enumerate(rows)
    ]
    return Table(cells, colWidths=[width / len(rows[0])] * len(rows[0]), style=GRID, spaceBefore=4, spaceAfter=8)


def items(block: Block, kind: str) -> Flowable:
    entries = [ListItem(Paragraph(escape(item), TEXT)) for item in block.items]
    return ListFlowable(entries, bulletType=kind, bulletFontSize=9, bulletFormat="%s." if kind == "1" else None)


def flowable(block: Block, width: float) -> Flowable:
    if block.kind == "table":
        return table(block.items, width)
    if block.kind in ("steps", "list"):
        return items(block, "1" if block.kind == "steps" else "bullet")
    style = {"section": SECTION, "note": NOTE}.get(block.kind, TEXT)
    return Paragraph(escape(block.items[0]), style)


def chapter_story(chapter: Chapter, width: float) -> list[Flowable]:
    return [Paragraph(escape(chapter.heading), CHAPTER), *(flowable(block, width) for block in chapter.blocks)]


def cover(manual: Manual, picture: bytes) -> list[Flowable]:
    shown = [Image(io.BytesIO(picture), 100 * mm, 75 * mm)] if picture else []
    contents = [Paragraph(escape(f"{n}   {c.heading}"), TEXT) for n, c in enumerate(manual.chapters, 2)]
    return [Paragraph(escape(manual.title), TITLE), Spacer(1, 12), *shown, Paragraph("Contents", SECTION), *contents]


def draw_frame(canvas: Canvas, document: Any) -> None:
    """Header line and page number. The number counts the sheets, so it equals the PDF's own."""
    canvas.saveState()
    canvas.setFont("Helvetica", 7)
    canvas.setFillColor(AMBER)
    canvas.drawString(14 * mm, 200 * mm, "LUMENHALL")
    canvas.drawRightString(134 * mm, 8 * mm, str(canvas.getPageNumber()))
    canvas.setStrokeColor(AMBER)
    canvas.line(14 * mm, 198 * mm, 134 * mm, 198 * mm)
    canvas.restoreState()


def render(manual: Manual, picture: bytes = b"") -> bytes:
    """The PDF file: a cover with a picture (PNG) and the contents, then every chapter on pages of its own."""
    out = io.BytesIO()
    document = BaseDocTemplate(
        out, pagesize=A5, title=manual.title, author="Lumenhall", invariant=1, initialFontName="Helvetica"
    )
    frame = Frame(14 * mm, 12 * mm, 120 * mm, 184 * mm, leftPadding=0, rightPadding=0)
    document.addPageTemplates([PageTemplate(frames=[frame], onPage=draw_frame)])
    story = cover(manual, picture)
    for chapter in manual.chapters:
        story += [PageBreak(), *chapter_story(chapter, 120 * mm)]
    document.build(story)
    return out.getvalue()
