"""The query log: what is kept of a search, for how long, and what staff make of it."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from playwright.sync_api import Page, expect

from halilit.console import insight
from rag.models import LoggedSearch, SearchSynonym
from tests.installation import wait_until
from tests.people import staff_as

from .manuals import build
from .site import Site


@pytest.fixture
def library(db):
    return build()


@pytest.fixture
def staff(db) -> Client:
    client = Client()
    client.force_login(staff_as())
    return client


def note_of(client: Client, address: str) -> str:
    found = re.search(r'name="note" value="([^"]+)"', client.get(address).text)
    assert found, "the page says what it found"
    return found[1]


def test_a_search_is_kept_once_with_what_came_of_it(client: Client, library):
    note = note_of(client, "/search/?q=Tremor+49+weight&kind=manual")
    for _ in range(2):
        assert client.post("/search/log/", {"note": note}).status_code == 204
    kept = LoggedSearch.objects.get()
    assert (kept.text, kept.language, kept.filters, kept.clicks) == ("Tremor 49 weight", "en", {"kind": "manual"}, 0)
    assert kept.results > 0


def test_clicks_are_counted_and_the_last_place_is_kept_without_its_query(client: Client, library):
    note = note_of(client, "/search/?q=Tremor+49+weight")
    client.post("/search/log/", {"note": note, "to": "/documents/1/"})
    client.post("/search/log/", {"note": note, "to": "/documents/2/?mail=a@b.example#page-3"})
    kept = LoggedSearch.objects.get()
    assert (kept.clicks, kept.clicked) == (2, "/documents/2/")


@pytest.mark.parametrize("note", ["", "forged", "eyJxIjoiYSJ9:1abc:def"])
def test_what_no_page_said_is_not_kept(client: Client, db, note):
    assert client.post("/search/log/", {"note": note}).status_code == 400
    assert not LoggedSearch.objects.exists()


def test_nothing_of_the_visitor_is_kept(client: Client, library):
    client.post("/search/log/", {"note": note_of(client, "/search/?q=weight")}, REMOTE_ADDR="203.0.113.9")
    names = {field.name for field in LoggedSearch._meta.get_fields()}
    assert names == {
        "key",
        "text",
        "language",
        "filters",
        "results",
        "clicks",
        "clicked",
        "milliseconds",
        "searched_at",
    }
    assert "203.0.113.9" not in str(LoggedSearch.objects.values().get())


def test_old_searches_go_with_the_next_one(client: Client, library, settings):
    settings.SEARCH_LOG_DAYS = 30
    LoggedSearch.objects.create(key="old", text="long ago")
    LoggedSearch.objects.update(searched_at=timezone.now() - timedelta(days=31))
    client.post("/search/log/", {"note": note_of(client, "/search/?q=weight")})
    assert [row.text for row in LoggedSearch.objects.all()] == ["weight"]


def test_with_no_days_nothing_is_logged(client: Client, library, settings):
    settings.SEARCH_LOG_DAYS = 0
    assert 'name="note"' not in client.get("/search/?q=weight").text


def test_visitors_do_not_see_the_log(client: Client, db):
    assert client.get("/staff/searches/").status_code == 302
    assert client.post("/staff/searches/synonym/", {"term": "a", "means": "b"}).status_code == 302
    assert not SearchSynonym.objects.filter(term="a").exists()


def test_a_failed_search_becomes_a_synonym_that_finds(client: Client, staff: Client, library):
    assert client.get("/search/?q=zugzwang").context["found"]["total"] == 0
    for _ in range(2):
        client.post("/search/log/", {"note": note_of(client, "/search/?q=Zugzwang")})
    page = staff.get("/staff/searches/")
    assert "zugzwang" in page.text and "2 times" in page.text
    told = staff.post("/staff/searches/synonym/", {"term": "zugzwang", "means": "factory settings"}, follow=True)
    assert "also finds" in told.text
    assert client.get("/search/?q=zugzwang").context["found"]["total"] > 0
    assert "2 times" not in staff.get("/staff/searches/").text


def test_failed_searches_are_offered_the_names_that_they_look_like_read_once(staff: Client, library):
    texts = ["karmell-audiio", "zugzwang", "tremorr 49"]
    LoggedSearch.objects.bulk_create(LoggedSearch(key=text, text=text, language="en") for text in texts)
    with CaptureQueriesContext(connection) as asked:
        page = staff.get("/staff/searches/").text
    assert 'value="Karmel Audio"' in page and 'value="Tremor 49"' in page
    assert sum("DISTINCT" in query["sql"] for query in asked) == 1, "the names of products"


def test_insight_shows_the_failed_searches_of_the_time_and_words_asked_for(db):
    for text, days in (("zwoyboard", 1), ("zwoyboard", 20), ("qwobble", 1)):
        row = LoggedSearch.objects.create(key=f"{text}{days}", text=text, language="en", results=0)
        LoggedSearch.objects.filter(pk=row.pk).update(searched_at=timezone.now() - timedelta(days=days))
    shown = insight.failed({"days": 7, "language": "", "brand": None, "q": "board"})
    assert [(one.text, one.times) for one in shown] == [("zwoyboard", 1)]


def test_a_synonym_that_is_there_gets_the_new_meaning_too(staff: Client, library):
    SearchSynonym.objects.create(term="zugzwang", synonyms="reset", language="en", active=False)
    staff.post("/staff/searches/synonym/", {"term": "Zugzwang", "means": "factory settings"})
    row = SearchSynonym.objects.get(term="zugzwang")
    assert row.active and row.synonyms.split("\n") == ["reset", "factory settings"]


def test_a_synonym_without_a_meaning_is_refused(staff: Client, db):
    told = staff.post("/staff/searches/synonym/", {"term": "zugzwang", "means": ""}, follow=True)
    assert "Nothing was added" in told.text


def test_what_nobody_opened_and_everything_can_be_looked_through(staff: Client, library):
    LoggedSearch.objects.create(key="a", text="opened", language="en", results=3, clicks=1, clicked="/documents/1/")
    LoggedSearch.objects.create(key="b", text="left alone", language="he", results=3)
    unopened = staff.get("/staff/searches/?view=unopened").text
    assert "left alone" in unopened and ">opened<" not in unopened
    everything = staff.get("/staff/searches/?view=all&language=en").text
    assert "/documents/1/" in everything and "left alone" not in everything


@pytest.mark.browser
def test_a_search_that_one_stays_at_is_logged_and_so_is_the_click(site: Site, page: Page):
    page.goto(f"{site.base}/search/")
    with page.expect_response("**/search/log/"):
        page.keyboard.type("tremor weight")
        expect(page.locator("#results a.snippet").first).to_be_visible()
    page.locator("#results a.snippet").first.click()
    page.wait_for_url("**/documents/**")
    kept = "select text, clicks from rag_loggedsearch"
    wait_until(lambda: ("tremor weight", 1) in site.installation.rows(kept), 30, "the click is kept")
