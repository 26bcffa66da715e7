"""What staff decide against a brand's site, and taking it back."""

import pytest

from catalog import corrections
from catalog.corrections import CorrectionRefused
from catalog.models import Brand, Change, Document, DocumentState, Product, ProductDocument, ProductFamily
from catalog.signals import documents_changed
from catalog.undoing import undo
from tests.people import staff_as

pytestmark = pytest.mark.django_db


@pytest.fixture
def dana():
    return staff_as()


@pytest.fixture
def brand():
    return Brand.objects.create(name="Tonewerk", slug="tonewerk")


def product_called(brand: Brand, name: str) -> Product:
    slug = name.lower().replace(" ", "-")
    return Product.objects.create(brand=brand, name=name, slug=slug, page_url=f"https://tonewerk.example/{slug}")


def manual_of(product: Product, title: str) -> Document:
    document = Document.objects.create(
        brand=product.brand,
        title=title,
        kind="manual",
        state=DocumentState.STORED,
        url=f"https://tonewerk.example/{title}.pdf",
    )
    ProductDocument.objects.create(product=product, document=document)
    return document


def test_a_corrected_name_is_locked_says_who_and_can_be_undone(brand, dana):
    product = product_called(brand, "Tone 300 SALE")
    (change,) = corrections.correct_product(product, user=dana, name="Tone 300")
    product.refresh_from_db()
    assert product.name == "Tone 300" and product.locks["name"]["by"] == "dana"
    assert (change.old, change.new, change.user) == ("Tone 300 SALE", "Tone 300", dana)
    undo(change, user=dana)
    product.refresh_from_db()
    assert product.name == "Tone 300 SALE" and product.locks == {}


def test_undoing_the_second_correction_leaves_the_first(brand, dana):
    product = product_called(brand, "Tone")
    corrections.correct_product(product, user=dana, name="Tone 300")
    (second,) = corrections.correct_product(product, user=dana, name="Tone 301")
    undo(second, user=dana)
    product.refresh_from_db()
    assert product.name == "Tone 300" and product.locks["name"]["site"] == "Tone"


def test_family_and_lifecycle_are_corrected_together_and_undone_one_by_one(brand, dana):
    old = ProductFamily.objects.create(brand=brand, name="Amps", slug="amps")
    product = product_called(brand, "Tone 300")
    Product.objects.update(family=old)
    changes = corrections.correct_product(product, user=dana, family="Bass amps", lifecycle="discontinued")
    assert {change.field for change in changes} == {"family", "lifecycle"}
    undo(next(change for change in changes if change.field == "family"), user=dana)
    product.refresh_from_db()
    assert product.family == old and product.lifecycle == "discontinued"


def test_a_price_is_undone_with_its_currency(brand, dana):
    product = product_called(brand, "Tone 300")
    Product.objects.update(price="100.00", currency="EUR")
    (change,) = corrections.correct_product(product, user=dana, price="90.00", currency="USD")
    undo(change, user=dana)
    product.refresh_from_db()
    assert (str(product.price), product.currency) == ("100.00", "EUR")


def test_a_merged_product_gives_its_documents_and_gets_them_back(brand, dana):
    black, white = product_called(brand, "Tone 300 Black"), product_called(brand, "Tone 300 White")
    manual = manual_of(white, "Manual")
    change = corrections.merge(white, into=black, user=dana)
    white.refresh_from_db()
    assert white.hidden and white.merged_into == black and manual in black.documents.all()
    undo(change, user=dana)
    white.refresh_from_db()
    assert not white.hidden and white.merged_into is None and not black.documents.exists()


def test_what_makes_no_sense_is_refused(brand, dana):
    product, other = product_called(brand, "A 1"), product_called(Brand.objects.create(name="B", slug="b"), "B 1")
    for wrong in (
        lambda: corrections.merge(product, into=product, user=dana),
        lambda: corrections.merge(product, into=other, user=dana),
        lambda: corrections.correct_product(product, user=dana, name="  "),
        lambda: corrections.correct_product(product, user=dana, slug="x"),
        lambda: corrections.split(product, name=" ", user=dana),
        lambda: corrections.move_document(manual_of(product, "M"), source=product, target=other, user=dana),
    ):
        with pytest.raises(CorrectionRefused):
            wrong()
    assert not Change.objects.exists()


def test_a_split_takes_its_documents_along_and_undoing_brings_them_back(brand, dana):
    product = product_called(brand, "Tone 300/500")
    ours, theirs = manual_of(product, "Tone 300 manual"), manual_of(product, "Tone 500 manual")
    fresh = corrections.split(product, name="Tone 500", user=dana, documents=[theirs])
    assert list(fresh.documents.all()) == [theirs] and list(product.documents.all()) == [ours]
    undo(Change.objects.get(kind="split"), user=dana)
    assert set(product.documents.all()) == {ours, theirs} and Product.objects.get() == product


def test_a_moved_document_is_undone_to_where_it_was(brand, dana):
    source, target = product_called(brand, "A 1"), product_called(brand, "B 1")
    document = manual_of(source, "Manual")
    change = corrections.move_document(document, source=source, target=target, user=dana)
    assert list(document.products.all()) == [target]
    undo(change, user=dana)
    assert list(document.products.all()) == [source]


def test_a_change_is_undone_once(brand, dana):
    change = corrections.hide_product(product_called(brand, "A 1"), user=dana)
    undo(change, user=dana)
    with pytest.raises(CorrectionRefused):
        undo(change, user=dana)


def test_the_index_hears_of_a_withdrawn_document(brand, dana, django_capture_on_commit_callbacks):
    document, heard = manual_of(product_called(brand, "A 1"), "Manual"), []

    def listen(document_ids, **_):
        heard.append(document_ids)

    documents_changed.connect(listen)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            corrections.hide_document(document, user=dana)
    finally:
        documents_changed.disconnect(listen)
    assert heard == [[document.pk]]
