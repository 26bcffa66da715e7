"""Whole runs in this process, against a site on loopback."""

import errno
import io
import shutil

import pytest
from PIL import Image

from catalog.models import Document, DocumentState, Media, Product
from catalog.signals import documents_changed
from halilit.ops.bucket import BucketError
from ingestion import services
from ingestion.errors import NotKept, RunRefused
from ingestion.models import FrontierUrl, IngestionRun, IngestionStatus, IngestLog, RunState
from ingestion.work import work_slice

from .scrapes import scrape, states, to_its_end
from .site import page, pdf

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("impatient")]


SPECS = "<table><tr><td>Weight</td><td>3 kg</td></tr><tr><td>Power</td><td>300 W</td></tr><tr><td>Inputs</td><td>2</td></tr></table>"


def test_a_site_is_read_from_its_start_to_its_manuals(site, brand):
    site.answers["/"] = page("Home", '<a href="/products/tone-300">Tone 300</a>')
    site.answers["/products/tone-300"] = page("Tone 300", f'{SPECS}<a href="/f/tone.pdf">Owner\'s manual</a>')
    site.answers["/f/tone.pdf"] = pdf("Welcome to the Tone 300", "Turn it on")
    run = scrape(brand)
    assert run.state == RunState.COMPLETED
    product = Product.objects.get()
    document = product.documents.get(kind="manual")
    assert document.title == "Tone 300 – Owner's manual"
    assert [p.text for p in document.pages.all()] == ["Welcome to the Tone 300", "Turn it on"]
    assert document.file.read(5) == b"%PDF-"


def test_every_url_has_a_fate_and_the_sums_agree(site, brand):
    site.answers["/"] = page(
        "Home", '<a href="/a">A</a><a href="/gone">G</a><a href="/private/x">P</a><a href="/x.zip">Z</a>'
    )
    site.answers["/a"] = page("About the firm")
    run = scrape(brand)
    found = states()
    assert found["gone"][0] == "failed" and found["private/x"] == ("skipped", "robots.txt forbids it.")
    assert found["x.zip"][0] == "skipped" and found["a"][0] == "stored"
    counted = run.counters
    assert counted["discovered"] == counted["processed"] == FrontierUrl.objects.count()
    assert IngestLog.objects.filter(url__endswith="/gone", outcome="failed").exists()
    status = IngestionStatus.objects.get(brand=brand)
    assert (status.percent, status.state) == (100, RunState.COMPLETED)


def test_what_robots_forbids_is_never_asked_for(site, brand):
    site.answers["/"] = page("Home", '<a href="/private/a">A</a><a href="/hop">H</a>')
    site.answers["/hop"] = (302, {"Location": "/private/b"}, b"")
    scrape(brand)
    assert not [path for path in site.counts if path.startswith("/private")]


def test_a_second_run_reads_only_what_changed(site, brand):
    site.answers["/"] = page("Home", '<a href="/products/tone-300">T</a><a href="/f/tone.pdf">Manual</a>')
    site.answers["/products/tone-300"] = page("Tone 300", SPECS)
    site.answers["/f/tone.pdf"] = pdf("Welcome to the Tone 300")
    scrape(brand)
    changed: list[int] = []
    listener = lambda document_ids, **_: changed.extend(document_ids)  # noqa: E731
    documents_changed.connect(listener)
    before = dict(Document.objects.values_list("pk", "content_hash"))
    site.answers["/products/tone-300"] = page("Tone 300", SPECS.replace("3 kg", "4 kg"))
    run = scrape(brand)
    documents_changed.disconnect(listener)
    assert run.counters["unchanged"] == 2
    assert changed == [Document.objects.get(url__endswith="tone-300").pk]
    assert Product.objects.get().specifications.get(label="Weight").value == "4 kg"
    assert len(before) == Document.objects.count()


def test_etags_save_the_download(site, brand):
    def conditional(handler):
        if handler.headers.get("If-None-Match") == '"v1"':
            return 304, {"ETag": '"v1"'}, b""
        status, headers, body = page("Home")
        return status, headers | {"ETag": '"v1"'}, body

    site.answers["/"] = conditional
    scrape(brand)
    scrape(brand)
    assert FrontierUrl.objects.get(url__endswith="/").state == "unchanged"
    scrape(brand, force=True)
    assert FrontierUrl.objects.get(url__endswith="/").state == "stored"


