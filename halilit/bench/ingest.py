"""The parts of taking something in, each alone and on one core: extraction, PDFs, cutting, indexing."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from halilit.demo.site import Site
from ingestion.extract import FetchedPage, extract
from ingestion.pdf import read_pdf_now
from rag.chunk import PageText, cut
from rag.index import index_stale
from rag.models import Chunk

from .figures import Report, Row, rate, repeat
from .filling import Generator, manuals, products

ORIGIN = "http://site.example"


def demo_pages() -> list[FetchedPage]:
    resources = Site().resources
    pages = [path for path, resource in resources.items() if resource.content_type.startswith("text/html")]
    return [FetchedPage(ORIGIN + path, resources[path].body.decode(), "Lumenhall") for path in pages]


def saved_pages(root: Path) -> list[FetchedPage]:
    """The HTML files under a folder. Raises CommandError where there is none."""
    files = sorted(file for file in root.rglob("*") if file.is_file() and file.suffix in ("", ".html", ".htm"))
    texts = ((file, file.read_text("utf-8", errors="replace")) for file in files)
    pages = [
        FetchedPage(f"{ORIGIN}/{file.relative_to(root)}", text, root.name)
        for file, text in texts
        if "<html" in text.lower()
    ]
    if not pages:
        raise CommandError(f"There is no HTML file under {root}.")
    return pages


def extraction(pages: list[FetchedPage], seconds: float) -> Iterator[Row]:
    times = repeat(lambda n: extract(pages[n % len(pages)]), seconds=seconds, least=len(pages))
    kilobytes = sum(len(page.html) for page in pages) / len(pages) / 1024
    yield rate(f"pages extracted (of {kilobytes:.0f} KB on average)", len(times), sum(times))


def pdf_files(seconds: float) -> Iterator[Row]:
    """Pages of PDF files, each file in a child process of its own, as a scrape reads them."""
    site = Site()
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for manual in site.content.manuals.values():
            file = Path(folder) / manual.file
            file.write_bytes(site.pdf(manual))
            files.append(file)
        read: list[int] = []
        times = repeat(
            lambda n: read.append(len(read_pdf_now(files[n % len(files)]).pages)), seconds=seconds, least=len(files)
        )
    yield rate(f"PDF pages read ({len(times)} files)", sum(read), sum(times))


def cutting(seconds: float) -> Iterator[Row]:
    generator = Generator()
    documents = [[PageText(number, generator.page(f"X-{k}", number)) for number in range(1, 21)] for k in range(10)]
    times = repeat(lambda n: cut(documents[n % len(documents)]), seconds=seconds)
    yield rate("manual pages cut into passages", len(times) * 20, sum(times))


def indexing(count: int) -> Iterator[Row]:
    """Everything that indexing does, database included."""
    generator = Generator()
    manuals(generator, products(generator, max(1, count // 20)), count, 20)
    began = time.perf_counter()
    index_stale()
    yield rate("passages indexed", Chunk.objects.count(), time.perf_counter() - began)


def run(options: dict[str, Any]) -> Report:
    root = Path(options["root"]).resolve() if options["root"] else None
    pages = saved_pages(root) if root else demo_pages()
    seconds = options["seconds"]
    report = Report("ingest", {"pages": len(pages), "site": root.name if root else "demo site"})
    report.take(extraction, pages, seconds)
    report.take(pdf_files, seconds)
    report.take(cutting, seconds)
    report.take(indexing, min(options["chunks"], 5000))
    return report
