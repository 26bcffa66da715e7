"""Edits in the admin are corrections, and new documents are uploaded."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from catalog.corrections import hide_product
from catalog.models import Change, Document, Media, Product, RejectedLink

from .test_logos import claiming, drawn

pytestmark = pytest.mark.django_db


def form_of(product: Product, **changed) -> dict[str, object]:
    form = {
        "brand": product.brand_id, "family": product.family_id or "", "name": product.name, "slug": product.slug,
        "sku": product.sku, "description": product.description, "price": "", "currency": "",
        "lifecycle": product.lifecycle, "page_url": product.page_url,
    }  # fmt: skip
    for prefix in ("aliases", "specifications", "productdocument_set", "media"):
        form |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    return form | changed


def test_a_name_that_is_edited_in_the_admin_is_locked(admin_client, catalogue):
    product = catalogue.product
    address = f"/admin/catalog/product/{product.pk}/change/"
    assert admin_client.post(address, form_of(product, name="Meridian")).status_code == 302
    product.refresh_from_db()
    assert product.name == "Meridian" and product.locks["name"]["by"] == "admin"
    assert [(change.field, str(change.user)) for change in Change.objects.all()] == [("name", "admin")]


def test_a_document_that_is_taken_away_in_the_admin_is_not_linked_again(admin_client, catalogue):
    product, link = catalogue.product, catalogue.product.productdocument_set.get(document=catalogue.manual)
    form = form_of(product)
    form |= {
        "productdocument_set-TOTAL_FORMS": 1, "productdocument_set-INITIAL_FORMS": 1,
        "productdocument_set-0-id": link.pk, "productdocument_set-0-product": product.pk,
        "productdocument_set-0-document": catalogue.manual.pk, "productdocument_set-0-title": "",
        "productdocument_set-0-order": 0, "productdocument_set-0-DELETE": "on",
    }  # fmt: skip
    assert admin_client.post(f"/admin/catalog/product/{product.pk}/change/", form).status_code == 302
    assert RejectedLink.objects.filter(product=product, document=catalogue.manual).exists()


def test_rows_are_hidden_and_changes_undone_by_actions(admin_client, admin_user, catalogue):
    chosen = {"action": "hide", "_selected_action": [catalogue.manual.pk]}
    admin_client.post("/admin/catalog/document/", chosen)
    assert Document.objects.get(pk=catalogue.manual.pk).hidden
    change = Change.objects.get()
    admin_client.post("/admin/catalog/change/", {"action": "undo", "_selected_action": [change.pk]})
    assert not Document.objects.get(pk=catalogue.manual.pk).hidden
    hide_product(catalogue.product, user=admin_user)
    assert admin_client.get("/admin/catalog/change/").status_code == 200


def test_new_documents_are_uploaded(admin_client, catalogue):
    assert admin_client.get("/admin/catalog/document/add/").url == "/staff/uploads/"
    assert admin_client.get("/admin/ingestion/upload/").status_code == 200


def test_no_file_takes_another_ones_place_unread(admin_client, catalogue):
    """Files come by the page of uploads, which looks what they are."""
    manual = catalogue.manual
    address = f"/admin/catalog/document/{manual.pk}/change/"
    form = {"brand": manual.brand_id, "kind": "manual", "state": "stored", "title": "Guide", "url": manual.url}
    told = form | {
        "file": SimpleUploadedFile("a.pdf", b"<script>"),
        "problem": "",
        "language": "en",
        "duplicate_of": "",
    }
    assert admin_client.post(address, told).status_code == 302
    manual.refresh_from_db()
    assert manual.title == "Guide" and not manual.file


@pytest.mark.parametrize(("name", "content"), [("a.png", claiming(30_000, 30_000)), ("a.tif", drawn("TIFF"))])
def test_a_products_picture_is_looked_at_as_a_logo_is(admin_client, catalogue, name, content):
    form = form_of(catalogue.product) | {
        "media-TOTAL_FORMS": 1, "media-0-product": catalogue.product.pk, "media-0-url": "https://lyra.example/1",
        "media-0-alt": "", "media-0-order": 0, "media-0-file": SimpleUploadedFile(name, content),
    }  # fmt: skip
    answered = admin_client.post(f"/admin/catalog/product/{catalogue.product.pk}/change/", form)
    assert answered.status_code == 200 and not Media.objects.exists()
