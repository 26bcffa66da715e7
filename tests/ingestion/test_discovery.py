"""Everything that a site has is found, wherever it says so, and nothing that has no end is followed."""

import gzip
import json
import threading

import pytest

from catalog.models import Document, Product
from ingestion import discovery, services
from ingestion.extract import FetchedPage, extract
from ingestion.models import FrontierUrl, IngestLog
from ingestion.sitemaps import parse_sitemap
from ingestion.work import work_slice

from .scrapes import fates, scrape, to_its_end
from .site import page, pdf, text, xml

URL = "http://site.example/products/tone-3"


def links(markup: str, head: str = "", header: str = "") -> dict[str, str]:
    found = extract(FetchedPage(URL, page("Tone 3", markup, head)[2].decode(), "Tonewerk", header))
    return {link.url.removeprefix("http://site.example"): link.text for link in found.links}


def test_pages_that_only_the_head_names_are_found():
    head = """<link rel="next" href="/all?page=2"><link rel=prev href="/all"><link rel="alternate" hreflang="he" href="/he/tone-3">
        <link rel=stylesheet href=/a.css><link rel="alternate" type="application/json" href="/wp-json/3">
        <meta http-equiv="Refresh" content="0; URL='/new-place'">"""
    assert set(links("", head)) == {"/all?page=2", "/all", "/he/tone-3", "/new-place"}


def test_maps_frames_and_elements_that_act_as_links_are_followed():
    markup = """<map><area href="/by-map"></map><iframe src="/framed"></iframe><div data-href="/by-data">Tone 5</div>
        <table><tr onclick="window.location='/by-click'"><td>Tone 7</td></tr></table><button onclick="window.open('/f/a.pdf')">Manual</button>
        <iframe src="/viewer.html?file=%2Ff%2Fshown.pdf"></iframe><span data-pdf="/f/b.pdf">Guide</span>
        <div data-src="/lazy.html" data-url="/api/x">no link</div><button onclick="buy()">Buy</button>"""
    found = links(markup)
    assert set(found) == {"/by-map", "/framed", "/by-data", "/by-click", "/f/a.pdf", "/f/shown.pdf", "/f/b.pdf"}
    assert found["/f/a.pdf"] == "Manual" and found["/f/b.pdf"] == "Guide"


def test_documents_in_structured_data_and_scripts_are_found():
    data = json.dumps(
        {
            "@type": "Product",
            "name": "Tone 3",
            "subjectOf": [{"@type": "DigitalDocument", "name": "Owner's manual", "url": "/f/m.pdf"}],
        }
    )
    state = '{"files":[{"u":"https:\\/\\/cdn.example\\/s\\/q.pdf?v=2&amp;w=1"}]}'
    found = links("", f'<script type="application/ld+json">{data}</script><script>window.STATE={state}</script>')
    assert found == {"/f/m.pdf": "Owner's manual", "https://cdn.example/s/q.pdf?v=2&w=1": ""}


def test_a_link_that_hands_out_a_pdf_is_a_document_whatever_its_address():
    markup = '<a href="/get/81" download="tone-3.pdf">Get it</a><a href="/get/82" type="application/pdf">This</a><a href="/get/83" download>Other</a>'
    found = extract(FetchedPage(URL, page("Tone 3", markup)[2].decode(), "Tonewerk"))
    assert [link.url.rsplit("/", 1)[1] for link in found.documents] == ["81", "82"]


def test_the_link_header_counts_as_the_head_does():
    header = '</all?page=2>; rel="next", <http://site.example/tone-3>; rel=canonical, </he/tone-3>; rel="alternate"; hreflang="he", </a,b>; rel=prev'
    found = extract(FetchedPage(URL, page("Tone 3")[2].decode(), "Tonewerk", header))
    assert {link.url.removeprefix("http://site.example"): link.language for link in found.links} == {
        "/all?page=2": "",
        "/he/tone-3": "he",
        "/a,b": "",
    }
    assert found.canonical == "http://site.example/tone-3"


def test_sitemaps_of_each_form_are_read():
    alternates = b'<urlset xmlns:xhtml="http://www.w3.org/1999/xhtml"><url><loc>http://x/a</loc><xhtml:link rel="alternate" hreflang="he" href="http://x/he/a"/></url></urlset>'
    found = parse_sitemap(alternates)
    assert found.pages == ["http://x/a"] and found.languages == {"http://x/he/a": "he"}
    assert parse_sitemap(
        b"<rss><channel><link>http://x/</link><item><link> http://x/b </link></item></channel></rss>"
    ).pages == ["http://x/b"]
    atom = b'<feed xmlns="http://www.w3.org/2005/Atom"><link href="http://x/"/><entry><link href="http://x/c"/><link rel="self" href="http://x/s"/></entry></feed>'
    assert parse_sitemap(atom).pages == ["http://x/c"]
    assert parse_sitemap(b"\xef\xbb\xbfhttp://x/d\r\nhttp://x/e\r\n").pages == ["http://x/d", "http://x/e"]


pytestmark = pytest.mark.django_db(transaction=True)