def test_two_addresses_of_one_page_are_one_product(site, brand):
    head = '<link rel="canonical" href="/products/tone-300">'
    site.answers["/"] = page(
        "Home", '<a href="/all/products/tone-300">T</a><a href="/products/tone-300?utm_source=x">T</a>'
    )
    site.answers["/products/tone-300"] = page("Tone 300", SPECS, head)
    site.answers["/all/products/tone-300"] = page("Tone 300", SPECS, head)
    scrape(brand)
    assert Product.objects.get().page_url.endswith("/products/tone-300")
    assert site.counts["/products/tone-300"] == 1
    assert states()["all/products/tone-300"][0] == "duplicate"


def test_sister_pages_of_a_model_make_one_product(site, brand):
    site.answers["/"] = page(
        "Home", '<a href="/products/tone-300/specifications/">S</a><a href="/products/tone-300/downloads/">D</a>'
    )
    site.answers["/products/tone-300/specifications/"] = page("Tone 300", SPECS)
    site.answers["/products/tone-300/downloads/"] = page(
        "Tone 300", '<a href="/f/tone.pdf">Manual</a><img src=a.jpg><img src=b.jpg>'
    )
    site.answers["/f/tone.pdf"] = pdf("Welcome")
    scrape(brand)
    product = Product.objects.get()
    assert product.specifications.count() == 3 and product.documents.filter(kind="manual").exists()


def test_an_endless_listing_is_left_after_a_few_fruitless_pages(site, brand):
    def listing(handler):
        number = int(handler.path.partition("page=")[2] or 1)
        return page(f"Events {number}", f'<a href="/events?page={number + 1}">next</a>')

    site.answers["/"] = page("Home", '<a href="/events">E</a>')
    site.answers["/events"] = listing
    scrape(brand)
    asked = sum(n for path, n in site.counts.items() if path.startswith("/events?"))
    assert asked <= 5
    scrape(brand)
    assert sum(n for path, n in site.counts.items() if path.startswith("/events?")) <= 2 * asked


def test_a_listing_that_leads_on_is_followed_to_its_end(site, brand):
    def listing(handler):
        number = int(handler.path.partition("page=")[2] or 1)
        onward = f'<a href="/all?page={number + 1}">next</a>' if number < 12 else ""
        return page(f"All {number}", f'<a href="/item-{number}">Item {number}</a>{onward}')

    site.answers["/"] = page("Home", '<a href="/all">All</a>')
    site.answers["/all"] = listing
    scrape(brand)
    assert site.counts["/item-12"] == 1


def test_a_passing_error_is_tried_again(site, brand):
    answers = iter([(503, {"Retry-After": "0"}, b""), page("Home", "it is here now")])
    site.answers["/"] = lambda _: next(answers)
    run = scrape(brand)
    assert run.state == RunState.COMPLETED and site.counts["/"] == 2


def test_a_pdf_that_is_none_says_so(site, brand):
    site.answers["/"] = page("Home", '<a href="/a.pdf">Manual A</a><a href="/b.pdf">Manual B</a>')
    site.answers["/a.pdf"] = page("Sign in")
    site.answers["/b.pdf"] = (200, {"Content-Type": "application/pdf"}, pdf("x")[2][:300])
    scrape(brand)
    found = states()
    assert "web page" in found["a.pdf"][1] and "broken" in found["b.pdf"][1]
    assert not Document.objects.filter(state=DocumentState.STORED, mime_type="application/pdf").exists()


def test_the_same_file_under_two_addresses_is_kept_once(site, brand):
    site.answers["/"] = page("Home", '<a href="/a.pdf">Manual</a><a href="/b.pdf">Manual</a>')
    site.answers["/a.pdf"] = site.answers["/b.pdf"] = pdf("Welcome")
    scrape(brand)
    states_of = sorted(Document.objects.filter(url__endswith=".pdf").values_list("state", flat=True))
    assert states_of == [DocumentState.DUPLICATE, DocumentState.STORED]


