"""A letter to a brand that asks for the documents that are lacking, in English, ready to be sent or copied."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import override

from catalog.coverage import Cell, Found, Ledger, Row
from catalog.models import DocumentKind
from catalog.templatetags.support import language_name

from .queries import Wanted, gap_rows

MOST_IN_MAIL = 1800  # characters of a mailto address that every mail program takes
REASONS = {
    Found.MISSING: "we could not find one",
    Found.FAILED: "the file on your site cannot be read",
    Found.GONE: "it is no longer on your site",
    Found.UNREAD: "the file on your site could not be fetched",
}


@dataclass(frozen=True)
class Letter:
    subject: str
    text: str

    @property
    def mailto(self) -> SafeString:
        """An address that opens a mail with it; a long list is cut, as mail programs would."""
        body = self.text if len(self.text) <= MOST_IN_MAIL else f"{self.text[:MOST_IN_MAIL].rsplit(chr(10), 1)[0]}\n…"
        return format_html("mailto:?subject={}&body={}", quote(self.subject), quote(body))


def letter(found: Ledger, wanted: Wanted) -> Letter:
    with override("en"):
        lines = list(items(found, wanted))
        subject = f"Missing product documents – {found.brand.name}"
        text = "\n".join(
            [
                "Dear colleagues,",
                "",
                f"we distribute {found.brand.name} in Israel, and keep every manual at hand for customers and staff.",
                "Of these products we lack the documents below. Could you send them, or tell us where they are?",
                "If a document does not exist, a word about that helps us too.",
                "",
                *(lines or ["(nothing is lacking)"]),
                "",
                "Kind regards",
                "Halilit Support Centre",
            ]
        )
    return Letter(subject, text)


def items(found: Ledger, wanted: Wanted) -> Iterator[str]:
    """One line a product, with what it lacks and why."""
    lacking: dict[int, tuple[Row, list[Cell]]] = {}
    for row, cell in gap_rows(found, wanted):
        lacking.setdefault(row.product.pk, (row, []))[1].append(cell)
    for row, cells in lacking.values():
        number = f" ({row.product.sku})" if row.product.sku else ""
        yield f"- {row.product.name}{number}: " + "; ".join(what(cell) for cell in cells)


def what(cell: Cell) -> str:
    kind = str(DocumentKind(cell.kind).label)
    if cell.language:
        return f"{kind} in {language_name(cell.language)}"
    return f"{kind} – {REASONS[Found(cell.state)]}"
