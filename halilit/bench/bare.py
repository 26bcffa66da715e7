"""How far it is to the least that it could cost: our product page beside Django alone, our search beside FTS5 alone."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from http import HTTPStatus
from http.client import HTTPConnection
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from catalog.models import Product
from rag.fts_tables import CHUNKS
from rag.retrieve import search

from .figures import Report, Row, repeat, summary
from .installation import free_port, process, wait_for, web
from .passages import fill_passages
from .search import PAGES_EACH, queries

PRODUCTS = 200
INDEX = CHUNKS.name
FTS5 = f"SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH %s ORDER BY rank LIMIT 20"  # noqa: S608


def run(options: dict[str, Any]) -> Report:
    passages = fill_passages(options["chunks"], pages_each=PAGES_EACH)
    report = Report("bare", {"passages": passages})
    report.take(pages, options["seconds"])
    report.take(searches, options["seconds"])
    return report


def pages(seconds: float) -> list[Row]:
    """Both sites are asked in turn for the same products, so that both meet the same moments of the machine."""
    shown = list(Product.objects.filter(hidden=False).select_related("brand").order_by("pk")[:PRODUCTS])
    ours = [product.get_absolute_url() for product in shown]
    bare = [f"/bare/{product.brand.slug}/{product.slug}/" for product in shown]
    with ExitStack() as stack:
        sites = [Visitor(stack, stack.enter_context(web()), ours), Visitor(stack, stack.enter_context(alone()), bare)]
        in_turn(sites, 1)
        for site in sites:
            site.times.clear()
        in_turn(sites, seconds * 2)
    names = ("product page", "Django alone, same rows and template")
    rows = [summary(name, site.times) | {"bytes": site.size} for name, site in zip(names, sites, strict=True)]
    return compared(rows)


def in_turn(sites: "list[Visitor]", seconds: float) -> None:
    end, numbers = time.perf_counter() + seconds, count()
    while time.perf_counter() < end:
        number = next(numbers)
        for site in sites:
            site.ask(number)


class Visitor:
    """Asks for one page after the other over one connection, uncompressed, as both sites then do the same."""

    def __init__(self, stack: ExitStack, base: str, paths: list[str]) -> None:
        at = urlsplit(base)
        self.client = stack.enter_context(closing(HTTPConnection(at.hostname or "", at.port, timeout=60)))
        self.paths, self.times, self.size = paths, list[float](), 0

    def ask(self, number: int) -> None:
        path = self.paths[number % len(self.paths)]
        began = time.perf_counter()
        self.client.request("GET", path)
        answer = self.client.getresponse()
        self.size = len(answer.read())
        self.times.append(time.perf_counter() - began)
        if answer.status != HTTPStatus.OK:
            raise RuntimeError(f"{path} was answered with {answer.status}: see the logs in {settings.DATA_DIR}")


@contextmanager
def alone() -> Iterator[str]:
    """Django alone behind a real uvicorn; yields its address."""
    port, log = free_port(), settings.DATA_DIR / "bare.log"
    words = [sys.executable, "-m", "uvicorn", "halilit.bench.bare_site:application", "--port", str(port)]
    quiet = ["--lifespan", "off", "--no-access-log", "--log-level", "warning"]
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "halilit.bench.bare_settings"}
    with process(*words, *quiet, log=log, env=env):
        wait_for(f"http://127.0.0.1:{port}/healthz", log)
        yield f"http://127.0.0.1:{port}"


def searches(seconds: float) -> list[Row]:
    """Ours knows models, languages, synonyms and the catalogue; FTS5 alone finds passages with any of the words."""
    if connection.vendor != "sqlite":
        return []
    asked = queries()
    plain = [" OR ".join(f'"{word}"' for word in text.replace('"', " ").split()) for text in asked]

    def fts5(number: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(FTS5, [plain[number % len(plain)]])
            cursor.fetchall()

    search(asked[0])
    fts5(0)
    return compared(
        [
            summary("search, in process", repeat(lambda n: search(asked[n % len(asked)]), seconds=seconds)),
            summary("SQLite's FTS5 alone, any of the words", repeat(fts5, seconds=seconds)),
        ]
    )


def compared(rows: list[Row]) -> list[Row]:
    ours, bare = rows
    return [ours | {"times the bare one": round(ours["p50 ms"] / bare["p50 ms"], 2)}, bare]
