"""Search and retrieval over generated passages: in this process, and through a real uvicorn, as one types too."""

import random
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote_plus

from catalog.models import Product
from rag.retrieve import retrieve, search

from .client import Client
from .figures import Report, Row, repeat, summary
from .filling import Generator
from .installation import web
from .passages import fill_passages
from .vectors import with_vectors

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


def typed(texts: list[str]) -> list[str]:
    """What boxes hold while the texts are typed, from two letters on: some of the beginnings of each."""
    chance = random.Random(13)  # noqa: S311
    begun = [(text, range(2, len(text) + 1)) for text in texts if len(text) > 1]
    made = [text[:length] for text, lengths in begun for length in chance.sample(lengths, min(4, len(lengths)))]
    chance.shuffle(made)
    return made


def run(options: dict[str, Any]) -> Report:
    passages = fill_passages(options["chunks"], pages_each=PAGES_EACH)
    return measured(Report("search", {"passages": passages}), options["seconds"])


def measured(report: Report, seconds: float) -> Report:
    asked = queries()
    report.facts["queries"] = len(asked)
    report.take(in_process, asked, seconds)
    report.take(by_meaning, asked, seconds)
    report.take(over_http, asked, seconds)
    return report


def in_process(asked: list[str], seconds: float) -> Iterator[Row]:
    for name, work in (("search, in process", search), ("retrieve, in process", retrieve)):
        work(asked[0])
        times = repeat(lambda n, work=work: work(asked[n % len(asked)]), seconds=seconds)  # type: ignore[misc]
        yield summary(name, times)


def by_meaning(asked: list[str], seconds: float) -> Iterator[Row]:
    with with_vectors():
        retrieve(asked[0])
        times = repeat(lambda n: retrieve(asked[n % len(asked)]), seconds=seconds)
        yield summary("retrieve with vectors, in process", times)


def over_http(asked: list[str], seconds: float) -> Iterator[Row]:
    with web() as base:
        yield summary("instant, HTTP", requests(base, typed(asked), {"HX-Request": "true"}, seconds))
        yield summary("search page, HTTP", requests(base, asked, {}, seconds))


def requests(base: str, texts: list[str], headers: dict[str, str], seconds: float) -> list[float]:
    """Seconds of each request, one after the other, after a second to warm up."""
    with Client(base) as client:

        def ask(number: int) -> None:
            client.get(f"/search/?q={quote_plus(texts[number % len(texts)])}", headers)

        repeat(ask, seconds=1)
        return repeat(ask, seconds=seconds)
