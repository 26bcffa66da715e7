"""Sites that want to break a run: each of their pages gets its reason, and the run goes on to its end."""

import asyncio
import gzip
import json
import threading
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from catalog.models import Brand, Document, Product
from ingestion import browser as browsers
from ingestion import fetch, guard, intake, services
from ingestion.addresses import normalise_url, page_number
from ingestion.answers import retry_after
from ingestion.browser import Browser
from ingestion.content import decode, sniff
from ingestion.effort import limited_effort
from ingestion.errors import Refused, TryLater, Unreadable
from ingestion.extract import FetchedPage, extract
from ingestion.extract.nesting import check_nesting
from ingestion.models import FrontierUrl, IngestionRun, RunState
from ingestion.pdf import understood
from ingestion.sitemaps import parse_sitemap
from ingestion.unpack import PIECE, unpacker

from .scrapes import to_its_end
from .site import LOOK, Answer, page, serve, text


@pytest.fixture(autouse=True)
def impatient(settings):
    settings.RETRY_SECONDS = (0.1, 0.1, 0.1)


@pytest.fixture
def site():
    with serve() as served:
        served.answers["/robots.txt"] = text("User-agent: *\nDisallow:\n")
        yield served


def scrape(site, *paths: str) -> tuple[IngestionRun, dict[str, tuple[str, str]]]:
    """Read a site whose home page links to these paths; what became of each."""
    site.answers["/"] = page("Home", "".join(f'<a href="{path}">{path}</a>' for path in paths))
    brand = Brand.objects.create(name="Hostile", slug="hostile", website=site.base)
    run = to_its_end(services.start_run(brand, enqueue=False, rate=0))
    rows = FrontierUrl.objects.exclude(url=f"{site.base}/")
    return run, {row.url.removeprefix(site.base): (row.state, row.reason) for row in rows}


def product(name: str, data: Any) -> Answer:
    table = "<table><tr><td>Weight</td><td>3 kg</td></tr><tr><td>Power</td><td>9 W</td></tr><tr><td>Inputs</td><td>2</td></tr></table>"
    ld = data if isinstance(data, str) else json.dumps(data)
    return page(name, table, f'<script type="application/ld+json">{ld}</script>')


ODD: list[Any] = [
    5,
    None,
    True,
    [1, [2]],
    {"name": {"name": {}}},
    float("nan"),
    float("inf"),
    10**30,
    "\ud800",
    "a\0b",
    "NaN",
    "http://[bad",
    "L" * 50_000,
]


@pytest.mark.parametrize("value", ODD, ids=lambda value: repr(value)[:20])
def test_structured_data_of_any_type_is_survived(value):
    offers = {"price": value, "priceCurrency": value, "priceSpecification": value, "offers": value}
    item = {
        "@type": "Product",
        "name": value,
        "sku": value,
        "description": value,
        "image": [value, {"url": value}],
        "url": value,
    }
    items = [
        item | {"offers": offers, "hasVariant": value, "category": value},
        {"@type": "Product", "name": "x", "url": value},
    ]
    _, _, body = product("Tone 3", [*items, {"@type": "BreadcrumbList", "itemListElement": [value, {"item": value}]}])
    found = extract(FetchedPage("http://site.example/products/tone-3", body.decode(), "Tonewerk"))
    assert found.title == "Tone 3"
    said = json.dumps([found.title, found.text, found.product and (found.product.name, found.product.description)])
    assert "\\ud8" not in said and "\\u0000" not in said


@pytest.mark.parametrize(
    "data", ["[" * 100_000, '{"@graph":' * 50_000, '{"@type":"Product","name":' + "1" * 20_000 + "}", "<!--"]
)
def test_structured_data_without_end_are_left_aside(data):
    assert extract(FetchedPage("http://site.example/a", product("A page", data)[2].decode())).title == "A page"


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 3000,
        "<header>" * 3000,
        "<ul><li>" * 3000,
        "<table><tr><td>" * 3000,
        "<a " + "x=1 " * 9000 + ">",
        "<x-y/>" * 3000,
    ],
)
def test_markup_that_costs_hours_is_refused(markup):
    with pytest.raises(Unreadable):
        check_nesting(markup)


def test_ordinary_markup_is_not():
    check_nesting("<ul>" + "<li>a<br><p>b" * 9000 + "</ul>" + "<div><b>x</b></div>" * 9000 + "<!-- <div> -->" * 9000)
    check_nesting("<script>" + "'<div>'" * 9000 + "</script><svg>" + "<path/>" * 9000 + "</svg>")


