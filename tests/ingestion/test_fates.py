"""Every URL has a fate: what became of it, at which stage, why, and what it cost; and the sums always agree."""

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.extra.django import TestCase

from catalog.models import Brand, Document
from ingestion import frontier, losses, progress
from ingestion.addresses import same_page_key
from ingestion.errors import ServerError
from ingestion.extract.records import DocumentLink, Extraction, ProductRecord
from ingestion.fates import Stage
from ingestion.frontier import Found, Known
from ingestion.intake import note_failed_before
from ingestion.models import FrontierUrl, IngestionRun, IngestionStatus, IngestLog, UrlState
from ingestion.reasons import SENTENCES, STAGES, reason_of, recognised, told, why

from .scrapes import scrape
from .site import page, pdf


def test_a_reason_is_its_sentence_and_knows_more():
    reason = why("rendered", why=why("little_text", characters=40))
    assert reason == "Read in the browser: it has 40 characters without scripts."
    assert (reason.code, reason.stage) == ("rendered", "render")
    hebrew = {
        "Read in the browser: %(why)s.": "נקרא בדפדפן: %(why)s.",
        "it has %(characters)s characters without scripts": "יש בו %(characters)s תווים בלי סקריפטים",
    }
    said = told(reason.code, reason.stored, reason, lambda sentence: hebrew.get(sentence, sentence))
    assert said == "נקרא בדפדפן: יש בו 40 תווים בלי סקריפטים."


@pytest.mark.parametrize("sentence", ["robots.txt forbids it.", "The PDF is locked with a password."])
def test_fixed_sentences_have_their_code_whoever_writes_them(sentence):
    assert reason_of(sentence).code in ("robots", "locked") and reason_of("Whatever else.").code == "other"


@pytest.mark.parametrize(
    "reason",
    [
        why("too_large", megabytes=250),
        why("unreachable_because", host="tone.example", problem="All connection attempts failed"),
        why("moved_out", url="https://tone.example/a", why=why("private", host="x.example", address="10.0.0.1")),
        why("browser_failed", why=why("little_text", characters=40), problem=why("not_ready")),
        why("nothing_read", url="https://tone.example/", why=why("refused", status=403)),
        why("robots"),
    ],
    ids=lambda reason: reason.code,
)
def test_a_sentence_that_was_stored_alone_is_told_like_one_that_was_stored_with_its_details(reason):
    found = recognised("".join(reason))
    by_words, by_details = (told(one.code, one.stored, one, "«{}»".format) for one in (found, reason))
    assert by_words == by_details != reason


def test_stages_are_the_same_for_reasons_and_rows():
    assert set(STAGES) == set(Stage.values) == set(SENTENCES)


def test_what_was_written_under_a_code_that_is_gone_stays_readable():
    assert told("no_such_code", {}, "As it was.", str) == told("too_large", {}, "As it was.", str) == "As it was."


@pytest.mark.django_db(transaction=True)
def test_rows_and_log_name_stage_status_time_and_bytes(site, brand):
    site.answers |= {
        "/": page("Home", "".join(f'<a href="{path}">{path}</a>' for path in ("/a", "/b", "/gone", "/private/x", "/l.pdf", "/f.pdf", "/g.pdf"))),
        "/a": page("Page A"), "/b": page("Page B", head='<link rel=canonical href="/a">'),
        "/l.pdf": (200, {"Content-Type": "application/pdf"}, b"%PDF-1.7 cut off"),
        "/f.pdf": pdf("A manual"), "/g.pdf": pdf("A manual"),
    }  # fmt: skip
    scrape(brand)
    fates = {
        row.url.removeprefix(site.base): (row.state, row.stage, row.code, row.http_status)
        for row in FrontierUrl.objects.all()
    }
    assert fates["/a"] == ("stored", "store", "read_as", 200)
    assert fates["/b"] == ("duplicate", "store", "same_page", 200)
    assert fates["/gone"] == ("failed", "fetch", "missing", 404)
    assert fates["/private/x"] == ("skipped", "robots", "robots", None)
    assert fates["/l.pdf"] == ("failed", "read", "broken", 200)
    copies = {path: row for path, row in fates.items() if path in ("/f.pdf", "/g.pdf")}
    assert sorted(state for state, *_ in copies.values()) == ["duplicate", "stored"]
    for row in (*FrontierUrl.objects.filter(state="duplicate"), *IngestLog.objects.filter(outcome="duplicate")):
        assert row.duplicate_of in (f"{site.base}/a", f"{site.base}/f.pdf", f"{site.base}/g.pdf")
    assert all(entry.size > 0 for entry in IngestLog.objects.filter(outcome="success"))
    assert IngestLog.objects.get(url=f"{site.base}/l.pdf").size == 16


