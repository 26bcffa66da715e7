"""Tables for spreadsheets."""

import csv
from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


def csv_response(name: str, rows: Iterable[Iterable[Any]]) -> HttpResponse:
    """`name`.csv for download, headings first. No cell is one that a spreadsheet would take for a formula."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response.write("\ufeff")  # without it, spreadsheets take Hebrew for something else
    csv.writer(response).writerows([harmless(cell) for cell in row] for row in rows)
    return response


def harmless(cell: Any) -> Any:
    """A text that a spreadsheet would take for a formula stays a text (OWASP, CSV injection)."""
    text = cell if cell is None or isinstance(cell, int | float) else str(cell)
    return f"'{text}" if isinstance(text, str) and text.startswith(FORMULA) else text
