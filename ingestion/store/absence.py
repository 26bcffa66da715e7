"""What was not there when it was asked for, and what is there again."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from catalog import changes
from catalog.models import Brand, ChangeKind, Document, DocumentState, Product
from catalog.signals import documents_changed


def not_a_document(*, brand: Brand, url: str) -> None:
    """A link that only looked like one to a document led to a page."""
    Document.objects.filter(brand=brand, url=url, state=DocumentState.LINKED).delete()


def document_failed(*, brand: Brand, url: str, problem: str, gone: bool) -> None:
    """A document that a page links to could not be read. What was read earlier stays; twice gone is marked."""
    known = Document.objects.filter(brand=brand, url=url)
    known.filter(state__in=[DocumentState.LINKED, DocumentState.FAILED]).update(
        state=DocumentState.FAILED, problem=problem[:500]
    )
    if gone:
        now = timezone.now()
        here = Q(url=url) | Q(url__startswith=f"{url}#", superseded_by=None)  # with what an archive held
        documents = list(Document.objects.filter(here, brand=brand, state=DocumentState.STORED, gone_since=None))
        products = list(Product.objects.filter(brand=brand, page_url=url, gone_since=None))
        ids = [document.pk for document in documents]
        Document.objects.filter(pk__in=ids).update(gone_since=now)
        Product.objects.filter(pk__in=[product.pk for product in products]).update(gone_since=now)
        # A product's page is no second thing that is gone.
        changes.gone(products=products, documents=[] if products else documents)
        if ids:
            transaction.on_commit(lambda: documents_changed.send(sender=Document, document_ids=ids), robust=True)


def seen_again(*, brand: Brand, url: str, returned: bool = False) -> None:
    """An unchanged page: what it shows is still there, or, after a time when it was missing, has `returned`."""
    now = timezone.now()
    if returned:
        note_return(brand, url)
    Product.objects.filter(brand=brand, page_url=url).update(last_seen=now, gone_since=None)
    Document.objects.filter(brand=brand, url=url, state=DocumentState.STORED).update(fetched_at=now, gone_since=None)


def note_return(brand: Brand, url: str) -> None:
    """Write down that what was gone is there again, and have it searched again."""
    products = list(Product.objects.filter(brand=brand, page_url=url).exclude(gone_since=None))
    documents = list(Document.objects.filter(brand=brand, url=url, state=DocumentState.STORED).exclude(gone_since=None))
    for product in products:
        changes.record(ChangeKind.BACK, product=product)
    for document in [] if products else documents:
        changes.record(ChangeKind.BACK, document=document)
    if ids := [document.pk for document in documents]:
        transaction.on_commit(lambda: documents_changed.send(sender=Document, document_ids=ids), robust=True)
