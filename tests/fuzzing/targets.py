"""The parsers as the product calls them. Each takes one input, and raises only where there is a fault.

Django must be set up, with a database that has been migrated, before the targets `query` and `api` are used.
"""

import contextlib
import io
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from urllib.parse import urlencode

from . import mutations

PAGES = Path(__file__).resolve().parent.parent / "ingestion" / "pages"


@dataclass(frozen=True)
class Target:
    seeds: Callable[[], list]
    run: Callable
    share: int  # of a hundred quick inputs; 0 for the heavy ones
    mutate: Callable = mutations.text

    def input(self, seed: int, name: str, number: int) -> str | bytes:
        return self.mutate(Random(f"{seed}-{name}-{number}"), self.seeds())


def url(text: str) -> None:
    from ingestion.addresses import normalise_url, page_number, same_page_key

    for normal in (normalise_url(text), normalise_url(text, "https://brand.test/a/b?c=d")):
        if normal is not None:
            assert normalise_url(normal) == normal, "the one spelling has another one"
            same_page_key(normal)
            page_number(normal)


def robots(text: str) -> None:
    from protego import Protego

    from ingestion.robots import AGENT

    rules = Protego.parse(text)
    rules.can_fetch("https://brand.test/products/a?b=c", AGENT)
    float(rules.crawl_delay(AGENT) or 0)
    list(rules.sitemaps)


def sitemap(body: bytes) -> None:
    from ingestion.sitemaps import parse_sitemap

    parse_sitemap(body)


def json_ld(text: str) -> None:
    from ingestion.extract.structured import Structured, first_text, items_of, load_json, take

    found = Structured()
    for item in items_of(load_json(text)):
        take(item, found, "JSON-LD")
    for product in found.products:
        for value in product.values():
            first_text(value)


def query(text: str) -> None:
    from rag.query import understand

    understand(text[:2000])


def api(text: str) -> None:
    from django.test import Client

    client, words = Client(), text[:400]
    path = "/api/" + words.partition("\n")[0][:60] if len(words) % 5 == 0 else "/api/search"
    if len(words) % 3 == 0:
        answered = client.post("/api/chat", words, content_type="application/json")
    else:
        answered = client.get(
            path + "?" + urlencode({"q": words, "brand": words[::-1], "limit": words[:5]}, errors="replace")
        )
    assert answered.status_code < 500, answered.status_code


def html(body: bytes) -> None:
    from ingestion.errors import IngestionError
    from ingestion.frames import PageWanted
    from ingestion.reader_worker import read_page

    with contextlib.suppress(IngestionError):
        read_page(PageWanted("https://brand.test/products/one", body, "text/html", "Brand", glance=False))


def pdf(body: bytes) -> None:
    """In this process, whose limits are those of the reader's child."""
    from ingestion import pdf_worker

    with tempfile.NamedTemporaryFile(suffix=".pdf", dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as file:
        file.write(body)
        file.flush()
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            pdf_worker.main(file.name)


@cache
def pages() -> list[bytes]:
    return [path.read_bytes() for path in sorted(PAGES.rglob("*.html"))] + [b"<table><tr><th>Weight<td>3 kg</table>"]


@cache
def structured() -> list[str]:
    product = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": "A 49",
        "sku": "1",
        "offers": {"price": "9"},
    }
    graph = {"@graph": [product, {"@type": "BreadcrumbList", "itemListElement": [{"item": {"name": "Keys"}}]}]}
    return [
        json.dumps(product),
        json.dumps(graph),
        json.dumps([graph, product], indent=1),
        "<!-- " + json.dumps(product) + ",} -->",
    ]


@cache
def pdfs() -> list[bytes]:
    """With and without compression, with outlines and more than one page."""
    from reportlab.pdfgen.canvas import Canvas

    made = []
    for compressed in (0, 1):
        file = io.BytesIO()
        canvas = Canvas(file, pageCompression=compressed)
        for number in range(1, 3):
            canvas.bookmarkPage(f"p{number}")
            canvas.addOutlineEntry(f"Part {number}", f"p{number}")
            canvas.drawString(72, 700, f"Factory reset {number}: hold OCTAVE + and OCTAVE -")
            canvas.showPage()
        canvas.save()
        made.append(file.getvalue())
    return made


URLS = [
    "https://brand.test/products/a-49/?utm_source=x&b=2#top",
    "http://user:pw@[::1]:8080/a/../b;jsessionid=1?q=%D7%90",
    "//brand.test/%2e%2e/a",
    "#!/route/1",
]
ROBOTS = [
    "User-agent: *\nDisallow: /cart\nAllow: /cart/x$\nCrawl-delay: 2\nSitemap: https://brand.test/sitemap.xml\n",
    "User-agent: HalilitSupportCentre\nDisallow: /*?s=\n",
]
SITEMAPS = [
    b'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://brand.test/a</loc><xhtml:link rel="alternate" hreflang="de" href="https://brand.test/de"/></url></urlset>',
    b"<sitemapindex><sitemap><loc>https://brand.test/s1.xml</loc></sitemap></sitemapindex>",
    b"<rss><channel><item><link>https://brand.test/a</link></item></channel></rss>",
    b"https://brand.test/a\nhttps://brand.test/b\n",
    b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\xb3\xc9H\xcd\xc9\xc9W(\xcf/\xcaI\x01\x00",
]  # fmt: skip
QUESTIONS = [
    "how do I factory reset the tremor 49?",
    "איך מאפסים את טרמור 49",
    "KNS-6402 vs kns8402 weight",
    'mpd218 footswitch "power supply"',
]
BODIES = [
    '{"question": "factory reset", "brand": "Karmel", "language": "he"}',
    "brands/1/products?limit=3",
    "search?q=reset",
    "documents/recent",
]

TARGETS = {
    "url": Target(lambda: URLS, url, 40),
    "robots": Target(lambda: ROBOTS, robots, 17),
    "sitemap": Target(lambda: SITEMAPS, sitemap, 17, mutations.data),
    "json-ld": Target(structured, json_ld, 17),
    "query": Target(lambda: QUESTIONS, query, 7),
    "api": Target(lambda: BODIES, api, 2),
    "html": Target(pages, html, 0, mutations.data),
    "pdf": Target(pdfs, pdf, 0, mutations.data),
}
