"""The cited page as a picture, through a real uvicorn: drawn for the first time, and kept."""

import io
import json
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse

from catalog.facsimile import SCALES
from catalog.models import Document
from halilit.demo.site import Site
from rag.answer import answer_now
from rag.grading import citations_of

from .figures import Row, held_to, summary
from .installation import web

QUESTIONS = settings.BASE_DIR / "halilit" / "demo" / "questions.jsonl"
MOST = 60  # pages
AGAIN = 5  # times


def pictures(folder: Path, most: int = MOST) -> Iterator[Row]:
    """Pages of the demo site's manuals, one after the other, as a telephone with a sharp screen asks for them."""
    documents = list(taken_in(folder))
    pages = [(one.pk, number) for one in documents for number in range(1, one.page_count + 1)][:most]
    with web() as base, httpx.Client(base_url=base, timeout=60) as client:
        client.get("/").raise_for_status()
        view, first = zip(*(seen(client, *page) for page in pages), strict=True)
        kept = [opened(client, "catalog:page_picture", *page, SCALES[-1]) for _ in range(AGAIN) for page in pages]
    yield held_to(summary("page with its marks, first", list(view)), p99_ms=300)
    yield held_to(summary("page picture, first", list(first)), p99_ms=300)
    yield held_to(summary("page picture, kept", kept), p99_ms=20)
    yield marks()


def marks() -> Row:
    """Of the passages that answers about these manuals cite: how many are found and marked within their page."""
    records = map(json.loads, QUESTIONS.read_text(encoding="utf-8").splitlines())
    cited = [one for record in records for one in citations_of(answer_now(record["question"]))]
    seen = [one.marked for one in cited if one.marked is not None]
    row = {"what": "citations marked within the page", "n": len(seen), "share": round(sum(seen) / max(len(seen), 1), 3)}
    return held_to(row, at_least=True, share=0.95)


def taken_in(folder: Path) -> Iterator[Document]:
    files = []
    site = Site()
    for manual in site.content.manuals.values():
        files.append(folder / manual.file)
        files[-1].write_bytes(site.pdf(manual))
    call_command("import_documents", *map(str, files), brand="Bench Manuals", stdout=io.StringIO())
    yield from Document.objects.filter(brand__name="Bench Manuals", page_count__gt=0).order_by("pk")


def seen(client: httpx.Client, *page: int) -> tuple[float, float]:
    """Seconds for a page that nobody has seen, and then for its picture, in the order of a browser."""
    return opened(client, "catalog:page", *page), opened(client, "catalog:page_picture", *page, SCALES[-1])


def opened(client: httpx.Client, name: str, *where: int) -> float:
    address = reverse(name, args=where)  # loads all views the first time, which is not the site's matter
    began = time.perf_counter()
    client.get(address).raise_for_status()
    return time.perf_counter() - began
