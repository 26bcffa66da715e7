"""The table of brands: saved, changed in a spreadsheet, looked at, and brought back as a whole."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from catalog.models import Brand
from ingestion.models import IngestionRun, RunState
from tests.people import staff_as

PAGE = "/staff/brand-table/"


@pytest.fixture
def desk(client, staff):
    client.force_login(staff)
    return client


def send(client, text, name="brands.csv"):
    sent = text if isinstance(text, bytes) else text.encode()
    return client.post(PAGE, {"table": SimpleUploadedFile(name, sent)})


def test_what_is_saved_and_brought_back_changes_nothing(desk, brand):
    Brand.objects.create(name="=Sum", slug="sum", exclude_patterns="/blog/\n/news,old/", extra_hosts="a.example")
    saved = desk.get(PAGE + "?as=csv").content
    assert b"'=Sum" in saved, "a spreadsheet would take it for a formula"
    page = send(desk, saved)
    assert page.status_code == 200 and "Nothing: all lines say what is so already." in page.text


def test_nothing_is_written_before_it_was_looked_at(desk, brand):
    text = "name;website;priority\nLumenhall;lumenhall.example;yes\nחדש;;no\n"
    page = send(desk, text.encode("utf-8-sig"))
    assert "https://lumenhall.example" in page.text and "Write 2 brands" in page.text
    assert Brand.objects.count() == 1 and not Brand.objects.get().priority
    assert desk.post(PAGE, {"text": text, "write": "1"}).status_code == 302
    brand.refresh_from_db()
    assert (brand.website, brand.priority, brand.slug) == ("https://lumenhall.example", True, "lumenhall")
    new = Brand.objects.get(name="חדש")
    assert new.slug and new.active and new.max_pages == 5000
    assert "CSV: website, priority" in desk.get(f"/admin/catalog/brand/{brand.pk}/history/").text


def test_each_wrong_line_is_named_and_nothing_of_the_table_is_written(desk, brand):
    text = (
        "name,max_pages,active,exclude_patterns,primary_color\nLumenhall,many,yes,,\nSecond,5,perhaps,,\n"
        "Third,5,yes,(,\nThird,5,yes,,\n,5,yes,,\nSixth,5,yes,,red\nSeventh,5,yes,,#aabbcc,more\nGood,5,yes,,#aabbcc\n"
    )
    page = send(desk, text)
    assert page.status_code == 422
    for number in range(2, 9):
        assert f"Line {number} (" in page.text
    assert "Line 9 (" not in page.text and 'name="write"' not in page.text
    assert desk.post(PAGE, {"text": text, "write": "1"}).status_code == 422
    assert list(Brand.objects.values_list("name", flat=True)) == ["Lumenhall"]


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "cannot be read"), ("a,b\n1,2\n", "names of the columns"), ("name,color\nX,red\n", "color"),
     (b"\x81\x8d\x8f", "cannot be read"), ("x" * 1_000_001, "larger")],
)  # fmt: skip
def test_what_is_no_table_of_brands_is_told(desk, brand, text, said):
    page = send(desk, text)
    assert page.status_code == 422 and said in page.text


def test_a_spreadsheets_hebrew_is_understood(desk, brand):
    assert "חליל" in send(desk, "name,priority\nחליל,כן\n".encode("cp1255")).text


def test_the_desks_columns_are_all_saved(desk, brand):
    rows = list(csv.reader(io.StringIO(desk.get(PAGE + "?as=csv").content.decode("utf-8-sig"))))
    assert rows[0][0] == "name" and rows[1][0] == "Lumenhall" and len(rows[0]) == len(rows[1]) == 13


def test_viewers_may_save_it_and_not_bring_it_back(client, brand):
    client.force_login(staff_as("viewer", name="vera"))
    assert client.get(PAGE).status_code == 200 and "Bring a table back" not in client.get(PAGE).text
    assert send(client, "name\nX\n").status_code == 403


def test_brands_are_archived_and_brought_back_together(admin_client, brand):
    run = IngestionRun.objects.create(brand=brand, start_url="http://x/")
    records = "/admin/catalog/brand/"
    assert PAGE in admin_client.get(records).text
    admin_client.post(records, {"action": "archive", "_selected_action": [brand.pk]})
    brand.refresh_from_db()
    run.refresh_from_db()
    assert not brand.active and run.state == RunState.CANCELLED
    admin_client.post(records, {"action": "bring_back", "_selected_action": [brand.pk]})
    brand.refresh_from_db()
    assert brand.active
