"""Extraction from invented pages in the habits of shop platforms and hand-made sites; each file begins with its truth.

A truth names only what its page shows. `specs` and `images` must be among what was read, `documents` are all of them
with kind and language, `no_…` must not appear.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from ingestion.extract import Extraction, FetchedPage, extract

PAGES = sorted((Path(__file__).parent / "pages").glob("*.html"))


def saved(path: Path) -> tuple[dict[str, Any], Extraction]:
    truth, _, markup = path.read_text(encoding="utf-8").removeprefix("<!--").partition("-->")
    wanted = json.loads(truth)
    return wanted, extract(FetchedPage(wanted["url"], markup, wanted["brand"]))


def differences(wanted: dict[str, Any], found: Extraction) -> list[str]:
    problems = [
        f"{field}: {getattr(found, field)!r} {found.evidence}"
        for field in ("kind", "title", "language", "canonical")
        if field in wanted and getattr(found, field) != wanted[field]
    ]
    problems += [f"missing text {text!r}" for text in wanted.get("text", []) if text not in found.text]
    problems += [f"text of the frame {text!r}" for text in wanted.get("no_text", []) if text in found.text]
    documents = {d.url: f"{d.kind} {d.language}" for d in found.documents}
    if wanted.get("documents", documents) != documents:
        problems.append(f"documents {documents}")
    return problems + (of_product(wanted, found) if wanted["kind"] == "product" and found.product else [])


def of_product(wanted: dict[str, Any], found: Extraction) -> list[str]:
    product = found.product
    assert product is not None
    price = None if product.price is None else str(product.price)
    values = {
        "name": product.name, "sku": product.sku, "price": price, "currency": product.currency, "family": product.family,
        "discontinued": product.discontinued, "successor": product.successor,
    }  # fmt: skip
    problems = [f"{key}: {values[key]!r}" for key in values if key in wanted and values[key] != wanted[key]]
    specs = {(s.label, s.value) for s in product.specifications}
    missing = set(wanted.get("specs", {}).items()) - specs
    sections = {f"{s.section}|{s.label}": s.value for s in product.specifications}
    missing |= set(wanted.get("sections", {}).items()) - set(sections.items())
    if missing:
        problems.append(f"no specifications {missing} among {specs} {sections}")
    problems += [f"no specification: {label}" for label, _ in specs if label in wanted.get("no_specs", [])]
    pictures = [p.url.partition("?")[0] for p in product.pictures]
    problems += [f"no picture {url} among {pictures}" for url in wanted.get("images", []) if url not in pictures]
    problems += [f"a picture too many: {part}" for part in wanted.get("no_images", []) if part in " ".join(pictures)]
    return problems


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_says_what_its_truth_says(path: Path):
    wanted, found = saved(path)
    assert differences(wanted, found) == []


def test_every_kind_of_page_is_among_them():
    kinds = {saved(path)[0]["kind"] for path in PAGES}
    assert kinds >= {"product", "listing", "article", "manuals", "legal", "page"}
