"""Fields that staff decided. A scrape leaves them alone, and notes beside them what the site says."""

from typing import Any

from django.utils import timezone

from .models import Document, Product

PRODUCT_LOCKS = ("name", "sku", "description", "price", "currency", "family_id", "lifecycle")
DOCUMENT_LOCKS = ("title", "kind", "language")


def set_aside(row: Product | Document) -> dict[str, Any]:
    """Before a scrape writes: put what the site says into the locked fields. Returns the staff's values, for `keep`.

    Nearly every row has no locks, and nothing happens.
    """
    values = {name: getattr(row, name) for name in row.locks}
    for name, entry in row.locks.items():
        set_plain(row, name, entry["site"])
    return values


def set_plain(row: Product | Document, name: str, value: Any) -> None:
    """Set a field from a value that was stored as JSON."""
    field: Any = row._meta.get_field(name.removesuffix("_id"))
    setattr(row, name, value if field.is_relation else field.to_python(value))


def keep(row: Product | Document, values: dict[str, Any]) -> None:
    """After a scrape has set what the site says: note that beside the lock, and put the staff's values back."""
    for name, value in values.items():
        site = getattr(row, name)
        row.locks[name]["site"] = site if site is None or isinstance(site, str | int) else str(site)
        setattr(row, name, value)


def lock(row: Product | Document, name: str, value: Any, *, by: str) -> None:
    """Set a field for good. What the site says is kept beside it, through any number of corrections."""
    site = row.locks[name]["site"] if name in row.locks else getattr(row, name)
    site = site if site is None or isinstance(site, str | int) else str(site)
    row.locks[name] = {"by": by, "at": timezone.now().isoformat(timespec="seconds"), "site": site}
    setattr(row, name, value)


def unlock(row: Product | Document, name: str) -> None:
    """Give a field back to the site: its last value from there is the value again."""
    entry = row.locks.pop(name, None)
    if entry is not None:
        set_plain(row, name, entry["site"])
