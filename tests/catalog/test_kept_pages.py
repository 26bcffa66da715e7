"""Pages that are kept ready for visitors: never older than what they show, never somebody else's."""

import os
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import User
from django.core.cache import caches
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import connection, connections, transaction
from django.db.models import CheckConstraint, Q
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import Brand, Document, Media, Product, ProductAlias, ProductDocument, ProductFamily, Specification
from halilit.face import editions, kept
from halilit.face.pages import TOKEN
from rag.care import DocumentQuestions
from rag.index import fingerprint
from rag.models import CuratedAnswer, IndexedDocument

from .conftest import Catalogue, add_manual, add_product

PRODUCT = "/products/lyra/meridian-61/"
FAMILY = "/brands/lyra/families/keyboards/"
PAGES = ["/", "/brands/lyra/", FAMILY, PRODUCT]
# Read besides: what is asked often, which changes with time and not with a write.
ASKED_OFTEN = {"rag_answer"}


@pytest.fixture(autouse=True)
def nothing_is_kept_yet(db):
    caches["pages"].clear()


def asked_of_the_catalogue(client: Client, address: str) -> int:
    """How many statements a page costs besides the one for its edition."""
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len([each for each in asked.captured_queries if editions.TABLE not in each["sql"]])


@pytest.mark.parametrize("address", PAGES)
def test_a_page_that_was_opened_before_asks_the_database_for_its_edition_alone(client, catalogue, address):
    assert asked_of_the_catalogue(client, address) > 2
    first = TOKEN.sub(b"", client.get(address).content)
    assert asked_of_the_catalogue(client, address) == 0
    assert TOKEN.sub(b"", client.get(address).content) == first


@pytest.mark.parametrize("address", PAGES)
def test_every_table_that_a_kept_page_reads_is_watched(client, catalogue, address):
    Media.objects.create(product=catalogue.product, url="https://lyra.example/1.jpg")
    ProductAlias.objects.create(product=catalogue.product, name="M61", key="m61")
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    read = {table for each in asked.captured_queries for table in re.findall(r'(?:FROM|JOIN) "(\w+)"', each["sql"])}
    assert "catalog_brand" in read
    assert read - ASKED_OFTEN <= editions.WATCHED.keys()


def rename(catalogue: Catalogue) -> None:
    Product.objects.filter(pk=catalogue.product.pk).update(name="Meridian 62")


def one_more_value(catalogue: Catalogue) -> None:
    Specification.objects.bulk_create([Specification(product=catalogue.product, label="Width", value="94 cm")])


def another_value(catalogue: Catalogue) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_specification SET value = '6.9 kg'")


def one_value_less(catalogue: Catalogue) -> None:
    catalogue.product.specifications.all().delete()


def one_more_alias(catalogue: Catalogue) -> None:
    alias = ProductAlias(product=catalogue.product, name="M61", key="m61")
    ProductAlias.objects.bulk_create([alias], ignore_conflicts=True)


def one_more_picture(catalogue: Catalogue) -> None:
    Media.objects.create(product=catalogue.product, url="https://lyra.example/1.jpg", file="1.jpg", width=9, height=9)


def one_paper_less(catalogue: Catalogue) -> None:
    ProductDocument.objects.filter(document=catalogue.manual).delete()


def another_title(catalogue: Catalogue) -> None:
    catalogue.manual.title = "Meridian Reference"
    catalogue.manual.save()


def withdrawn(catalogue: Catalogue) -> None:
    catalogue.product.documents.update(hidden=True)


def another_family(catalogue: Catalogue) -> None:
    ProductFamily.objects.update(name="Synthesizers")


def another_brand_name(catalogue: Catalogue) -> None:
    Brand.objects.update(name="Lyra")


def questions_that_a_manual_answers(catalogue: Catalogue) -> None:
    state = fingerprint(Document.objects.get(pk=catalogue.manual.pk))
    IndexedDocument.objects.create(document=catalogue.manual, fingerprint=state)
    made = {"en": ["How do I reset it?"], "he": []}
    DocumentQuestions.objects.create(document=catalogue.manual, fingerprint=state, questions=made)


def an_answer_of_staff(catalogue: Catalogue) -> None:
    CuratedAnswer.objects.create(question="Is it loud?", answer="It is.", language="en", product=catalogue.product)


