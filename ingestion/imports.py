"""Taking in what was not crawled: files that a brand sent, and pages that somebody captured."""

import hashlib
import re
from pathlib import Path
from typing import Any

from django.db import transaction

from catalog.models import Brand, Document
from catalog.naming import model_key
from catalog.services import get_or_create_brand

from .addresses import normalise_url
from .content import sniff
from .errors import Unreadable
from .extract import Extraction
from .extract.links import file_title
from .extract.names import clean_name
from .pdf import read_pdf_now
from .store.files import store_file
from .store.outcome import Stored, announce
from .store.pages import save_page_document


class ImportProblem(Exception):
    """A record that cannot be taken in; `str()` says what is missing."""


def import_pdf(*, brand: Brand, path: Path) -> Document:
    """Store a PDF under its file name. Raises Unreadable, or OSError where there is no such file."""
    with path.open("rb") as file:
        first = file.read(2048)
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if sniff(first) != "pdf":
        raise Unreadable("This is not a PDF.")
    text = read_pdf_now(path)
    with transaction.atomic():
        stored = store_file(
            brand=brand,
            url=f"file:{path.name}",
            title=import_title(path.name),
            path=path,
            content_hash=digest,
            size=path.stat().st_size,
            text=text,
        )
    return Document.objects.get(pk=stored.documents[0])


def import_title(name: str) -> str:
    """A readable title from a file's name: without its ending, size and check sum."""
    return re.sub(r"\s*\((?:[\d.,]+\s*[kKmMgG]i?[bB])\)", "", file_title(f"file:///{name}")).strip() or name


def import_page(record: dict[str, Any], *, brand_name: str = "") -> Document:
    """Store a captured page. Raises ImportProblem where URL, text or brand are missing."""
    if not isinstance(record, dict):
        raise ImportProblem("Each line holds one object with url, title and text.")
    url, text = normalise_url(str(record.get("url") or "")), str(record.get("text") or "")
    name = brand_name or str(record.get("brand") or "")
    if not url or not text.strip() or not name:
        raise ImportProblem("It needs a url (https://…), a text, and a brand (here or with --brand).")
    brand = get_or_create_brand(readable(name))
    title = str(record.get("title") or "")
    stored = Stored()
    page = Extraction(title=clean_name(title, brand.name) or url, kind="page", language="", text=text)
    save_page_document(brand, url, page, stored)
    announce(stored)
    return Document.objects.get(pk=stored.documents[0])


def readable(name: str) -> str:
    """A brand's name from a folder's: krk_systems is KRK Systems where that brand is known."""
    for brand in Brand.objects.all():
        if model_key(brand.name) == model_key(name.replace("_", " ")):
            return brand.name
    return name.replace("_", " ").title() if "_" in name else name
