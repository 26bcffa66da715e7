"""Vectors in PostgreSQL: found as in the file, for all hosts, and gone with their passages. Needs pgvector there."""

import threading

import numpy as np
import pytest
from django.db import connection, transaction

from catalog.models import Document
from halilit.ops import doctor
from rag import dense, vectors, vectors_postgres
from rag.embedders import added
from rag.index import index_documents
from rag.models import Chunk
from rag.retrieve import retrieve
from rag.vectors_file import FileStore, present
from rag.vectors_postgres import TableStore

from .manuals import build

WITHOUT = "no PostgreSQL with pgvector: `make test-pgvector` starts one"
pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason=WITHOUT)
WIDTH, MANY, MOST = 24, 900, 50


class Made:
    """A model whose rows are those of chance, the same for the same text."""

    name = "made"

    def __init__(self) -> None:
        self.texts = 0

    def embed(self, texts, *, question=False):
        self.texts += len(texts)
        return by_chance(len(texts), seed=len(texts[0]))


def by_chance(count: int, *, seed: int):
    rows = np.random.default_rng(seed).standard_normal((count, WIDTH), dtype=np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def installed(settings, tmp_path) -> Made:
    if not vectors_postgres.version(connection):
        pytest.skip(WITHOUT)
    with connection.cursor() as cursor:
        cursor.execute("DROP EXTENSION IF EXISTS vector CASCADE")
    made = Made()
    settings.DATA_DIR, settings.EMBEDDER = tmp_path, added("made", made)
    vectors_postgres._refused.clear()
    dense._question.cache_clear()
    build()
    return made


@pytest.fixture
def model(db, settings, tmp_path) -> Made:
    return installed(settings, tmp_path)


def test_the_table_finds_what_the_file_finds(model):
    document = Document.objects.first()
    Chunk.objects.bulk_create(Chunk(document=document, brand_id=document.brand_id, text="-") for _ in range(MANY))
    ids = present()
    rows = by_chance(len(ids), seed=1)
    rows[::9] = rows[0]  # as like as can be: any of them may come first
    table, file = vectors.prepared("made"), FileStore("made")
    assert isinstance(table, TableStore) and table.is_empty()
    with table.writing():
        assert table.add(ids, rows) == file.add(ids, rows) == table.count() == len(ids)
    for asked in (*by_chance(5, seed=2), rows[0]):
        here, there = table.nearest(asked, MOST), file.nearest(asked, MOST)
        assert np.allclose([*here.values()], [*there.values()], atol=1e-6)
        least = min(there.values()) + 1e-6
        assert {pk for pk, like in here.items() if like > least} == {pk for pk, like in there.items() if like > least}
        wanted = [int(pk) for pk in ids[::50]] + [0, int(ids[-1]) + 1]
        assert table.similar(asked, wanted) == pytest.approx(file.similar(asked, wanted), abs=1e-6)


def test_a_question_finds_the_same_passages_by_either(model):
    dense.catch_up()
    by_table = [(one.chunk_id, round(one.score, 4)) for one in retrieve("mending of the pedal")]
    asked = model.texts
    ids, table = present(), vectors.store("made")
    rows = model.embed(list(dense._texts(ids.tolist()).values()))
    assert len(by_table) > 1 and table.count() == len(ids)
    with connection.cursor() as cursor:
        cursor.execute("DROP EXTENSION vector CASCADE")
    file = vectors.store("made")
    assert isinstance(file, FileStore)
    file.add(ids, rows)
    assert [(one.chunk_id, round(one.score, 4)) for one in retrieve("mending of the pedal")] == by_table
    # Without the extension passages go as before, and once it is back the file's vectors are taken over.
    Document.objects.get(title="Support").delete()
    before = model.texts
    assert dense.catch_up() == 0 and before == model.texts > asked
    assert isinstance(vectors.store("made"), TableStore) and vectors.store("made").count() == Chunk.objects.count()


def test_vectors_go_with_their_document_and_come_with_new_passages(model):
    assert dense.catch_up() == Chunk.objects.count()
    document = Document.objects.get(title="Tremor 49 - User Guide")
    kept = vectors.store("made")
    before = list(document.chunks.values_list("pk", flat=True))
    document.pages.filter(number=1).update(text="The phaser is set with the right wheel.")
    Document.objects.filter(pk=document.pk).update(content_hash="anew")
    index_documents([document.pk])
    assert before and kept.count() < Chunk.objects.count() and not kept.similar(by_chance(1, seed=1)[0], before)
    assert dense.catch_up() == document.chunks.count() and not kept.pending().size
    document.delete()
    assert kept.count() == Chunk.objects.count()


def test_doctor_says_where_vectors_are_and_what_the_database_lacks(model):
    (before,) = doctor.meaning()
    assert "file of this host" in before.value and "CREATE EXTENSION vector" in before.advice
    dense.catch_up()
    (after,) = doctor.meaning()
    count = Chunk.objects.count()
    assert after.value.startswith(f"{count} of {count} passages, in the database") and not after.advice


def test_a_role_that_may_not_create_the_extension_leaves_vectors_in_the_file(model, caplog):
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE lowly; GRANT ALL ON ALL TABLES IN SCHEMA public TO lowly; SET LOCAL ROLE lowly")
    assert dense.catch_up() == Chunk.objects.count()
    assert isinstance(vectors.store("made"), FileStore) and "stay in a file" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_one_host_makes_vectors_at_a_time_and_none_for_what_another_deletes(settings, tmp_path):
    installed(settings, tmp_path)
    table = vectors.prepared("made")
    gone = set(Document.objects.get(title="Support").chunks.values_list("pk", flat=True))
    deleted, stored, found = threading.Event(), threading.Event(), list[bool]()

    def elsewhere() -> None:
        with vectors.store("made").writing() as mine:
            found.append(mine)
        with transaction.atomic():
            Chunk.objects.filter(pk__in=gone).delete()
            deleted.set()
            stored.wait(60)
        connection.close()

    other = threading.Thread(target=elsewhere)
    with table.writing() as mine:
        other.start()
        assert deleted.wait(60) and mine and found == [False]
        ids = present()
        assert table.add(ids, by_chance(len(ids), seed=1)) == len(ids) - len(gone) < len(ids)
        stored.set()
        other.join()
    assert gone and table.count() == Chunk.objects.count() == len(ids) - len(gone)
