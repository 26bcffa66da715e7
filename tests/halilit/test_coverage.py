"""The ledger says what each product has and lacks, and what can be done about it."""

import csv
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog import absences
from catalog.coverage import Found, ledger
from catalog.models import Brand, Change, Document, Expectation, Product, ProductDocument
from catalog.undoing import undo
from halilit.coverage.demand import demand
from halilit.models import ApiToken
from ingestion.extract.records import ProductRecord
from ingestion.models import FrontierUrl
from ingestion.products import save_product
from rag.models import Answer, Conversation, LoggedSearch
from tests.people import staff_as

pytestmark = pytest.mark.django_db


@pytest.fixture
def brand():
    return Brand.objects.create(name="Tonewerk", slug="tonewerk", website="https://tonewerk.example/")


@pytest.fixture
def dana(client: Client):
    dana = staff_as()
    client.force_login(dana)
    return dana


def a_product(brand: Brand, name: str, family: str = "") -> Product:
    url = f"https://tonewerk.example/{name.lower().replace(' ', '-')}"
    return save_product(brand=brand, url=url, record=ProductRecord(name=name, family=family))[0]


def a_paper(product: Product, kind: str = "manual", language: str = "en", **values) -> Document:
    values = {"state": "stored", "title": f"{product.name} {kind}", "languages": language} | values
    number = Document.objects.count()
    document = Document.objects.create(
        brand=product.brand, kind=kind, url=f"https://tonewerk.example/{number}.pdf", language=language[:2], **values
    )
    ProductDocument.objects.create(product=product, document=document)
    return document


def states(brand: Brand, product: Product) -> set[tuple[str, str, str]]:
    row = next(row for row in ledger(brand).rows if row.product.pk == product.pk)
    return {(cell.kind, cell.language, str(cell.state)) for cells in row.cells.values() for cell in cells}


def test_each_state_is_told(brand):
    names = ("Tone 1", "Tone 2", "Tone 3", "Tone 4", "Tone 5")
    there, failed, gone, linked, without = (a_product(brand, name) for name in names)
    a_paper(there)
    a_paper(failed, state="failed", problem="The PDF is broken: it may have been cut off.")
    a_paper(gone, gone_since=timezone.now())
    a_paper(linked, state="linked")
    found = [next(iter(states(brand, product)))[2] for product in (there, failed, gone, linked, without)]
    assert found == [Found.HAVE, Found.FAILED, Found.GONE, Found.UNREAD, Found.MISSING]
    assert dict(ledger(brand).totals) == dict.fromkeys(found, 1)


def test_what_the_siblings_have_is_expected_and_what_they_do_without_is_not(brand):
    amps = [a_product(brand, f"Amp {n}", "Amplifiers") for n in range(4)]
    cables = [a_product(brand, f"Cable {n}", "Cables") for n in range(6)]
    for amp in amps[:3]:
        a_paper(amp)
        a_paper(amp, "datasheet")
    assert states(brand, amps[3]) == {("manual", "", "missing"), ("datasheet", "", "missing")}
    assert states(brand, cables[0]) == set()
    cell = next(row for row in ledger(brand).rows if row.product.pk == amps[3].pk).cells["datasheet"][0]
    assert cell.expected == "3 of 4 in its family have one"


def test_staff_decide_otherwise_for_a_brand(brand):
    product = a_product(brand, "Tone 1")
    absences.expect(brand, kind="manual", rule="never")
    absences.expect(brand, kind="safety", rule="always")
    assert states(brand, product) == {("safety", "", "missing")}
    absences.expect(brand, kind="manual")
    assert not Expectation.objects.filter(kind="manual").exists()


def test_a_language_that_most_have_is_lacking_where_it_is_not(brand):
    products = [a_product(brand, f"Tone {n}") for n in range(4)]
    for product in products[:3]:
        a_paper(product, language="en,he")
    a_paper(products[3], language="en")
    assert states(brand, products[3]) == {("manual", "", "have"), ("manual", "he", "missing")}
    absences.expect(brand, kind="manual", languages="en,de")
    assert ("manual", "de", "missing") in states(brand, products[0])


def test_a_mark_survives_scrapes_says_who_and_can_be_undone(brand, dana):
    product = a_product(brand, "Tone 1")
    absences.mark_absent(product, kind="manual", user=dana)
    for _ in range(10):
        a_product(brand, "Tone 1")
    assert states(brand, product) == {("manual", "", "absent")}
    change = Change.objects.get(kind="absent")
    assert change.user == dana
    undo(change, user=dana)
    assert states(brand, product) == {("manual", "", "missing")}