def test_several_nested_and_packed_sitemaps_lead_to_their_pages(site, brand):
    site.answers |= {
        "/robots.txt": text(f"User-agent: *\nDisallow:\nSitemap: {site.base}/one.xml\nSitemap: /two.txt\nSitemap: {site.base}/feed"),
        "/one.xml": xml(f"<sitemapindex><sitemap><loc>{site.base}/inner.xml.gz</loc></sitemap><sitemap><loc>{site.base}/one.xml</loc></sitemap></sitemapindex>"),
        "/inner.xml.gz": (200, {"Content-Type": "application/gzip"}, gzip.compress(f"<urlset><url><loc>{site.base}/a</loc></url></urlset>".encode())),
        "/two.txt": text(f"{site.base}/b\n"),
        "/feed": xml(f"<rss><channel><item><link>{site.base}/c</link></item></channel></rss>"),
        "/": page("Home"), "/a": page("Page A"), "/b": page("Page B"), "/c": page("Page C"),
    }  # fmt: skip
    scrape(brand)
    assert fates() == dict.fromkeys(("/", "/a", "/b", "/c"), "stored") and site.counts["/one.xml"] == 1


def test_a_sitemap_without_a_name_is_looked_for_where_content_systems_keep_it(site, brand):
    site.answers |= {
        "/": page("Home"),
        "/a": page("Page A"),
        "/sitemap_index.xml": xml(f"<urlset><url><loc>{site.base}/a</loc></url></urlset>"),
    }
    scrape(brand)
    assert fates()["/a"] == "stored"


def test_sitemaps_that_time_did_not_reach_are_read_beside_the_pages(site, brand, monkeypatch):
    """One stands still when it is asked first, one fails in passing, one is not there: all others are read."""
    parts = ("a", "slow", "gone", "busy", "d")
    site.answers |= {
        f"/{name}.xml": xml(f"<urlset><url><loc>{site.base}/{name}</loc></url></urlset>") for name in parts
    }
    site.answers |= {"/": page("Home")} | {f"/{name}": page(f"Page {name}") for name in parts}
    site.answers["/robots.txt"] = text("\n".join(f"Sitemap: {site.base}/{name}.xml" for name in parts))
    del site.answers["/gone.xml"]
    over = threading.Event()
    site.answers["/slow.xml"] = in_its_first(lambda: over.wait(60) and None, site.answers["/slow.xml"])
    site.answers["/busy.xml"] = in_its_first(lambda: (503, {}, b""), site.answers["/busy.xml"])
    for seconds in (1.0, 20.0):  # more where a busy machine has not come to the one that stands still
        monkeypatch.setattr(discovery, "DISCOVERY_SECONDS", seconds)
        run = services.start_run(brand, enqueue=False, rate=0)
        assert work_slice(run.pk, seconds=0.0)  # another worker goes on
        if site.counts["/slow.xml"]:
            break
        services.cancel_run(run)
        site.asked.clear()
    over.set()
    run.refresh_from_db()
    assert run.sitemaps["waiting"][0].endswith("/slow.xml")
    assert to_its_end(run).state == "completed" and run.sitemaps == {}
    assert fates() == dict.fromkeys(("/", "/a", "/slow", "/busy", "/d"), "stored")
    assert site.counts["/a.xml"] == 1 and site.counts["/slow.xml"] == site.counts["/busy.xml"] == 2
    assert list(IngestLog.objects.filter(stage="discover").values_list("url", "outcome")) == [
        (f"{site.base}/gone.xml", "failed")
    ]


def in_its_first(fault, answer):
    """The answer of a path, once its first visitor has met the fault."""
    met = []

    def answering(_):
        met.append(True)
        return (fault() if len(met) == 1 else None) or answer

    return answering


def test_filters_in_every_combination_are_left_after_some(site, brand, monkeypatch):
    monkeypatch.setattr("ingestion.frontier.MOST_FACETS", 10)

    def shop(handler):
        asked = handler.path.partition("?")[2]
        more = "".join(f'<a href="/shop?a={a}&b={b}">x</a>' for a in range(12) for b in range(12))
        return page(f"Shop {asked}", more)

    site.answers |= {"/": page("Home", '<a href="/shop">Shop</a>'), "/shop": shop}
    scrape(brand)
    assert 10 <= sum(path.startswith("/shop?") for path in site.counts) <= 160 - 12
    assert FrontierUrl.objects.filter(code="facets").exists()
    before = sum(site.counts.values())
    scrape(brand)
    assert sum(site.counts.values()) <= 2 * before


def test_links_without_a_slash_do_not_lead_deeper_for_ever(site, brand):
    def deeper(handler):
        level = handler.path.count("/")
        return page(f"Level {level}", f'<a href="{handler.path}/s{level}">deeper</a>')

    site.answers = {"/robots.txt": site.answers["/robots.txt"], "/": page("Home", '<a href="/s0">in</a>')} | {
        "/" + "/".join(f"s{n}" for n in range(depth)): deeper for depth in range(1, 30)
    }
    scrape(brand)
    assert "growing_path" in fates().values() and len(site.counts) < 14


def test_the_manual_that_a_script_opens_belongs_to_the_product(site, brand):
    table = "<table><tr><td>Weight</td><td>3 kg</td></tr><tr><td>Power</td><td>9 W</td></tr><tr><td>Inputs</td><td>2</td></tr></table>"
    button = "<button onclick=\"window.open('/f/tone-3.pdf')\">Owner's manual</button>"
    site.answers |= {
        "/": page("Home", '<a href="/products/tone-3">T</a>'),
        "/products/tone-3": page("Tone 3", table + button),
        "/f/tone-3.pdf": pdf("Welcome"),
    }
    scrape(brand)
    document = Document.objects.get(mime_type="application/pdf")
    assert (
        document.state == "stored" and Product.objects.get().documents.contains(document) and "manual" in document.title
    )
