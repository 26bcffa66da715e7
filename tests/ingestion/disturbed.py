"""What the scripts share that disturb a scrape again and again: the command line, the brand, and the tables to compare."""

import argparse
import subprocess
import sys
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from tests.installation import Installation

BRAND = "Lumenhall"

# What must be equal, without keys and times. A URL's fate may differ in how often it was tried.
TABLES = {
    "frontier": "select url, kind, state from ingestion_frontierurl",
    "documents": "select url, title, kind, state, language, content_hash, page_count, mime_type from catalog_document",
    "duplicates": "select d.url, o.url from catalog_document d join catalog_document o on o.id = d.duplicate_of_id",
    "pages": "select d.url, p.number, p.language, p.text from catalog_documentpage p"
    " join catalog_document d on d.id = p.document_id",
    "products": "select page_url, name, slug, model_key, sku, description, price, lifecycle from catalog_product",
    "families": "select name, slug from catalog_productfamily",
    "specifications": "select p.page_url, s.section, s.label, s.value, s.\"order\" from catalog_specification s"
    " join catalog_product p on p.id = s.product_id",
    "links": "select p.page_url, d.url, l.title from catalog_productdocument l"
    " join catalog_product p on p.id = l.product_id join catalog_document d on d.id = l.document_id",
    "pictures": "select p.page_url, m.url, m.alt, m.file, m.width, m.height from catalog_media m"
    " join catalog_product p on p.id = m.product_id",
    "passages": "select d.url, c.page, c.last_page, c.\"order\", c.language, c.title, c.text from rag_chunk c"
    " join catalog_document d on d.id = c.document_id",
    "not indexed": "select document_id from rag_changeddocument",
    "shown": "select state, percent, urls_discovered, urls_processed, documents_ingested from ingestion_ingestionstatus",
}  # fmt: skip


class Seen(Protocol):
    """What one disturbed run showed; `differs` are rows that should not be there (+) or are missing (-)."""

    @property
    def is_well(self) -> bool: ...

    @property
    def differs(self) -> tuple[str, ...]: ...

    @property
    def fates(self) -> tuple[str, ...]: ...


S = TypeVar("S", bound=Seen)


def prepare(installation: Installation, url: str, *, rate: float, render: str = "auto") -> None:
    """Make the brand known and queue its scrape; so many requests a second let a run last for some seconds."""
    installation.manage(
        "shell", "-v0", "-c",
        "from catalog.models import Brand;"
        f"Brand.objects.create(name={BRAND!r}, slug='lumenhall', website={url!r}, requests_per_second={rate},"
        f" render_mode={render!r});"
        f"from django.core.management import call_command; call_command('scrape', {BRAND!r})",
    )  # fmt: skip


def tables(installation: Installation) -> dict[str, list[Any]]:
    return {name: sorted(installation.rows(question), key=repr) for name, question in TABLES.items()} | files(
        installation
    )


def files(installation: Installation) -> dict[str, list[Any]]:
    """Files that the tables name and that are not there; elsewhere than in the folder nobody looks."""
    folder = installation.folder / "files"
    named = installation.rows("select file from catalog_document union select file from catalog_media")
    missing = [name for (name,) in named if name and folder.is_dir() and not (folder / name).is_file()]
    return {"missing files": sorted(missing)}


def compared(found: dict[str, list[Any]], expected: dict[str, list[Any]]) -> tuple[str, ...]:
    return tuple(
        f"{name}: {sign} {row!r}"[:300]
        for name in expected
        for sign, rows, others in (("+", found[name], expected[name]), ("-", expected[name], found[name]))
        for row in rows
        if row not in others
    )


def fates(installation: Installation) -> tuple[str, ...]:
    """URLs that were tried more than once or failed, with how that came: what explains a difference."""
    found = installation.rows(
        "select url, state, attempts, error_class, reason from ingestion_frontierurl"
        " where attempts > 1 or state = 'failed' order by state, url"
    )
    return tuple(f"{url}: {state}, tried {n} times. {kind} {reason}"[:300] for url, state, n, kind, reason in found)


def scalar(installation: Installation, question: str) -> Any:
    found = installation.rows(question)
    return found[0][0] if found else None


def state(installation: Installation) -> str:
    return str(scalar(installation, "select state from ingestion_ingestionrun order by id desc limit 1"))


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def options(about: str | None, *, runs: int) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=runs)
    parser.add_argument("--seed", type=int, default=1, help="of what happens, and when")
    parser.add_argument("--patience", type=float, default=1, help="times the time limits, for a machine that is busy")
    return parser.parse_args()


def repeated(runs: int, disturb: Callable[[int], S], told: Callable[[S], str]) -> tuple[list[S], int]:
    """Disturb so many runs, and say what each showed. Returns those that completed, and how many were not well."""
    seen = []
    for number in range(1, runs + 1):
        try:
            one = disturb(number)
        except (AssertionError, subprocess.TimeoutExpired) as problem:
            say(f"{number:3} {problem}")
            continue
        seen.append(one)
        say(f"{number:3} {told(one)}")
        for line in () if one.is_well else (*one.differs[:6], *one.fates[:12]):
            say(f"      {line}")
    return seen, runs - sum(one.is_well for one in seen)
