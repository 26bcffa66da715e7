"""A brand's site leads into our own network, by every way that a scrape knows: nothing there is ever asked.

A site on 127.0.0.1 stands for one of the internet, 127.0.0.2 for our own network, where a server notes what it is
asked. Without the guard each of these ways arrives there, or the test would show nothing.
"""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from catalog.models import Brand
from ingestion import dry_run, guard
from ingestion.models import FrontierUrl
from tests.ingestion.scrapes import scrape
from tests.ingestion.site import Site, page, serve, text

pytestmark = [pytest.mark.django_db, pytest.mark.browser]
NAMES = {"inside.tonewerk.test": "127.0.0.2", "files.test": "127.0.0.2", "tonewerk.test": "127.0.0.1"}


@dataclass
class Inside:
    port: int
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def inside() -> Iterator[Inside]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path != "/robots.txt":
                seen.asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.2", 0), Handler)
    seen = Inside(server.server_address[1])
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield seen
    server.shutdown()
    server.server_close()


@pytest.fixture
def site(inside: Inside) -> Iterator[Site]:
    with serve() as served:
        served.base = served.base.replace("127.0.0.1", "tonewerk.test")
        yield served


@pytest.fixture(params=[True, False], ids=["guarded", "without the guard"])
def guarded(request, monkeypatch, settings) -> bool:
    look_up = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *w, **n: look_up(NAMES.get(host, host), *w, **n))
    monkeypatch.setattr(guard, "is_private_address", lambda address: request.param and address == "127.0.0.2")
    settings.ALLOW_PRIVATE_HOSTS = False
    settings.RETRY_SECONDS = (0.1, 0.1, 0.1)
    return bool(request.param)


def ways_in(site: Site, inside: Inside) -> set[str]:
    """What the site leads to, way by way. Returns what would arrive."""
    at, named, files = (f"http://{host}:{inside.port}" for host in ("127.0.0.2", "inside.tonewerk.test", "files.test"))
    shown = f"""<a href="{named}/by-name">Tone 1</a><a href="/by-redirect">Tone 2</a><a href="/moved/twice">Tone 3</a>
        <a href="{files}/manual.pdf">Tone 3 owner's manual</a><a href="/guide.pdf">Tone 3 quick guide</a>
        <a href="{files}/manuals.zip">Tone 3 manuals (zip)</a><a href="/app">Tone 4</a>"""
    product = f"""<script type="application/ld+json">{{"@type": "Product", "name": "Tone 9", "brand": "Tonewerk", "sku": "T9",
        "image": ["{files}/tone-9.jpg", "{site.base}/tone-9b.jpg"], "offers": {{"price": 9, "priceCurrency": "EUR"}}}}</script>"""
    script = f"""fetch('{at}/by-script', {{mode: 'no-cors'}}).catch(() => 0); setTimeout(() => location = '{named}/by-location', 300);
        document.body.append('Made by a script. '.repeat(40))"""
    site.answers |= {
        "/robots.txt": text(f"User-agent: *\nDisallow: /none\nSitemap: {named}/sitemap.xml\nSitemap: {site.base}/sitemap.xml"),
        "/sitemap.xml": (302, {"Location": f"{named}/by-sitemap"}, b""),
        "/": page("Home", shown + '<a href="/tone-9">Tone 9</a>'),
        "/tone-9": page("Tone 9", head=product),
        "/by-redirect": (302, {"Location": f"{named}/redirected"}, b""),
        "/moved/twice": (301, {"Location": "/moved/once"}, b""),
        "/moved/once": (307, {"Location": f"{named}/hopped"}, b""),
        "/guide.pdf": (302, {"Location": f"{at}/guide.pdf"}, b""),
        "/tone-9b.jpg": (302, {"Location": f"{at}/tone-9b.jpg"}, b""),
        "/app": (200, {"Content-Type": "text/html"}, f"<body><script>{script}</script>".encode()),
    }  # fmt: skip
    by_sitemap = {"/sitemap.xml", "/by-sitemap"}
    pages = {"/by-name", "/redirected", "/hopped", "/by-script", "/by-location"}
    return by_sitemap | pages | {"/manual.pdf", "/guide.pdf", "/manuals.zip", "/tone-9.jpg", "/tone-9b.jpg"}


@pytest.fixture
def brand(site: Site) -> Brand:
    return Brand.objects.create(
        name="Tonewerk", slug="tonewerk", website=site.base, extra_hosts="inside.tonewerk.test", requests_per_second=0
    )


@pytest.mark.django_db(transaction=True)
def test_no_way_of_a_scrape_leads_into_our_own_network(site, inside, brand, guarded):
    ways = ways_in(site, inside)
    scrape(brand)
    assert set(inside.asked) == (set() if guarded else ways)
    if guarded:
        refused = FrontierUrl.objects.filter(code="private")
        assert {row.url.rsplit("/", 1)[1] for row in refused} >= {"by-name", "by-redirect", "manual.pdf", "guide.pdf"}


def test_nor_does_one_of_a_dry_run(site, inside, brand, guarded):
    ways_in(site, inside)
    site.answers["/"] = site.answers["/moved/twice"]
    dry_run.look(brand)
    expected = {"/sitemap.xml", "/by-sitemap", "/hopped"}
    assert set(inside.asked) == (set() if guarded else expected)


def test_nor_does_a_start_that_is_redirected_there_or_lies_there(site, inside, brand, guarded):
    site.answers["/"] = (302, {"Location": f"http://inside.tonewerk.test:{inside.port}/start"}, b"")
    found = dry_run.look(brand)
    brand.website = f"http://inside.tonewerk.test:{inside.port}/named"
    again = dry_run.look(brand)
    for told in (found, again):
        assert ((told.problem or {}).get("code") == "private") == guarded
    assert set(inside.asked) - {"/sitemap.xml", "/sitemap_index.xml"} == (set() if guarded else {"/start", "/named"})


def test_nor_do_rules_that_are_redirected_there(site, inside, brand, guarded):
    site.answers["/robots.txt"] = (302, {"Location": f"http://127.0.0.2:{inside.port}/rules"}, b"")
    site.answers["/"] = page("Home")
    dry_run.look(brand)
    assert set(inside.asked) == (set() if guarded else {"/rules"})