def test_what_people_ask_for_comes_first(brand):
    first, second = a_product(brand, "AB 100"), a_product(brand, "ZX 200")
    talk = Conversation.objects.create()
    Answer.objects.create(conversation=talk, question="Where is it?", product=first)
    for _ in range(2):
        Answer.objects.create(conversation=talk, question="How do I reset the ZX-200?", abstained=True)
    assert demand() == {first.pk: 1, second.pk: 4}
    searched = [("ab 100 manual", {}, 3, 1), ("ab100", {}, 0, 0), ("reset", {"product": str(second.pk)}, 2, 1)]
    for number, (text, filters, results, clicks) in enumerate(searched):
        LoggedSearch.objects.create(key=str(number), text=text, filters=filters, results=results, clicks=clicks)
    assert demand() == {first.pk: 4, second.pk: 5}
    assert [row.product.name for row in ledger(brand, demand=demand()).rows] == ["ZX 200", "AB 100"]


def test_the_queries_do_not_grow_with_the_products(brand, client, dana):
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get("/staff/coverage/tonewerk/").status_code == 200
        return len(queries)

    a_paper(a_product(brand, "Tone 1", "Amps"))
    few = count()
    for n in range(2, 30):
        a_paper(a_product(brand, f"Tone {n}", "Amps"))
    assert count() == few


def test_a_gap_is_marked_on_the_page_without_scripts(brand, client, dana):
    product = a_product(brand, "Tone 1")
    page = client.get("/staff/coverage/tonewerk/?kind=manual&state=gap")
    assert "Tone 1" in page.text and "Does not exist" in page.text
    values = {"product": product.pk, "kind": "manual", "language": "", "next": "/staff/coverage/tonewerk/"}
    page = client.post("/staff/coverage/mark/", values, follow=True)
    assert "is marked as not existing" in page.text and "It does exist" in page.text
    page = client.post("/staff/coverage/mark/", values | {"undo": "1"}, follow=True)
    assert "is looked for again" in page.text and "Does not exist" in page.text


def test_a_gap_has_its_page_visited_again_without_the_whole_site(brand, client, dana):
    one = a_product(brand, "Tone 1")
    shown = client.get("/staff/coverage/tonewerk/").content.decode()
    assert "Visit its page again" in shown
    answer = client.post("/staff/coverage/tonewerk/visit/", {"product": one.pk}, follow=True)
    assert "Tone 1: its page and the documents there are read again" in answer.content.decode()
    run = brand.runs.get()
    assert run.only == ["https://tonewerk.example/tone-1"]
    assert "of one page alone" in client.get(f"/staff/runs/{run.pk}/").content.decode()
    others = a_product(Brand.objects.create(name="Other", slug="other"), "Other 1")
    for product in ("gone", others.pk):
        answer = client.post("/staff/coverage/tonewerk/visit/", {"product": product}, follow=True)
        assert "That product is no longer there" in answer.content.decode()


def test_the_overview_sets_what_was_found_against_what_was_read(brand, client, dana):
    a_paper(a_product(brand, "Tone 1"))
    a_product(brand, "Tone 2")
    for name, state in (("a", "stored"), ("b", "failed"), ("c", "queued")):
        FrontierUrl.objects.create(brand=brand, url=f"https://t/{name}.pdf", key=name, kind="document", state=state)
    page = client.get("/staff/coverage/")
    assert page.status_code == 200
    line = page.context["lines"][0]
    assert (line.products, line.without_manual, line.percent) == (2, 1, 50)
    assert (line.known, line.read, line.failed) == (3, 1, 1)


def test_the_table_and_the_letter_name_what_is_lacking(brand, client, dana):
    a_product(brand, "=Tone 1")
    rows = list(csv.reader(io.StringIO(client.get("/staff/coverage.csv?brand=tonewerk").text.lstrip("\ufeff"))))
    assert rows[1][:2] == ["Tonewerk", "'=Tone 1"] and rows[1][6] == "missing"
    letter = client.get("/staff/coverage/tonewerk/letter/", headers={"accept-language": "he"})
    assert (
        "- =Tone 1: manual – we could not find one" in letter.text
        and "mailto:?subject=Missing%20product" in letter.text
    )
    saved = client.get("/staff/coverage/tonewerk/letter/?as=text")
    assert saved["Content-Disposition"].startswith("attachment") and "Dear colleagues" in saved.text


def test_programs_read_it_with_a_token(brand, client):
    a_product(brand, "Tone 1")
    assert client.get("/api/coverage?brand=tonewerk").status_code == 401
    access = ApiToken(name="reports", scopes=["read"])
    token = access.renew()
    access.save()
    found = client.get("/api/coverage?brand=tonewerk", headers={"authorization": f"Bearer {token}"}).json()
    assert (found["count"], found["products"], found["with_manual"]) == (1, 1, 0)
    assert found["items"][0]["state"] == "missing" and found["items"][0]["kind"] == "manual"


@pytest.mark.parametrize("address", ["", "tonewerk/", "tonewerk/letter/"])
def test_visitors_are_sent_to_log_in(brand, client, address):
    assert client.get(f"/staff/coverage/{address}").status_code == 302
