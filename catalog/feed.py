"""The change feed: what changed, filtered, and each difference as rows that can be read side by side."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .models import Brand, Change, ChangeKind, DocumentKind, Lifecycle
from .undoing import can_be_undone

FIELDS = {
    **dict(DocumentKind.choices),
    "name": gettext_lazy("Name"),
    "title": gettext_lazy("Title"),
    "sku": gettext_lazy("Part number"),
    "description": gettext_lazy("Description"),
    "price": gettext_lazy("Price"),
    "family": gettext_lazy("Family"),
    "lifecycle": gettext_lazy("Lifecycle"),
    "kind": gettext_lazy("Kind"),
    "language": gettext_lazy("Language"),
    "text": gettext_lazy("Text"),
    "product": gettext_lazy("Product"),
    "version": gettext_lazy("Version"),
    "pages": gettext_lazy("Pages"),
    "size": gettext_lazy("Size in bytes"),
    "specifications": gettext_lazy("Specifications"),
}
LABELS = {"kind": dict(DocumentKind.choices), "lifecycle": dict(Lifecycle.choices)}
MOST_EXPORTED = 20_000
FIRST, LAST = date(1970, 1, 2), date(9000, 1, 1)


@dataclass(frozen=True)
class Wanted:
    """What of the feed is asked for; whatever is empty is not asked."""

    brand: Brand | None = None
    kind: str = ""
    since: date | None = None
    until: date | None = None
    by: str = ""  # "site" or "staff"
    run: int | None = None


@dataclass(frozen=True)
class Line:
    """One compared value: `state` is added, removed or changed."""

    label: str
    old: str
    new: str
    state: str


@dataclass(frozen=True)
class Entry:
    """A change with its differences, ready to be laid out."""

    change: Change
    lines: list[Line] = field(default_factory=list)
    address: str = ""
    undoable: bool = False


def changes(wanted: Wanted) -> QuerySet[Change]:
    """The newest first; two queries a page of them, whatever its rows."""
    rows = Change.objects.select_related("brand", "product__brand", "document", "user")
    if wanted.brand:
        rows = rows.filter(brand=wanted.brand)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.since:
        rows = rows.filter(at__gte=midnight(wanted.since))
    if wanted.until:
        rows = rows.filter(at__lt=midnight(wanted.until, after=1))
    if wanted.by:
        rows = rows.filter(user__isnull=wanted.by == "site")
    if wanted.run:
        rows = rows.filter(run=wanted.run)
    return rows.order_by("-at", "-pk")


def midnight(day: date, *, after: int = 0) -> datetime:
    """When a day begins where the site is, or one so many days `after`. A moment is found by the index, a date not.

    Days so far away that a database knows no moment of them count as the last, or the first, that it does.
    """
    known = min(max(day, FIRST), LAST) + timedelta(days=after)
    return timezone.make_aware(datetime.combine(known, time.min))


def kinds(wanted: Wanted) -> list[tuple[str, str, int]]:
    """Kinds of change that there are, with how many: value, name, number."""
    others = Wanted(wanted.brand, "", wanted.since, wanted.until, wanted.by, wanted.run)
    found = dict(changes(others).order_by().values_list("kind").annotate(n=Count("pk")))
    return [(kind.value, str(kind.label), found[kind]) for kind in ChangeKind if kind in found]


def brands_with_changes() -> QuerySet[Brand]:
    return Brand.objects.filter(pk__in=Change.objects.values("brand")).order_by("name")


def periods() -> list[tuple[str, str]]:
    """Beginnings to choose from: the date and its name."""
    today = timezone.localdate()
    named = [(0, _("today")), (7, _("the last 7 days")), (30, _("the last 30 days"))]
    return [((today - timedelta(days=days)).isoformat(), name) for days, name in named]


def entries(rows: Any) -> list[Entry]:
    return [entry_of(change) for change in rows]


def entry_of(change: Change) -> Entry:
    about = change.product or change.document
    return Entry(change, list(lines_of(change)), about.get_absolute_url() if about else "", can_be_undone(change))


def lines_of(change: Change) -> Iterator[Line]:
    """The difference, row by row."""
    old, new = change.old, change.new
    if change.kind == ChangeKind.NEW:
        return
    if change.field == "specifications":
        yield from specification_lines(old or [], new or [])
    elif isinstance(old, list) or isinstance(new, list):
        yield from text_lines(change.field, old or [], new or [])
    elif isinstance(old, dict) and isinstance(new, dict):
        for name in ("title", "version", "pages", "size"):
            if old.get(name) != new.get(name):
                yield line(name, old.get(name), new.get(name))
    elif change.field:
        yield line(change.field, old, new)


def line(name: str, old: Any, new: Any) -> Line:
    shown = LABELS.get(name, {})
    before, after = (str(shown.get(value, "" if value is None else value)) for value in (old, new))
    return Line(str(FIELDS.get(name, name)), before, after, state_of(before, after))


def state_of(old: str, new: str) -> str:
    return "changed" if old and new else "added" if new else "removed"


def specification_lines(old: list[list[str]], new: list[list[str]]) -> Iterator[Line]:
    """Rows of the same section and label stand side by side."""
    before = {(section, label): value for section, label, value in old}
    after = {(section, label): value for section, label, value in new}
    for section, label in list(dict.fromkeys([*before, *after])):
        ours, theirs = before.get((section, label), ""), after.get((section, label), "")
        yield Line(label, ours, theirs, state_of(ours, theirs))


def text_lines(name: str, old: list[str], new: list[str]) -> Iterator[Line]:
    before, after = "\n".join(old), "\n".join(new)
    yield Line(str(FIELDS.get(name, name)), before, after, state_of(before, after))


def export_rows(wanted: Wanted) -> Iterator[list[str]]:
    """The feed as a table: a heading, then one row a compared value."""
    yield [
        *(_("when"), _("brand"), _("kind"), _("what"), _("field"), _("before"), _("after")),
        *(_("who"), _("run"), _("address")),
    ]
    for change in changes(wanted)[:MOST_EXPORTED]:
        entry = entry_of(change)
        about = change.product.page_url if change.product else change.document.url if change.document else ""
        who = change.user.get_username() if change.user else ""
        when = timezone.localtime(change.at).isoformat(timespec="seconds")
        for part in entry.lines or [Line("", "", "", "")]:
            shown = [when, change.brand.name, change.get_kind_display(), change.subject, part.label, part.old, part.new]
            yield [*map(str, shown), who, str(change.run or ""), about]
