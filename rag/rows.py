"""Rows of the catalogue as their models, read with plain SQL: the query that an object builds costs more than its rows,
and a search reads such rows at every letter that somebody types."""

from collections.abc import Callable, Collection, Iterable
from functools import lru_cache
from typing import Any, TypeVar

from django.db import connection, models

from catalog.models import Brand, Document, Media, Product, ProductFamily

Row = TypeVar("Row", bound=models.Model)

DOCUMENT = (
    *("id", "brand_id", "title", "url", "kind", "mime_type", "language", "page_count", "size", "state"),
    *("gone_since", "changed_at"),
)
PRODUCT = ("id", "brand_id", "family_id", "name", "slug", "model_key", "lifecycle")
FAMILY = ("id", "brand_id", "name")
BRAND = ("id", "name", "slug", "logo", "primary_color")


def documents(ids: Iterable[int]) -> dict[int, Document]:
    """With all that lists of documents and passages show."""
    found = read(Document, DOCUMENT, set(ids))
    brands = read(Brand, BRAND, {one.brand_id for one in found.values()})
    for document in found.values():
        document.brand = brands[document.brand_id]
    return found


def products(ids: Iterable[int]) -> dict[int, Product]:
    """With all that a list of products shows."""
    found = read(Product, PRODUCT, set(ids))
    brands = read(Brand, BRAND, {one.brand_id for one in found.values()})
    families = read(ProductFamily, FAMILY, {one.family_id for one in found.values() if one.family_id})
    shown = pictures(found)
    for product in found.values():
        product.brand, product.family = brands[product.brand_id], families.get(product.family_id or 0)
        product.pictures = shown.get(product.pk, [])  # type: ignore[attr-defined]
    return found


def pictures(ids: Collection[int]) -> dict[int, list[Media]]:
    """The first stored picture of each product that has one."""
    if not ids:
        return {}
    marks = ", ".join(["%s"] * len(ids))
    statement = (
        "SELECT product_id, file FROM catalog_media"  # noqa: S608
        f" WHERE product_id IN ({marks}) AND file > '' ORDER BY \"order\" DESC, id DESC"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, list(ids))
        return {product_id: [Media(file=name)] for product_id, name in cursor.fetchall()}


def read(model: type[Row], wanted: tuple[str, ...], ids: Collection[int]) -> dict[int, Row]:
    """By identity; columns that are not wanted are deferred."""
    if not ids:
        return {}
    columns, conversions = _columns(model, wanted)
    marks = ", ".join(["%s"] * len(ids))
    statement = f"SELECT {', '.join(columns)} FROM {model._meta.db_table} WHERE id IN ({marks})"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, list(ids))
        rows = cursor.fetchall()
    return {row[0]: model.from_db(connection.alias, columns, _converted(row, conversions)) for row in rows}


Conversions = tuple[tuple[int, tuple[Callable[..., Any], ...], Any], ...]


@lru_cache(maxsize=32)
def _columns(model: type[models.Model], wanted: tuple[str, ...]) -> tuple[list[str], Conversions]:
    """The columns in the model's order, and place, functions and expression of those that the database stores in
    another form, such as times."""
    fields = [field for field in model._meta.concrete_fields if field.attname in wanted]
    conversions = []
    for place, field in enumerate(fields):
        expression = field.get_col(model._meta.db_table)
        functions = (*connection.ops.get_db_converters(expression), *field.get_db_converters(connection))
        if functions:
            conversions.append((place, functions, expression))
    return [field.attname for field in fields], tuple(conversions)


def _converted(row: tuple[Any, ...], conversions: Conversions) -> list[Any]:
    values = list(row)
    for place, functions, expression in conversions:
        for function in functions:
            values[place] = function(values[place], expression, connection)
    return values
