"""Passages by the hundred thousand, written straight into the index's tables: the same content as cutting gives."""

from collections.abc import Iterator
from itertools import islice

from django.db import connection, transaction

from catalog.models import Document, DocumentPage, Product
from catalog.naming import model_numbers
from rag import fts, fts_tables
from rag.index import fingerprint_of
from rag.models import Chunk, IndexedDocument, Word

from .filling import Generator, add_documents, fill, products, split

CUT = 5_000  # passages: to cut a million takes half an hour
BATCH = 1_000  # documents a transaction

COLUMNS = 'document_id, brand_id, page, last_page, "order", language, title, model_numbers, heading, text, mended'
Made = tuple[Document, Product, int]
Text = tuple[Document, Product, int, str]
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


def fill_documents(wanted: int, *, pages_each: int, to_a_product: int) -> int:
    """So many documents, a few to a product, their pages stored as well. Returns how many passages there are."""
    cut = min(wanted, CUT // pages_each)
    fill(count=-(-cut // to_a_product), pages=cut * pages_each, pages_each=pages_each)
    if wanted > cut:
        generator = Generator()
        owners = products(generator, -(-(wanted - cut) // to_a_product), first=cut)
        write(generator, owners, (wanted - cut) * pages_each, pages_each, with_pages=True)
    return Chunk.objects.count()


def write(
    generator: Generator, owners: list[Product], wanted: int, pages_each: int, *, with_pages: bool = False
) -> None:
    """So many passages, a passage a page. The full text is indexed at the end: row by row takes three times as long."""
    rest = split(owners, wanted, pages_each)
    stop_indexing()
    while some := list(islice(rest, BATCH)):
        with transaction.atomic():
            add(generator, add_documents(some), with_pages=with_pages)
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


def add(generator: Generator, made: list[Made], *, with_pages: bool = False) -> None:
    texts = [
        (document, product, page, generator.page(product.name, page))
        for document, product, pages in made
        for page in range(1, pages + 1)
    ]
    subjects = {document.pk: subject(document, product) for document, product, _pages in made}
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {Chunk._meta.db_table} ({COLUMNS}) VALUES ({', '.join(['%s'] * 11)})",  # noqa: S608
            list(rows(texts, subjects)),
        )
    if with_pages:
        DocumentPage.objects.bulk_create(
            DocumentPage(document=document, number=page, text=text) for document, _product, page, text in texts
        )
    IndexedDocument.objects.bulk_create(
        IndexedDocument(
            document=document, fingerprint=fingerprint_of(document, [product.name]), names=names, model_numbers=numbers
        )
        for document, product, _count in made
        for names, numbers in [subjects[document.pk]]
    )


def subject(document: Document, product: Product) -> tuple[str, str]:
    return f"{document.title}\n{product.brand.name}", " ".join(model_numbers(product.name))


def rows(texts: list[Text], subjects: dict[int, tuple[str, str]]) -> Iterator[Values]:
    for document, _product, page, text in texts:
        heading = text.partition("\n")[0]
        yield (
            *(document.pk, document.brand_id, page, page, page, "en"),
            *(*subjects[document.pk], heading, text, ""),
        )