EVENTS = st.lists(
    st.tuples(st.sampled_from(["add", "claim", "store", "fail", "again", "recover", "report"]), st.integers(0, 20)),
    max_size=40,
)


class Sums(TestCase):
    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    @given(EVENTS)
    def test_found_is_waiting_and_processed_whatever_happens(self, events):
        brand = Brand.objects.create(name="Sums", slug="sums", website="http://sums.example")
        run = IngestionRun.objects.create(brand=brand, start_url=brand.website)
        lease = run.acquire("host", 1) or ""
        progress.begin_status(run)
        percent = found = 0
        for what, number in events:
            happens(run, lease, what, number)
            counted = progress.report(run, step="fetch")
            assert counted["discovered"] == counted["waiting"] + counted["processed"] == run.urls.count()
            assert counted["processed"] == sum(counted[state] for state in frontier.DONE)
            status = IngestionStatus.objects.get(brand=brand)
            assert (status.percent, status.urls_discovered) >= (percent, found) and status.percent <= 99
            percent, found = status.percent, status.urls_discovered
            assert not FrontierUrl.objects.filter(state=UrlState.FAILED, reason="").exists()


def happens(run: IngestionRun, lease: str, what: str, number: int) -> None:
    busy = run.urls.filter(state=UrlState.FETCHING).order_by("pk").first()
    if what == "add":
        skip = why("excluded") if number % 5 == 0 else ""
        frontier.add(run, [Found(f"http://sums.example/{number}/{n}", skip_reason=skip) for n in range(3)], Known(run))
    elif what == "claim":
        frontier.claim(run, lease, number)
    elif what == "recover":
        losses.recover(run)
    elif busy is not None and what == "store":
        progress.note(run, busy, UrlState.STORED, reason=why("read_as", kind="page"))
    elif busy is not None and what == "fail":
        progress.note(run, busy, UrlState.FAILED, reason=why("missing"))
    elif busy is not None and what == "again":
        frontier.put_back(busy, ServerError(why("server_error", status=500), status=500))


@pytest.mark.django_db
def test_a_document_that_failed_before_a_product_named_it_has_failed(brand):
    run = IngestionRun.objects.create(brand=brand, start_url=f"{brand.website}")
    for name, state in (("lost", UrlState.FAILED), ("waiting", UrlState.QUEUED)):
        url = f"https://tonewerk.example/{name}.pdf"
        FrontierUrl.objects.create(brand=brand, run=run, url=url, key=same_page_key(url), state=state, reason="Gone.")
        Document.objects.create(brand=brand, url=url, title=name)
    links = tuple(
        DocumentLink(url=row.url, title=row.title, kind="manual", language="", certain=True)
        for row in Document.objects.all()
    )
    named = ProductRecord(name="One", documents=links)
    note_failed_before(run, Extraction(title="One", kind="product", language="en", text="", product=named))
    found = {row.title: (row.state, row.problem) for row in Document.objects.all()}
    assert found == {"lost": ("failed", "Gone."), "waiting": ("linked", "")}
