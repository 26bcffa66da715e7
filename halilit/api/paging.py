"""Pages that stay true while rows come and go: each names the next by a cursor, the place of its last row."""

import base64
import binascii
import json
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _
from ninja import Query
from ninja.errors import HttpError

Cursor = Annotated[str, Query(max_length=300, description="`next` of the page before; empty for the first page.")]
Size = Annotated[int, Query(ge=1, le=200)]


def written(row: Model, field: str) -> str:
    value = getattr(row, field)
    place = [value.isoformat() if hasattr(value, "isoformat") else value, str(row.pk)]
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def read(cursor: str) -> tuple[Any, str]:
    try:
        value, pk = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, TypeError):
        raise HttpError(422, _("This cursor is none of ours. Leave it out to begin with the first page.")) from None
    return value, str(pk)


def page(rows: QuerySet[Any], *, by: str, cursor: str, limit: int) -> tuple[list[Any], str]:
    """Rows in the order of `by` (a leading minus for descending), and the cursor of the next page or ''."""
    field, down = by.removeprefix("-"), by.startswith("-")
    if cursor:
        value, pk = read(cursor)
        word = "lt" if down else "gt"
        try:
            rows = rows.filter(Q(**{f"{field}__{word}": value}) | Q(**{field: value, f"pk__{word}": pk}))
        except (ValueError, TypeError, OverflowError, ValidationError):
            raise HttpError(422, _("This cursor belongs to another list. Leave it out to begin anew.")) from None
    found = list(rows.order_by(by, "-pk" if down else "pk")[: limit + 1])
    return found[:limit], written(found[limit - 1], field) if len(found) > limit else ""