def test_a_file_that_cannot_be_kept_is_fetched_again_and_not_given_up(site, brand, settings):
    """On its way, for its folder is gone, then in its place, for something else stands there."""
    kept, given = settings.MEDIA_ROOT / "documents", pdf("Welcome")

    def answer(_):
        if site.counts["/a.pdf"] == 1:
            shutil.rmtree(settings.DATA_DIR / "tmp")
        return given

    site.answers["/"], site.answers["/a.pdf"] = page("Home", '<a href="/a.pdf">Manual</a>'), answer
    kept.parent.mkdir()
    kept.touch()
    run = services.start_run(brand, enqueue=False, rate=0)
    for _ in range(2):
        assert work_slice(run.pk, seconds=20)
        assert states()["a.pdf"][0] == "queued" and states()["a.pdf"][1].startswith("It could not be stored: ")
        IngestionRun.objects.update(rest_until=None)
        FrontierUrl.objects.update(not_before=None)
    kept.unlink()
    to_its_end(run)
    assert run.state == RunState.COMPLETED and states()["a.pdf"][0] == "stored"


def test_a_disk_that_cannot_be_written_counts_as_no_try():
    assert not NotKept.of(OSError(errno.EROFS, "Read-only file system")).counts
    assert not NotKept.of(BucketError("The bucket does not answer")).counts
    assert NotKept.of(FileNotFoundError(errno.ENOENT, "No such file")).counts


def test_a_page_made_by_scripts_is_read_in_the_browser(site, brand):
    site.answers["/"] = page("Home", '<a href="/products/tone-300">T</a>')
    shell = (
        "<!doctype html><title>Tone</title><main><div id=app>Loading…</div></main><script>document.getElementById('app').innerHTML="
        f"'<h1>Tone 300</h1>{SPECS}<p>Put together by a script, as many sites are today, with text enough to be kept.</p>'</script>"
    )
    site.answers["/products/tone-300"] = (200, {"Content-Type": "text/html"}, shell.encode())
    run = scrape(brand)
    assert Product.objects.get().name == "Tone 300"
    assert run.counters["rendered"] == 1 and "in the browser" in states()["products/tone-300"][1]


def test_pictures_are_kept_as_bounded_webp_with_their_alternative_text(site, brand):
    out = io.BytesIO()
    Image.new("RGB", (2000, 500), "red").save(out, "PNG")
    site.answers["/"] = page("Home", '<a href="/products/tone-300">T</a>')
    site.answers["/products/tone-300"] = page("Tone 300", f'{SPECS}<img src="/a.png" alt="The front">')
    site.answers["/a.png"] = (200, {"Content-Type": "image/png"}, out.getvalue())
    scrape(brand)
    media = Media.objects.get()
    assert (media.width, media.height, media.alt) == (1200, 300, "The front")
    assert Image.open(media.file.open("rb")).format == "WEBP"


def test_pages_at_most_are_kept_to_and_the_rest_is_named(site, brand):
    site.answers["/"] = page("Home", "".join(f'<a href="/p{n}">{n}</a>' for n in range(30)))
    for n in range(30):
        site.answers[f"/p{n}"] = page(f"Page {n}")
    run = scrape(brand, max_pages=10)
    assert run.state == RunState.COMPLETED and 10 <= run.counters["pages"] <= 18
    assert any("limit" in reason for state, reason in states().values() if state == "skipped")


def test_a_dead_host_fails_the_run_and_says_why(brand):
    brand.website = "http://127.0.0.1:9/"
    run = scrape(brand)
    assert run.state == RunState.FAILED and "cannot be reached" in run.last_error
    assert IngestionStatus.objects.get(brand=brand).last_error == run.last_error


def test_a_private_address_is_refused_unless_allowed(brand, settings):
    settings.ALLOW_PRIVATE_HOSTS = False
    with pytest.raises(RunRefused, match="private network"):
        services.start_run(brand, enqueue=False)


def test_a_redirect_into_a_private_network_is_not_followed(site, brand, settings):
    site.answers["/"] = (302, {"Location": "http://10.255.255.1/"}, b"")
    run = scrape(brand)
    assert run.state == RunState.FAILED
    assert "does not belong to the brand" in FrontierUrl.objects.get().reason
