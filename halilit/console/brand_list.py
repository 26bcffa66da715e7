"""The brands as a table to save, change in a spreadsheet, and bring back: looked at first, then written as a whole."""

import csv
import io
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.db import transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from catalog.models import Brand
from catalog.slugs import brand_slug
from catalog.tables import FORMULA

from .forms import BrandLineForm

COLUMNS = (
    "name", "website", "distributor_url", "extra_hosts", "active", "priority", "render_mode", "requests_per_second",
    "max_pages", "languages", "exclude_patterns", "primary_color", "secondary_color",
)  # fmt: skip
SWITCHES = ("active", "priority")
YES, NO = ("yes", "true", "1", "on", "כן"), ("no", "false", "0", "off", "", "לא")
MOST_BYTES, MOST_LINES = 1_000_000, 2000


@dataclass
class Line:
    """One line of the table: what it does, and what is wrong with it. `changes` are (column, before, after)."""

    number: int
    name: str
    is_new: bool = False
    changes: list[tuple[str, Any, Any]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    form: BrandLineForm | None = None


@dataclass
class Table:
    lines: list[Line]
    problem: str = ""  # with the table as a whole

    @property
    def wrong(self) -> list[Line]:
        return [line for line in self.lines if line.errors]

    @property
    def effective(self) -> list[Line]:
        return [line for line in self.lines if line.changes and not line.errors]

    @property
    def unchanged(self) -> int:
        return len(self.lines) - len(self.effective) - len(self.wrong)

    @property
    def may_be_written(self) -> bool:
        return bool(self.effective) and not self.wrong and not self.problem


def table() -> Iterator[list[Any]]:
    """All brands, with the headings that `read` knows."""
    yield list(COLUMNS)
    for brand in Brand.objects.order_by(Lower("name")):
        yield [_written(name, getattr(brand, name)) for name in COLUMNS]


def _written(name: str, value: Any) -> Any:
    return ("yes" if value else "no") if name in SWITCHES else value


def decoded(sent: bytes) -> str:
    """As spreadsheets save it: UTF-8, or Windows' Hebrew."""
    for code in ("utf-8-sig", "cp1255"):
        try:
            return sent.decode(code)
        except UnicodeDecodeError:
            continue
    return ""


def read(text: str) -> Table:
    """What the table would change. Columns that it lacks stay as they are; brands that it lacks too."""
    text = text.removeprefix("\ufeff")
    heads, rows = _rows(text)
    if "name" not in heads:
        told = _("The first line must hold the names of the columns, “name” among them. Save the table here first.")
        return Table([], told)
    if unknown := [head for head in heads if head not in COLUMNS]:
        return Table([], _("These columns are not known: %(names)s.") % {"names": ", ".join(unknown)})
    if len(rows) > MOST_LINES:
        return Table([], _("The table has more than %(n)d lines. Send it in parts.") % {"n": MOST_LINES})
    known = {brand.name: brand for brand in Brand.objects.all()}
    seen: set[str] = set()
    return Table([_line(number, row, heads, known, seen) for number, row in rows])


def _rows(text: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Headings and lines with their numbers; empty lines count, and are left out."""
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    try:
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error:
        return [], []
    heads = [head.strip().lower() for head in rows[0][1]] if rows else []
    return heads, [(number, row) for number, row in rows[1:] if any(cell.strip() for cell in row)]


def _line(number: int, row: list[str], heads: list[str], known: dict[str, Brand], seen: set[str]) -> Line:
    given = {head: _plain(cell) for head, cell in zip(heads, row, strict=False)}
    name = given.get("name", "").strip()
    line = Line(number, name, is_new=name not in known)
    if len(row) > len(heads):
        line.errors.append(_("There are more cells than columns. Put a text with commas into quotation marks."))
    if name in seen:
        line.errors.append(_("This brand has another line above."))
    seen.add(name)
    brand = copy(known[name]) if name in known else Brand()
    form = line.form = BrandLineForm(_values(brand, given, line), instance=brand)
    line.errors += [f"{head}: {error}" for head, errors in form.errors.items() for error in errors]
    if form.is_valid():
        line.changes = _changes(known.get(name), form.cleaned_data, [head for head in COLUMNS if head in given])
    return line


def _changes(brand: Brand | None, wanted: dict[str, Any], heads: list[str]) -> list[tuple[str, Any, Any]]:
    """Of a new brand all that is said, of a known one what differs."""
    if brand is None:
        return [(head, "", _written(head, wanted[head])) for head in heads if wanted[head] not in ("", None)]
    pairs = [(head, getattr(brand, head), wanted[head]) for head in heads]
    return [(head, _written(head, was), _written(head, now)) for head, was, now in pairs if was != now]


def _plain(cell: str) -> str:
    """Without the mark that keeps a spreadsheet from taking a text for a formula (catalog.tables.harmless)."""
    text = cell.replace("\r\n", "\n").replace("\x00", "")
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


def _values(brand: Brand, given: dict[str, str], line: Line) -> dict[str, Any]:
    """What the form is given: the brand as it is, with the cells that the table holds."""
    values = {name: getattr(brand, name) for name in COLUMNS} | given
    for name in SWITCHES:
        said = str(given.get(name, "")).strip().lower()
        if name not in given:
            continue
        if said not in (*YES, *NO):
            line.errors.append(_("%(column)s: write yes or no.") % {"column": name})
        values[name] = said in YES
    return values


def write(found: Table, *, user: Any) -> int:
    """All of it or nothing. Returns how many brands are new or changed; each is in the record's history."""
    with transaction.atomic():
        for line in found.effective:
            assert line.form
            brand = line.form.save(commit=False)
            brand.slug = brand.slug or brand_slug(brand.name)
            brand.save()
            told = ", ".join(head for head, _before, _after in line.changes)
            LogEntry.objects.log_actions(
                user.pk, [brand], ADDITION if line.is_new else CHANGE, f"CSV: {told}", single_object=True
            )
    return len(found.effective)