def test_patterns_take_no_time_on_what_is_made_for_them():
    assert sniff(b"<!---->" * 140 + b"x") in ("text", "html")
    extract(FetchedPage("http://site.example/a", page("S", "<script" * 200_000)[2].decode()))
    extract(
        FetchedPage(
            "http://site.example/a",
            product("S", {"@type": "Product", "name": "S", "description": "<" * 500_000})[2].decode(),
        )
    )


def test_work_has_a_limit():
    with pytest.raises(Unreadable, match="work"), limited_effort(0.05):
        while True:
            pass


@pytest.mark.parametrize(
    "url",
    [
        "http://" + "a" * 300 + ".com/",
        "http://a..b/",
        "http://xn--zzzzzz\u00a0.example/",
        "http://x/\ud800",
        "http://[bad",
        "http://-./",
    ],
)
def test_what_can_be_no_address_is_none(url):
    assert normalise_url(url) is None


def test_digits_of_other_kinds_are_no_numbers():
    assert page_number("http://x/?page=²") is None and retry_after("²") == 30


@pytest.mark.parametrize(
    "charset", ["hex", "undefined", "idna", "unicode_escape", "punycode", "zlib", "no-such", "utf-16"]
)
def test_a_charset_that_is_none_is_not_used(charset):
    decode(b"<html>\xff\\ud800 \\x" * 41, f"text/html; charset={charset}").encode()


@pytest.mark.parametrize("way", ["gzip", "deflate", "br"])
def test_a_bomb_is_unpacked_in_small_pieces(way):
    import brotli

    plain = b"a" * 20_000_000
    packed = {
        "gzip": gzip.compress,
        "deflate": lambda b: zlib.compress(b)[2:-4],
        "br": lambda b: brotli.compress(b, quality=1),
    }[way](plain)
    sizes = [len(piece) for piece in unpacker(way).pieces(packed)]
    assert sum(sizes) == len(plain) and max(sizes) <= 4 * PIECE


def test_several_packings_on_top_of_each_other_are_refused():
    with pytest.raises(Refused):
        unpacker("gzip, gzip")


def test_a_sitemap_of_nonsense_is_read_without_keeping_it():
    found = parse_sitemap(b"<urlset>" + b"<a/>" * 200_000 + b"<url><loc>http://x/a</loc></url></urlset>")
    assert found.pages == ["http://x/a"]


def test_a_killed_reader_of_a_pdf_is_asked_again():
    with pytest.raises(TryLater):
        understood(-9, b"", b"")


