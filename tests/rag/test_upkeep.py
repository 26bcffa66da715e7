"""The index follows behind those who store, and loses nothing when a process dies."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from django.db import connection, connections

from catalog.models import Brand, Document, DocumentPage
from catalog.signals import documents_changed, moment_to_spare, storing_much
from rag import upkeep
from rag.index import index_stale
from rag.models import ChangedDocument, IndexedDocument
from rag.retrieve import retrieve
from rag.upkeep import index_marked, mark

from .manuals import add


def new_document(text="The vocoder has sixteen bands.", url="file:New.pdf") -> Document:
    brand, _ = Brand.objects.get_or_create(name="Karmel Audio", slug="karmel-audio")
    return add(brand, url, url.removeprefix("file:"), [text])


def keeper_has_ended() -> None:
    for thread in threading.enumerate():
        if thread.name == "index upkeep":
            thread.join(30)


@pytest.mark.django_db(transaction=True)
def test_stored_document_is_searchable_within_three_seconds():
    document = new_document()
    documents_changed.send(sender=None, document_ids=[document.pk])
    began = time.monotonic()
    while not retrieve("vocoder bands") and time.monotonic() - began < 30:
        time.sleep(0.05)
    waited = time.monotonic() - began
    keeper_has_ended()
    assert [passage.document_id for passage in retrieve("vocoder bands")] == [document.pk]
    assert upkeep.PAUSE <= 2 and waited < 30
    assert not ChangedDocument.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_upkeep_ends_by_itself_and_begins_again():
    for number in range(2):
        document = new_document(url=f"file:{number}.pdf")
        documents_changed.send(sender=None, document_ids=[document.pk])
        keeper_has_ended()
        assert IndexedDocument.objects.filter(pk=document.pk).exists()


@pytest.mark.django_db
def test_marking_costs_one_statement_and_cuts_nothing(django_assert_num_queries):
    ids = [new_document(url=f"file:{number}.pdf").pk for number in range(20)]
    with django_assert_num_queries(1):
        mark([*ids, *ids])
    assert ChangedDocument.objects.count() == 20
    assert not IndexedDocument.objects.exists()


@pytest.mark.django_db
def test_what_a_killed_process_left_marked_is_taken_by_the_schedule():
    document = new_document()
    mark([document.pk])
    assert index_stale() == 1
    assert not ChangedDocument.objects.exists()
    assert retrieve("vocoder")


@pytest.mark.django_db
def test_what_was_never_marked_is_found_a_few_documents_at_a_time(monkeypatch):
    cache.clear()
    monkeypatch.setattr(upkeep, "LOOKED_AT", 2)
    documents = [new_document(url=f"file:{number}.pdf") for number in range(3)]
    assert [upkeep.look_through() for _ in range(2)] == [2, 1]
    assert retrieve("vocoder")
    Document.objects.filter(pk=documents[1].pk).update(gone_since="2026-01-01T00:00:00Z")
    Document.objects.filter(pk=documents[2].pk).update(title="Another name")
    assert [upkeep.look_through() for _ in range(3)] == [2, 0, 0]
    assert set(IndexedDocument.objects.values_list("pk", flat=True)) == {documents[0].pk, documents[2].pk}


@pytest.mark.django_db
def test_document_marked_again_while_it_is_read_stays_marked(monkeypatch):
    document = new_document()
    mark([document.pk])
    taken: list[list[int]] = []

    def changed_meanwhile(ids):
        if not taken:
            mark([document.pk])
        taken.append(list(ids))
        return 0

    monkeypatch.setattr(upkeep, "index_documents", changed_meanwhile)
    index_marked()
    assert taken == [[document.pk], [document.pk]]


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_two_that_mark_the_same_documents_do_not_wait_for_each_other_for_ever():
    brand = Brand.objects.create(name="Karmel Audio", slug="karmel-audio")
    made = Document.objects.bulk_create(Document(brand=brand, title=f"{n}", url=f"file:{n}.pdf") for n in range(400))
    ids = [document.pk for document in made]

    def marking(order: list[int]) -> None:
        for _ in range(25):
            mark(order)

    with ThreadPoolExecutor(2) as markers:
        both = [markers.submit(marking, order) for order in (ids, ids[::-1])]
        for one in both:
            one.result()
        for _ in both:
            markers.submit(connections.close_all)
    assert ChangedDocument.objects.count() == len(ids)


REFUSING = {
    "sqlite": "CREATE TRIGGER refuse BEFORE INSERT ON rag_chunk WHEN new.title LIKE 'Bad%' "
    "BEGIN SELECT RAISE(ABORT, 'refused'); END",
    "postgresql": "ALTER TABLE rag_chunk ADD CONSTRAINT refuse CHECK (title NOT LIKE 'Bad%')",
}


@pytest.mark.django_db
def test_document_that_cannot_be_indexed_does_not_keep_others_out(caplog):
    good, bad = new_document(), new_document(url="file:Bad.pdf")
    # A page's text is never null: whatever raises while a document is read stands for what nobody foresaw.
    with connection.cursor() as cursor:
        cursor.execute(REFUSING[connection.vendor])
    mark([good.pk, bad.pk])
    index_marked()
    assert list(IndexedDocument.objects.values_list("pk", flat=True)) == [good.pk]
    assert f"Document {bad.pk} could not be indexed" in caplog.text


@pytest.mark.django_db
def test_deleted_document_may_be_marked():
    mark([987654])
    assert index_marked() == 0
    assert not ChangedDocument.objects.exists()


@pytest.mark.django_db
def test_changed_page_replaces_what_was_found_before():
    document = new_document()
    mark([document.pk])
    index_marked()
    DocumentPage.objects.filter(document=document).update(text="The phaser has six stages.")
    mark([document.pk])
    assert index_marked() == 1
    assert retrieve("phaser") and not retrieve("vocoder")


@pytest.mark.django_db
def test_whoever_stores_much_puts_the_index_off_and_gives_it_moments():
    for thread in threading.enumerate():
        if thread.name == "index upkeep":
            thread.join(20)  # an earlier test's, which ends by itself
    ids = [new_document(url=f"file:{number}.pdf").pk for number in range(7)]
    with storing_much():
        documents_changed.send(sender=None, document_ids=ids)
        assert not any(thread.name == "index upkeep" for thread in threading.enumerate())
        assert ChangedDocument.objects.count() == 7
        more = [moment_to_spare.send(sender=None)[0][1] for _ in range(2)]
    assert more == [True, False]
    assert not ChangedDocument.objects.exists() and IndexedDocument.objects.count() == 7