CHANGES = [rename, one_more_value, another_value, one_value_less, one_more_alias, one_more_picture, one_paper_less]
CHANGES += [
    another_title,
    withdrawn,
    another_family,
    another_brand_name,
    an_answer_of_staff,
    questions_that_a_manual_answers,
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_whatever_a_page_shows_it_is_made_anew_once_that_changes(
    client, catalogue, change: Callable[[Catalogue], None]
):
    before = TOKEN.sub(b"", client.get(PRODUCT).content)
    change(catalogue)
    after = TOKEN.sub(b"", client.get(PRODUCT).content)
    caches["pages"].clear()
    assert before != after == TOKEN.sub(b"", client.get(PRODUCT).content)


def test_a_product_that_is_hidden_is_gone_at_once(client, catalogue):
    assert client.get(PRODUCT).status_code == 200
    Product.objects.update(hidden=True)
    assert client.get(PRODUCT).status_code == 404
    assert "Meridian" not in client.get(FAMILY).text


def test_a_product_that_goes_to_another_brand_leaves_the_pages_of_the_first(client, catalogue):
    other = Brand.objects.create(name="Vega", slug="vega")
    assert "Meridian" in client.get("/brands/lyra/").text and "Meridian" not in client.get("/brands/vega/").text
    Product.objects.update(brand=other, family=None)
    assert "Meridian" not in client.get("/brands/lyra/").text and "Meridian" in client.get("/brands/vega/").text


def test_what_happens_to_one_brand_leaves_the_pages_of_others_but_not_the_home_page(client, catalogue):
    client.get(PRODUCT), client.get("/")
    other = Brand.objects.create(name="Vega", slug="vega")
    add_manual(add_product(other, "Vega 1", "vega-1"), "Vega Guide", ["text"])
    assert asked_of_the_catalogue(client, PRODUCT) == 0
    assert "Vega Guide" in client.get("/").text


@pytest.mark.parametrize("linked", ["itself", "a copy"])
def test_a_document_of_another_brand_is_shown_as_it_is_now(client, catalogue, linked):
    vega = Brand.objects.create(name="Vega", slug="vega")
    guide = Document.objects.create(brand=vega, title="Vega Guide", url="https://vega.example/1.pdf", state="stored")
    copy = Document.objects.create(
        brand=vega, title="Vega Copy", url="https://vega.example/2.pdf", state="duplicate", duplicate_of=guide
    )
    link = ProductDocument.objects.create(product=catalogue.product, document=guide if linked == "itself" else copy)
    assert "Vega Guide" in client.get(PRODUCT).text
    Document.objects.filter(pk=guide.pk).update(title="Vega Reference")
    assert "Vega Reference" in client.get(PRODUCT).text
    Document.objects.filter(pk=link.document_id).delete()
    assert "Vega Reference" not in client.get(PRODUCT).text


def test_a_page_that_is_made_while_its_brand_changes_is_not_handed_out_again(client, catalogue, monkeypatch):
    from catalog import queries

    read = queries.papers_of

    def read_and_then_changed(product):
        found = read(product)
        monkeypatch.setattr(queries, "papers_of", read)
        ProductDocument.objects.all().delete()
        return found

    monkeypatch.setattr(queries, "papers_of", read_and_then_changed)
    assert "Meridian 61 User Guide" in client.get(PRODUCT).text
    assert "Meridian 61 User Guide" not in client.get(PRODUCT).text


def test_what_was_undone_leaves_no_page_behind(client, catalogue):
    with transaction.atomic():
        rename(catalogue)
        assert "Meridian 62" in client.get(PRODUCT).text
        transaction.set_rollback(True)
    assert "Meridian 62" not in client.get(PRODUCT).text
    Product.objects.update(name="Meridian 63")
    assert "Meridian 63" in client.get(PRODUCT).text


def test_staff_see_their_own_page_and_leave_none_of_it_to_visitors(client, catalogue):
    staff = Client()
    staff.force_login(User.objects.create_superuser("dana", password="x"))
    client.get(PRODUCT)
    form = f"/staff/products/{catalogue.product.pk}/correct/"
    assert form in staff.get(PRODUCT).text
    caches["pages"].clear()
    staff.get(PRODUCT)
    assert form not in client.get(PRODUCT).text


def test_each_visitor_gets_forms_of_his_own(catalogue):
    first, second = (Client(enforce_csrf_checks=True) for _ in range(2))
    first.get(PRODUCT)
    page = second.get(PRODUCT)  # the kept one
    tokens = re.findall(r'csrfmiddlewaretoken" value="(\w{64})"', page.text)
    assert tokens
    given = {"theme": "dark", "next": "/", "csrfmiddlewaretoken": tokens[0]}
    assert second.post("/preferences/theme/", given).status_code == 302
    assert first.post("/preferences/theme/", given).status_code == 403
    assert re.search(r'X-CSRFToken": "\w{64}"', page.text)


def test_language_appearance_and_host_have_pages_of_their_own(client, catalogue, settings):
    settings.ALLOWED_HOSTS = ["testserver", "support.example"]
    client.get(PRODUCT)
    assert '<html lang="he" dir="rtl">' in client.get("/he" + PRODUCT).text
    assert "support.example" in client.get(PRODUCT, headers={"host": "support.example"}).text
    client.cookies[settings.THEME_COOKIE_NAME] = "dark"
    assert 'data-theme="dark"' in client.get(PRODUCT).text
    for nonsense in ("sepia", "grey"):
        client.cookies[settings.THEME_COOKIE_NAME] = nonsense
        client.get(PRODUCT)
    assert asked_of_the_catalogue(client, PRODUCT) == 0  # no more pages than there are appearances


def test_an_address_with_a_query_and_a_page_that_is_not_there_are_not_kept(client, catalogue):
    for address, status in (("/brands/lyra/?page=1", 200), ("/brands/nobody/", 404), (PRODUCT + "?x=1", 200)):
        for _ in range(2):
            assert client.get(address).status_code == status
        if status == 200:
            assert asked_of_the_catalogue(client, address) > 0


def test_an_unchanged_page_is_not_sent_a_second_time(client, catalogue):
    client.get(PRODUCT)
    page = client.get(PRODUCT)
    assert client.get(PRODUCT, headers={"if-none-match": page.headers["ETag"]}).status_code == 304
    assert client.head(PRODUCT).headers["ETag"] == page.headers["ETag"]


def test_another_release_makes_pages_of_its_own(client, catalogue, monkeypatch):
    client.get(PRODUCT)
    monkeypatch.setattr(kept, "release", lambda: "another")
    assert asked_of_the_catalogue(client, PRODUCT) > 0


def test_who_writes_a_template_sees_what_he_wrote(client, catalogue, settings, tmp_path):
    settings.DEBUG, settings.BASE_DIR = True, tmp_path
    template = tmp_path / "templates" / "page.html"
    template.parent.mkdir()
    template.write_text("Written")
    client.get(PRODUCT)
    assert asked_of_the_catalogue(client, PRODUCT) == 0
    os.utime(template, ns=(1, 1))
    assert asked_of_the_catalogue(client, PRODUCT) > 0


def test_no_page_is_kept_where_the_setting_says_so(client, catalogue, settings):
    settings.PAGES_KEPT_SECONDS = 0
    client.get(PRODUCT)
    assert asked_of_the_catalogue(client, PRODUCT) > 0


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_two_that_write_the_same_brand_do_not_wait_for_each_other(client, catalogue):
    before = editions.of_brand("lyra")
    with ThreadPoolExecutor(1) as other, transaction.atomic():
        rename(catalogue)
        other.submit(ProductFamily.objects.update, name="Synthesizers").result(10)
        between = other.submit(editions.of_brand, "lyra").result(10)
        other.submit(connections.close_all).result(10)
    after = editions.of_brand("lyra")
    Brand.objects.update(name="Lyra")
    assert len({before, between, after, editions.of_brand("lyra")}) == 4


@pytest.mark.django_db(transaction=True)
def test_a_migration_may_make_watched_tables_anew_and_no_page_from_before_is_kept(client):
    brand = Brand.objects.create(name="Lyra", slug="lyra")
    before = editions.of_brand("lyra")
    emit_pre_migrate_signal(verbosity=0, interactive=False, db="default")
    with connection.schema_editor() as editor:
        for model in (Brand, Product, Document):
            constraint = CheckConstraint(condition=Q(pk__gt=0), name=f"number_of_{model._meta.model_name}")
            editor.add_constraint(model, constraint)
            editor.remove_constraint(model, constraint)
    Brand.objects.filter(pk=brand.pk).update(name="Lyra & Söhne")
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    between = editions.of_brand("lyra")
    Brand.objects.filter(pk=brand.pk).update(name="Lyra")
    assert len({before, between, editions.of_brand("lyra")}) == 3
