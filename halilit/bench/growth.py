"""What the same work takes as the installation grows: search, answers, pages, taking in, memory and disk."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from typing import Any
from urllib.parse import quote_plus

from django.db import connection
from django.db.models import Avg, Max
from django.utils import timezone

from catalog.models import Document, Product
from ingestion.models import IngestionRun
from rag.answer import answer_now
from rag.fts import engine
from rag.index import index_documents, index_stale
from rag.models import Answer, Chunk
from rag.retrieve import retrieve, search

from . import ask_model, spent
from .client import Client
from .figures import Report, Row, rate
from .filling import Generator, manuals, products
from .installation import demo_site, scrape, web, web_process
from .passages import fill_documents
from .search import queries, typed
from .web import addresses

PAGES_EACH = 7  # a manual's, each one passage: 160,000 documents are 1,120,000 passages
TO_A_PRODUCT = 4  # documents
MORE = 100  # documents that come to those that are there
BEYOND = 900_000  # numbers that no product there has
MODEL_QUESTIONS = 12


def run(options: dict[str, Any]) -> Report:
    report = Report("growth", {"database": connection.vendor, "documents": options["documents"]})
    began = time.perf_counter()
    passages = fill_documents(options["documents"], pages_each=PAGES_EACH, to_a_product=TO_A_PRODUCT)
    engine().optimize(connection)
    report.facts |= {"passages": passages, "products": Product.objects.count()}
    report.facts["filled in seconds"] = round(time.perf_counter() - began)
    seconds, asked = options["seconds"], queries()
    questions = [text for text in asked if " " in text]
    report.take(sizes)
    report.take(in_process, asked, questions, seconds)
    report.take(over_http, asked, questions, seconds)
    report.take(taking_in)
    report.take(indexing)
    report.take(tokens, questions[:MODEL_QUESTIONS])
    return report


def sizes() -> Iterator[Row]:
    documents = Document.objects.count()
    for what, size in spent.disk().items():
        yield {"what": f"disk, {what}", "MB": size, "kB a document": round(size * 1000 / documents, 2)}


def in_process(asked: list[str], questions: list[str], seconds: float) -> Iterator[Row]:
    for what, work, texts in (
        ("search, in process", search, asked),
        ("retrieval, in process", retrieve, asked),
        ("answer, in process", answer_now, questions),
    ):
        yield spent.costing(what, partial(_each, work, texts), seconds=seconds)


def _each(work: Any, texts: list[str], number: int) -> None:
    work(texts[number % len(texts)])


def over_http(asked: list[str], questions: list[str], seconds: float) -> Iterator[Row]:
    shown = addresses()
    searches = [f"/search/?q={quote_plus(text)}" for text in asked]
    begun = [f"/search/?q={quote_plus(text)}" for text in typed(asked)]
    with ExitStack() as stack:
        base, process = stack.enter_context(web_process())
        client = stack.enter_context(Client(base))
        taken = partial(spent.processor_of, process.pid)

        def visits(what: str, paths: list[str], **headers: str) -> Row:
            def visit(number: int) -> None:
                client.get(paths[number % len(paths)], headers)

            return spent.costing(what, visit, seconds=seconds, taken=taken)

        def ask(number: int) -> None:
            client.post("/api/chat", {"question": questions[number % len(questions)]})

        yield visits("instant results", begun, **{"HX-Request": "true"})
        yield visits("search page", searches)
        yield spent.costing("answer", ask, seconds=seconds, taken=taken)
        for kind in ("brand", "brand, documents", "family", "product"):
            yield visits(f"page of a {kind}" if "," not in kind else "documents of a brand", shown[kind])
        yield {"what": "memory of the web process", "MB": spent.memory_of(process.pid)}


def taking_in() -> Iterator[Row]:
    """The demo site, read as a scrape reads it, beside all that is there: reading, storing and indexing."""
    with demo_site() as sites:
        name, url = next(iter(sites.items()))
        before = spent.processor_here() + spent.processor_of_database()
        scrape(name, url)
        taken = spent.processor_here() + spent.processor_of_database() - before
    run = IngestionRun.objects.latest("pk")
    assert run.started_at and run.finished_at
    stored = run.counters.get("stored", 0)
    row = rate("pages and documents scraped", stored, (run.finished_at - run.started_at).total_seconds())
    yield row | {"CPU ms": round(taken * 1000 / max(stored, 1), 1)}


def indexing() -> Iterator[Row]:
    newest = Document.objects.aggregate(newest=Max("pk"))["newest"]
    generator = Generator()
    manuals(generator, products(generator, MORE, first=BEYOND), MORE * PAGES_EACH, PAGES_EACH)
    more = list(Document.objects.filter(pk__gt=newest).values_list("pk", flat=True))
    before, began = spent.processor_here() + spent.processor_of_database(), time.perf_counter()
    index_documents(more)
    took = time.perf_counter() - began
    taken = spent.processor_here() + spent.processor_of_database() - before
    passages = Chunk.objects.filter(document__in=more).count()
    yield rate("passages indexed", passages, took) | {"CPU ms": round(taken * 1000 / passages, 2)}
    began = time.perf_counter()
    index_stale()
    yield rate("documents looked through for changes", Document.objects.count(), time.perf_counter() - began)


def tokens(questions: list[str]) -> Iterator[Row]:
    """About how many tokens a model is sent and gives for an answer, with one on this machine."""
    with ask_model.model(0.0) as found, web(**ask_model.environment(found["model"])) as base, Client(base) as client:
        since = timezone.now()
        for question in questions:
            client.post("/api/chat", {"question": question})
    asked = Answer.objects.filter(created_at__gte=since, tokens__gt=0)
    mean = asked.aggregate(mean=Avg("tokens"))["mean"] or 0
    given = ask_model.TOKENS
    yield {"what": "tokens of a model for an answer", "n": asked.count(), "tokens": round(mean), "given": given}
