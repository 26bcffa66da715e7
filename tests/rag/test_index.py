"""The index follows its documents, and does no work twice."""

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Brand, Document, DocumentPage
from rag import fts
from rag.index import index_documents, index_stale, index_version
from rag.matching import Within, phrase
from rag.models import Chunk, IndexedDocument
from rag.retrieve import retrieve

from .manuals import add

pytestmark = pytest.mark.django_db


@pytest.fixture
def brand():
    return Brand.objects.create(name="Karmel Audio", slug="karmel-audio")


@pytest.fixture
def document(brand):
    document = add(brand, "file:Tremor.pdf", "Tremor 25 - User Guide", ["The tremolo is set with the left wheel."])
    index_documents([document.pk])
    return document


def chunk_ids():
    return list(Chunk.objects.order_by("pk").values_list("pk", flat=True))


def test_unchanged_document_is_not_cut_again(document):
    before = chunk_ids(), index_version()
    assert index_documents([document.pk]) == 0
    assert index_stale() == 0
    assert (chunk_ids(), index_version()) == before


def test_changed_text_is_cut_again_and_found(document):
    DocumentPage.objects.filter(document=document).update(text="The phaser is set with the right wheel.")
    assert index_stale() == 1
    assert [passage.document_id for passage in retrieve("phaser")] == [document.pk]
    assert retrieve("tremolo") == []


def test_only_what_changed_is_cut_again(document, brand):
    other = add(brand, "file:Other.pdf", "Other", ["Nothing."])
    before = chunk_ids()
    assert index_documents([document.pk, other.pk]) == 1
    assert chunk_ids()[: len(before)] == before


@pytest.mark.parametrize("field", ["title", "kind", "content_hash"])
def test_change_of_what_a_passage_shows_makes_a_document_stale(document, field):
    Document.objects.filter(pk=document.pk).update(**{field: "faq"})
    assert index_stale() == 1


def test_new_product_makes_a_document_stale_and_findable_by_it(document, brand):
    product = brand.products.create(name="Zephyr 77", slug="zephyr-77", page_url="https://karmel.test/z")
    document.products.add(product)
    assert index_stale() == 1
    assert retrieve("zephyr77 tremolo")[0].document_id == document.pk


def test_gone_document_loses_its_passages(document):
    Document.objects.filter(pk=document.pk).update(gone_since="2026-01-01T00:00:00Z")
    assert index_documents([document.pk]) == 1
    assert not Chunk.objects.exists()
    assert not IndexedDocument.objects.exists()
    assert retrieve("tremolo") == []


def test_deleted_document_takes_its_words_along(document):
    document.delete()
    assert retrieve("tremolo") == []
    fts.engine().check(connection)


EMPTYING = {
    "sqlite": "DELETE FROM rag_chunk",
    "postgresql": "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE rag_chunk CASCADE",
}


def test_emptied_table_takes_its_words_along(document):
    with connection.cursor() as cursor:
        cursor.execute(EMPTYING[connection.vendor])
    assert fts.row_count(fts.CHUNKS) == 0
    assert retrieve("tremolo") == []
    fts.engine().check(connection)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL is told by index_documents")
def test_triggers_keep_the_full_text_in_step_with_any_write(document):
    chunk = Chunk.objects.get()
    Chunk.objects.filter(pk=chunk.pk).update(text="Now about the compressor.")
    fts.engine().check(connection)
    assert retrieve("compressor")
    Chunk.objects.all().delete()
    fts.engine().check(connection)


def test_check_notices_a_full_text_that_is_out_of_step(document):
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER rag_chunk_fts_update")
    Chunk.objects.update(text="Changed behind its back.")
    with pytest.raises(DatabaseError):
        fts.engine().check(connection)
    fts.engine().create(connection)
    fts.engine().rebuild(connection)
    fts.engine().check(connection)


def test_row_count_is_read_from_the_index_itself(brand):
    documents = [add(brand, f"file:{number}.pdf", f"File {number}", ["Some words."]) for number in range(150)]
    index_documents(document.pk for document in documents)
    assert fts.row_count(fts.CHUNKS) == Chunk.objects.count() == 150


def test_page_language_decides_over_the_document_language(brand):
    german = "Halten Sie die Taste gedrückt und schalten Sie das Gerät ein, um die Einstellungen zu laden."
    document = add(
        brand, "file:Two.pdf", "Two", ["Hold the button and turn the unit on to load it.", german], language="en"
    )
    index_documents([document.pk])
    assert list(Chunk.objects.order_by("page").values_list("language", flat=True)) == ["en", "de"]


def test_duplicate_document_is_not_indexed_but_lends_its_products(document, brand):
    twin = add(brand, "file:Twin.pdf", "Twin", ["The tremolo is set with the left wheel."])
    Document.objects.filter(pk=twin.pk).update(state="duplicate", duplicate_of=document)
    twin.products.add(brand.products.create(name="Zephyr 77", slug="zephyr-77", page_url="https://karmel.test/z"))
    assert index_documents([twin.pk, document.pk]) == 1
    assert {passage.document_id for passage in retrieve("zephyr 77")} == {document.pk}


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's index knows the column of each word")
def test_words_of_headings_have_an_index_of_their_own(brand):
    within = add(brand, "file:A.pdf", "A", ["Phaser Settings\nTurn the left wheel slowly while you listen to it."])
    add(brand, "file:B.pdf", "B", ["Some Settings\nThe phaser is set with the right wheel, slowly, while you listen."])
    index_stale()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # a table of two rows is read in less time
        with CaptureQueriesContext(connection) as asked:
            found = fts.matching(fts.CHUNKS, Within(("heading",), phrase(["phaser"])), fts.Limits(10, 10))
        cursor.execute(f"EXPLAIN {asked[-1]['sql']}")
        plan = " ".join(line for (line,) in cursor.fetchall())
    assert [Chunk.objects.get(pk=pk).document_id for pk in found] == [within.pk] and "rag_chunk_fts_heading" in plan
