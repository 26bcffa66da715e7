"""Search and retrieval over generated passages: in this process, and the search page through a real uvicorn."""

import random
from typing import Any
from urllib.parse import quote_plus

import httpx

from catalog.models import Product
from rag.retrieve import retrieve, search

from .figures import Report, repeat, summary
from .filling import Generator, fill
from .installation import web

PAGES_EACH = 20


def queries() -> list[str]:
    """What people type: a model, a model with words, words alone, one that is not there; in a fixed random order."""
    chance, generator = random.Random(11), Generator()  # noqa: S311
    models = [product.name.split()[0] for product in Product.objects.order_by("pk")[:400]]
    made = []
    for model in models:
        two = " ".join(generator.some(2))
        made += [model, f"{model} {two}", f"how do I set the {two} on the {model.replace('-', ' ').lower()}", two]
    made += ["zxqv-9999 reset", "factory reset", "sustain pedal polarity", " ".join(generator.words[:4])]
    chance.shuffle(made)
    return made


def run(options: dict[str, Any]) -> Report:
    chunks, seconds = options["chunks"], options["seconds"]
    passages = fill(count=max(20, chunks // PAGES_EACH), pages=chunks, pages_each=PAGES_EACH)
    asked = queries()

    def pick(number: int) -> str:
        return asked[number % len(asked)]

    report = Report("search", {"passages": passages, "queries": len(asked)})
    for name, work in (("search, in process", search), ("retrieve, in process", retrieve)):
        work(asked[0])
        report.rows.append(summary(name, repeat(lambda n, work=work: work(pick(n)), seconds=seconds)))  # type: ignore[misc]
    with web() as base, httpx.Client(base_url=base, timeout=60) as client:

        def page(number: int) -> None:
            client.get(f"/search/?q={quote_plus(pick(number))}").raise_for_status()

        repeat(page, seconds=1)
        report.rows.append(summary("search page, HTTP", repeat(page, seconds=seconds)))
    return report