@pytest.mark.django_db(transaction=True)
class TestRuns:
    def test_bad_answers_get_their_reasons(self, site, monkeypatch):
        monkeypatch.setattr(fetch, "START_SECONDS", 0.5)
        html = {"Content-Type": "text/html"}
        site.answers |= {
            "/nothing": (200, html, b""),
            "/unasked": (304, html, b""),
            "/far": (302, {"Location": "http://" + "a" * 80 + ".example/"}, b""),
            "/double": (200, html | {"Content-Encoding": "gzip, gzip"}, b"x"),
            "/nogzip": (200, html | {"Content-Encoding": "gzip"}, b"<html>"),
            "/slow": (200, html | {"Content-Length": "5000"}, b"<html>"),
            "/odd": (999, html, b""),
            "/deep": page("Deep", "<div>" * 3000),
            "/good": page("A good page"),
        }
        run, found = scrape(site, *list(site.answers)[1:])
        assert run.state == RunState.COMPLETED and found.pop("/good")[0] == "stored"
        assert all(state == "failed" and reason for state, reason in found.values()), found

    def test_an_error_of_our_own_costs_one_page(self, site, monkeypatch):
        site.answers |= {"/a": page("Page A"), "/b": page("Page B")}
        real = intake.store_page

        def broken(*, url, **more):
            if url.endswith("/a"):
                raise KeyError("unthought of")
            return real(url=url, **more)

        monkeypatch.setattr(intake, "store_page", broken)
        run, found = scrape(site, "/a", "/b")
        assert run.state == RunState.COMPLETED and found["/b"][0] == "stored"
        assert found["/a"][0] == "failed" and "KeyError" in found["/a"][1]

    def test_pages_that_name_each_other_are_kept_once(self, site):
        head = '<link rel="canonical" href="{}">'.format
        site.answers |= {
            "/a": page("Page A", head=head("/b")), "/b": page("Page B", head=head("/a")),
            "/lonely": page("Lonely", head=head("/gone")),
        }  # fmt: skip
        _, found = scrape(site, "/a", "/b", "/lonely")
        assert sorted(found[path][0] for path in ("/a", "/b")) == ["duplicate", "stored"]
        assert found["/lonely"][0] == "stored"

    def test_a_host_of_endless_cookies_is_asked_without_them(self, site):
        for n in range(4):
            site.answers[f"/{n}"] = lambda handler, n=n: (
                (431, {}, b"") if len(handler.headers.get("Cookie", "")) > 10_000
                else (200, {"Content-Type": "text/html", "Set-Cookie": f"c{n}={'x' * 4000}"}, page(f"Page {n}")[2])
            )  # fmt: skip
        _, found = scrape(site, *(f"/{n}" for n in range(4)))
        assert {state for state, _ in found.values()} == {"stored"}

    def test_of_made_up_links_only_so_many_are_noted(self, site, monkeypatch):
        monkeypatch.setattr("ingestion.frontier.KNOWN_A_PAGE", 0)
        monkeypatch.setattr("ingestion.frontier.KNOWN_AT_LEAST", 20)
        scrape(site, *(f"/none/{n}" for n in range(300)))
        assert FrontierUrl.objects.count() == 20

    def test_a_long_robots_txt_counts_as_far_as_it_is_read(self, site):
        site.answers["/robots.txt"] = text("User-agent: *\nDisallow: /none\n" + "# more\n" * 300_000)
        site.answers |= {"/none": page("No")}
        assert scrape(site, "/none")[1]["/none"] == ("skipped", "robots.txt forbids it.")

    def test_names_in_any_script_and_of_signs_have_pages(self, site, client):
        names = ["מגבר גיטרה", "合成器", "®™!!!", "\u202eevil", "…"]
        site.answers |= {
            f"/products/p{n}": product(name, {"@type": "Product", "name": name}) for n, name in enumerate(names)
        }
        scrape(site, *list(site.answers)[1:])
        assert Product.objects.count() == len(names) and not Product.objects.filter(name__contains="\u202e").exists()
        urls = [p.get_absolute_url() for p in Product.objects.all()] + [
            d.get_absolute_url() for d in Document.objects.all()
        ]
        assert {client.get(url).status_code for url in ("/brands/hostile/", "/api/brands", *urls)} == {200}

    def test_a_browser_that_is_killed_is_opened_again(self, site, monkeypatch):
        real, lost = browsers.show, list[str]()

        async def show(page, url, **more):
            if not lost:
                lost.append(url)
                await page.context.browser.close()
            return await real(page, url, **more)

        monkeypatch.setattr(browsers, "show", show)
        script = (
            b"<body><div id=x></div><script>document.body.append('Made by a script. '.repeat(40) + '\\ud800')</script>"
        )
        site.answers["/app"] = (200, {"Content-Type": "text/html"}, script)
        run, found = scrape(site, "/app")
        assert lost and run.state == RunState.COMPLETED and found["/app"][0] == "stored"
        assert Document.objects.get(url=f"{site.base}/app").pages.get().text.startswith("Made by a script.")


@pytest.fixture
def inside():
    """A server on another address of this machine, which stands for our own network; gives its port and what it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

    server = ThreadingHTTPServer(("127.0.0.2", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(LOOK,), daemon=True).start()
    yield server.server_address[1], asked
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("guarded", [True, False])
def test_the_way_out_of_the_browser_leads_to_public_addresses_only(site, inside, monkeypatch, guarded):
    """Neither by request, redirect nor socket; without the guard each of them arrives, or the test would show nothing."""
    port, asked = inside
    monkeypatch.setattr(guard, "is_private_address", lambda address: guarded and address == "127.0.0.2")
    script = f"""fetch('/jump', {{mode: 'no-cors'}}).catch(() => 0);
        fetch('http://127.0.0.2:{port}/fetched', {{mode: 'no-cors'}}).catch(() => 0);
        new WebSocket('ws://127.0.0.2:{port}/socket'); document.body.append('Made by a script. '.repeat(40))"""
    site.answers["/app"] = (200, {"Content-Type": "text/html"}, f"<body><script>{script}</script>".encode())
    site.answers["/jump"] = (302, {"Location": f"http://127.0.0.2:{port}/jumped"}, b"")

    async def work():
        async with Browser(named="", user_agent="Test/1", allow_private=False) as browser:
            return await browser.render(f"{site.base}/app")

    assert b"Made by a script." in asyncio.run(work()).body and site.counts["/jump"] == 1
    assert set(asked) == (set() if guarded else {"/jumped", "/fetched", "/socket"})
