"""A web process waits for its turn to write on SQLite, and looks for it often."""

import sqlite3
import threading
from collections.abc import Iterator

import pytest
from django.db import OperationalError, connection, transaction

from catalog.models import Brand
from halilit.writing import look_often, waiting

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="others write side by side"),
]


@pytest.fixture
def as_in_the_web() -> Iterator[None]:
    connection.ensure_connection()
    look_often(connection=connection)
    look_often(connection=connection)
    assert connection.execute_wrappers.count(waiting) == 1
    yield
    connection.execute_wrappers.remove(waiting)
    connection.close()


@pytest.fixture
def other(as_in_the_web: None) -> Iterator[sqlite3.Connection]:
    """Another connection to the same file, in the middle of a transaction."""
    name = connection.settings_dict["NAME"]
    writer = sqlite3.connect(name, isolation_level=None, check_same_thread=False)
    writer.execute("BEGIN IMMEDIATE")
    yield writer
    writer.close()


def test_a_write_waits_until_the_other_one_is_over(other: sqlite3.Connection):
    tried = threading.Event()

    def end() -> None:
        tried.wait()
        other.execute("COMMIT")

    threading.Thread(target=end, daemon=True).start()

    def told(execute, sql, params, many, context):
        try:
            return execute(sql, params, many, context)
        finally:
            tried.set()  # it was refused, or the other one had ended before it was asked

    with connection.execute_wrapper(told):
        Brand.objects.create(name="Lyra", slug="lyra")
        with transaction.atomic():
            Brand.objects.create(name="Vega", slug="vega")
    assert Brand.objects.count() == 2


def test_who_reads_does_not_wait(other: sqlite3.Connection):
    assert list(Brand.objects.all()) == []


@pytest.mark.parametrize("within", [True, False], ids=["a transaction", "one statement"])
def test_in_the_end_it_is_said_that_the_database_is_taken(other: sqlite3.Connection, monkeypatch, within: bool):
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.1)
    with pytest.raises(OperationalError, match="locked"):
        if within:
            with transaction.atomic():
                Brand.objects.create(name="Lyra", slug="lyra")
        else:
            Brand.objects.filter(slug="lyra").update(name="Vega")
    other.execute("COMMIT")
    Brand.objects.create(name="Lyra", slug="lyra")


def test_any_other_fault_is_told_at_once(as_in_the_web: None):
    with pytest.raises(OperationalError, match="no such table"), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM nothing_like_this")
