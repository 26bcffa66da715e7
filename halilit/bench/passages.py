"""Passages by the hundred thousand, written straight into the index's tables: the same content as cutting gives."""

from collections.abc import Iterator
from itertools import islice

from django.db import connection, transaction

from catalog.models import Document, Product
from catalog.naming import model_numbers
from rag import fts, fts_tables
from rag.models import Chunk, IndexedDocument, Word

from .filling import Generator, add_documents, fill, products, split

CUT = 5_000  # passages: to cut a million takes half an hour
BATCH = 1_000  # documents a transaction

COLUMNS = 'document_id, brand_id, page, last_page, "order", language, title, model_numbers, heading, text, mended'
Made = tuple[Document, Product, int]
Values = tuple[int | str, ...]


def fill_passages(wanted: int, *, pages_each: int = 20) -> int:
    """One product a manual, and about so many passages. Returns how many there are.

    The first CUT are cut and indexed as a scrape's are; more are written as they would be cut.
    """
    cut = min(wanted, CUT)
    fill(count=-(-cut // pages_each), pages=cut, pages_each=pages_each)
    if wanted > cut:
        generator = Generator()
        write(generator, products(generator, -(-(wanted - cut) // pages_each), first=cut), wanted - cut, pages_each)
    return Chunk.objects.count()


def write(generator: Generator, owners: list[Product], wanted: int, pages_each: int) -> None:
    """So many passages, a passage a page. The full text is indexed at the end: row by row takes three times as long."""
    rest = split(owners, wanted, pages_each)
    stop_indexing()
    while some := list(islice(rest, BATCH)):
        with transaction.atomic():
            add(generator, add_documents(some))
    fts.engine().create(connection)
    fts.engine().rebuild(connection)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {Word._meta.db_table}")  # noqa: S608
        cursor.execute(f"INSERT INTO {Word._meta.db_table} SELECT term, doc FROM {fts.CHUNKS.vocabulary}")  # noqa: S608


def stop_indexing() -> None:
    """SQLite's triggers index each row as it comes; they are created again behind the last one."""
    with connection.cursor() as cursor:
        for table in fts_tables.TABLES if connection.vendor == "sqlite" else ():
            cursor.execute(f"DROP TRIGGER IF EXISTS {table.name}_insert")


def add(generator: Generator, made: list[Made]) -> None:
    subjects = {document.pk: subject(document, product) for document, product, _pages in made}
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {Chunk._meta.db_table} ({COLUMNS}) VALUES ({', '.join(['%s'] * 11)})",  # noqa: S608
            list(rows(generator, made, subjects)),
        )
    IndexedDocument.objects.bulk_create(
        IndexedDocument(document=document, fingerprint="bench", names=names, model_numbers=numbers)
        for document, _product, _count in made
        for names, numbers in [subjects[document.pk]]
    )


def subject(document: Document, product: Product) -> tuple[str, str]:
    return f"{document.title}\n{product.brand.name}", " ".join(model_numbers(product.name))


def rows(generator: Generator, made: list[Made], subjects: dict[int, tuple[str, str]]) -> Iterator[Values]:
    for document, product, pages in made:
        for page in range(1, pages + 1):
            text = generator.page(product.name, page)
            heading = text.partition("\n")[0]
            yield (
                *(document.pk, document.brand_id, page, page, page, "en"),
                *(*subjects[document.pk], heading, text, ""),
            )
