"""Takes everything over from another installation's database, of whichever kind, into this one's."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.apps import apps
from django.core.management.color import no_style
from django.db import DatabaseError, connection, connections, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from catalog.models import Brand, Document
from rag import fts
from rag.models import Answer

SOURCE = "source"
BATCH = 500  # rows


class CannotMove(Exception):
    """With a message that says why nothing was moved, and what to do."""


@dataclass(frozen=True)
class Moved:
    """One table: its rows in the source and here, and how many texts lost a NUL character that not every database
    can keep."""

    table: str
    there: int
    here: int
    mended: int = 0


def move(source: dict[str, object], *, say: Callable[[Moved], None] = lambda _moved: None) -> list[Moved]:
    """Copies all rows of `source`, Django's settings of a database, and counts them on both sides.

    All or nothing. Raises CannotMove: one of the databases is not as it must be, or the counts differ.
    """
    connections.settings[SOURCE] = connections.settings["default"] | source
    try:
        _check_source()
        _check_target()
        with transaction.atomic(), _times_kept():
            moved = []
            for model in reversed(_models()):
                model._base_manager.all()._raw_delete("default")
            for model in _models():
                moved.append(_copy(model))
                say(moved[-1])
            if different := [one.table for one in moved if one.there != one.here]:
                raise CannotMove(_("Not all rows arrived, so nothing was kept: %s.") % ", ".join(different))
            for statement in connection.ops.sequence_reset_sql(no_style(), _models()):
                with connection.cursor() as cursor:
                    cursor.execute(statement)
            fts.engine().rebuild(connection)
        return moved
    finally:
        connections[SOURCE].close()
        del connections[SOURCE], connections.settings[SOURCE]


def _models() -> list[type[models.Model]]:
    return [
        model for model in apps.get_models(include_auto_created=True) if model._meta.managed and not model._meta.proxy
    ]


def _check_source() -> None:
    try:
        executor = MigrationExecutor(connections[SOURCE])
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as problem:
        raise CannotMove(_("The source cannot be read: %s.") % problem) from problem
    if waiting:
        raise CannotMove(_("The source is older than this program. Run manage.py migrate there first."))


def _check_target() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CannotMove(_("This database has no tables yet. Run manage.py migrate first."))
    for model in (Brand, Document, Answer):
        if model._base_manager.exists():
            name = model._meta.verbose_name_plural
            raise CannotMove(_("This database has %s of its own. Only an empty one is filled.") % name)


def _copy(model: type[models.Model]) -> Moved:
    rows = model._base_manager.using(SOURCE).order_by("pk")
    batch: list[models.Model] = []
    mended = 0
    for row in rows.iterator(chunk_size=BATCH):
        mended += _without_nul(row)
        batch.append(row)
        if len(batch) == BATCH:
            _write(model, batch)
            batch = []
    _write(model, batch)
    return Moved(model._meta.db_table, rows.count(), model._base_manager.count(), mended)


def _write(model: type[models.Model], rows: list[models.Model]) -> None:
    try:
        model._base_manager.using("default").bulk_create(rows)
    except DatabaseError as problem:
        span = f"{rows[0].pk}–{rows[-1].pk}"
        said = {"table": model._meta.db_table, "span": span, "problem": str(problem).strip()}
        raise CannotMove(_("Rows %(span)s of %(table)s are not taken: %(problem)s.") % said) from problem


def _without_nul(row: models.Model) -> int:
    found = [
        (field.attname, value)
        for field in row._meta.concrete_fields
        if isinstance(value := getattr(row, field.attname), str) and "\x00" in value
    ]
    for name, value in found:
        setattr(row, name, value.replace("\x00", ""))
    return len(found)


@contextlib.contextmanager
def _times_kept() -> Iterator[None]:
    """Rows keep when they were made and changed: here they are only written down again."""
    fields = [
        field
        for model in _models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.DateField) and (field.auto_now or field.auto_now_add)
    ]
    before = [(field, field.auto_now, field.auto_now_add) for field in fields]
    for field in fields:
        field.auto_now = field.auto_now_add = False
    try:
        yield
    finally:
        for field, always, once in before:
            field.auto_now, field.auto_now_add = always, once
