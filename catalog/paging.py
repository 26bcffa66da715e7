"""Numbered pages of lists."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

PAGE_SIZE = 48


class Counted(Paginator[Any]):
    """A paginator that is told how many rows there are where that is known already."""

    def __init__(self, rows: Any, per_page: int, known: int | None) -> None:
        super().__init__(rows, per_page)
        self.known = known

    @cached_property
    def count(self) -> int:
        if self.known is not None:
            return self.known
        rows: Any = self.object_list
        return len(rows) if isinstance(rows, list) else rows.count()

    def page(self, number: Any) -> Page[Any]:
        """Rows of a query are sorted by what orders them alone, and only those of the page are read whole."""
        if not isinstance(self.object_list, QuerySet):
            return super().page(number)
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        ids = list(self.object_list.values_list("pk", flat=True)[first : first + self.per_page])
        rows = {row.pk: row for row in self.object_list.order_by().filter(pk__in=ids)}
        return Page([rows[pk] for pk in ids if pk in rows], number, self)


def numbered(rows: QuerySet[Any] | Sequence[Any], page: int | str, *, count: int | None = None) -> Page[Any]:
    """One page of `rows`, the nearest there is, with `numbers` to link to. `count`: how many rows, where known."""
    paginator = Counted(rows, PAGE_SIZE, count)
    found = paginator.get_page(page or 1)
    found.numbers = paginator.get_elided_page_range(found.number, on_each_side=2, on_ends=1)  # type: ignore[attr-defined]
    return found
