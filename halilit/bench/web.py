"""Pages of a filled site through a real uvicorn: idle, and while real scrapes run at a lower priority."""

import contextlib
import random
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote_plus

from django.conf import settings

from catalog.models import Brand, Product, ProductFamily

from . import staff
from .client import Client
from .figures import Report, Row, summary
from .filling import fill
from .installation import SCRAPE_PRIORITY, demo_site, manage, process, web

# Visitors' requests a second: enough for a 99th percentile, far from what the process can carry.
PACE = 30.0
WARM_UP = 3.0  # seconds
MOST_PAGES = 10_000  # of manuals: lists of products are no slower for more, but filling them takes long
BRANDS = 3  # scraped at once


def addresses() -> dict[str, list[str]]:
    """What visitors open, by kind of page, in a fixed random order."""
    chance = random.Random(7)  # noqa: S311
    products = list(Product.objects.select_related("brand").order_by("pk"))
    chosen = chance.sample(products, min(300, len(products)))
    searches = [f"/search/?q={quote_plus(product.name.split()[0])}" for product in chosen]
    searches += [
        f"/search/?q={quote_plus(words)}" for words in ("factory reset", "sustain pedal", "weight", "firmware")
    ]
    brands = list(Brand.objects.filter(pk__in=Product.objects.values("brand").distinct()).order_by("pk"))
    homes = [brand.get_absolute_url() for brand in brands]
    families = list(ProductFamily.objects.select_related("brand").order_by("pk"))
    return {
        "brand": homes,
        "brand, a later page": [f"{home}?page={chance.randint(2, 40)}" for home in homes],
        "brand, sorted": [f"{home}?sort={sort}" for home in homes for sort in ("newest", "changed", "price")],
        "brand, documents": [f"{home}?show=documents" for home in homes],
        "family": [family.get_absolute_url() for family in families],
        "compare": [compared(some) for some in zip(*[iter(chosen)] * 4, strict=False)],
        "product": [product.get_absolute_url() for product in chosen],
        "search": searches,
        "API, brand stats": ["/api/brands/stats"],
    }


def compared(products: Sequence[Product]) -> str:
    return "/compare/?" + "&".join(f"p={product.pk}" for product in products)


def measure(base: str, pages: dict[str, list[str]], seconds: float) -> dict[str, list[float]]:
    """Seconds of each request, by kind of page: one visitor after the other, at the pace, kinds in turn."""
    times: dict[str, list[float]] = defaultdict(list)
    end, number = time.perf_counter() + seconds, 0
    with Client(base) as client:
        while time.perf_counter() < end:
            for kind, paths in pages.items():
                began = time.perf_counter()
                client.get(paths[number % len(paths)])
                times[kind].append(time.perf_counter() - began)
                time.sleep(max(0.0, 1 / PACE - (time.perf_counter() - began)))
            number += 1
    return times


@contextlib.contextmanager
def scraping(brands: int = BRANDS) -> Iterator[list[int]]:
    """So many brands' sites are scraped at once, all of each, again and again, each by a process of its own.

    Yields how each scrape ended.
    """
    ended: list[int] = []
    over = threading.Event()

    def go_on(brand: str, url: str) -> None:
        words = manage("scrape", brand, "--url", url, "--inline", "--force", "--rate", "0")
        while not over.is_set():
            with process(*words, log=settings.DATA_DIR / "scrape.log", nice=SCRAPE_PRIORITY) as scrape:
                while scrape.poll() is None and not over.wait(0.1):
                    continue
                if scrape.poll() is not None:
                    ended.append(scrape.returncode)

    with contextlib.ExitStack() as stack:
        sites = [stack.enter_context(demo_site())["lumenhall"] for _ in range(brands)]
        threads = [threading.Thread(target=go_on, args=(f"Lumenhall {n}", url)) for n, url in enumerate(sites, start=1)]
        for thread in threads:
            stack.callback(thread.join)
            thread.start()
        stack.callback(over.set)
        yield ended


def locked() -> int:
    """How often a process of this installation met a locked database."""
    logs = (settings.DATA_DIR / name for name in ("web.log", "scrape.log"))
    return sum(log.read_text(errors="replace").count("database is locked") for log in logs if log.exists())


def summaries(times: dict[str, list[float]]) -> dict[str, Row]:
    """By kind of page, and of all together: a 99th percentile of few requests would be their slowest."""
    every = [one for kind in times.values() for one in kind]
    return {kind: summary(f"{kind}, idle", seconds) for kind, seconds in [*times.items(), ("all pages", every)]}


def beside(kind: str, idle: Row, busy: Row) -> Row:
    ratios = {f"{name} ratio": round(busy[f"{name} ms"] / idle[f"{name} ms"], 2) for name in ("p50", "p99")}
    return busy | {"what": f"{kind}, during scrapes"} | ratios


def run(options: dict[str, Any]) -> Report:
    pages = min(options["products"] * 2, MOST_PAGES)
    passages = fill(count=options["products"], pages=pages, pages_each=8)
    shown, seconds = addresses(), options["seconds"]
    report = Report("web", {"products": options["products"], "passages": passages, "requests a second": PACE})
    staff.fill()
    with web(HALILIT_TWO_FACTOR="0") as base:
        measure(base, shown, WARM_UP)
        idle = summaries(measure(base, shown, seconds))
        report.add(*idle.values())
        report.take(staff.measure, base, seconds)
        if options["during_scrape"]:
            with scraping() as ended:
                time.sleep(WARM_UP)  # until the scrape is at work
                busy = measure(base, shown, seconds)
            report.facts |= {
                "brands scraped at once": BRANDS,
                "scrapes completed": ended.count(0),
                "scrapes failed": len(ended) - ended.count(0),
                "database is locked": locked(),
            }
            report.add(*(beside(kind, idle[kind], row) for kind, row in summaries(busy).items()))
    return report
