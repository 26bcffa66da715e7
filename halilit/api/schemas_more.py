"""What the API gives beside brands: products, documents, runs, searches and questions, page by page."""

from datetime import datetime
from typing import Annotated

from ninja import Schema
from pydantic import Field, StringConstraints

from .schemas import DocumentOut, ProductOut
from .schemas_scraping import RunOut

Next = Annotated[str, Field(description="Cursor of the next page; empty on the last one.")]
Term = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00]*$")]


class ProductWithBrand(ProductOut):
    brand: str


class ProductPage(Schema):
    items: list[ProductWithBrand]
    next: Next


class DocumentPage(Schema):
    items: list[DocumentOut]
    next: Next


class DocumentDetail(DocumentOut):
    products: list[int] = Field(description="Identities of the products that it covers.")


class PageText(Schema):
    number: int
    text: str
    language: str


class PageTexts(Schema):
    items: list[PageText]
    next: Next


class RunPage(Schema):
    items: list[RunOut]
    next: Next


class LogEntry(Schema):
    id: int
    url: str
    outcome: str
    reason: str
    http_status: int | None
    documents: int
    milliseconds: int | None
    created_at: datetime


class LogPage(Schema):
    items: list[LogEntry]
    next: Next


class SearchedOut(Schema):
    id: str
    at: datetime
    text: str
    language: str
    results: int
    clicks: int


class SearchedPage(Schema):
    items: list[SearchedOut]
    next: Next


class AskedOut(Schema):
    id: str
    created_at: datetime
    question: str
    language: str
    brand: str
    product: int | None
    state: str
    abstained: bool
    feedback: int = Field(description="1 helpful, -1 not helpful, 0 none.")
    total_ms: int | None
    url: str


class AskedPage(Schema):
    items: list[AskedOut]
    next: Next


class SynonymOut(Schema):
    id: int
    term: str
    language: str
    synonyms: list[str]
    active: bool


class SynonymPage(Schema):
    items: list[SynonymOut]
    next: Next


class SynonymIn(Schema):
    term: Term
    means: Term


class Me(Schema):
    kind: str = Field(description="visitor, staff or token.")
    name: str
    scopes: list[str] = Field(description="Of a token.")
    roles: list[str] = Field(description="Of staff.")
    a_minute: int = Field(description="Requests a minute; 0: no limit.")


class Verdict(Schema):
    url: str
    kind: str
    fetched: bool
    known: bool = Field(description="An earlier scrape has met it.")
    found_on: str
    said: str = Field(description="Why it would be left out.")


class WhyNot(Schema):
    reason: str
    addresses: int


class DryRun(Schema):
    brand: str
    state: str = Field(description="none, waiting, working, done, or lost where its worker is gone.")
    at: datetime | None
    problem: str = Field(description="Why the start page could not be read.")
    counts: dict[str, int] = Field(description="Addresses that would be `fetched` and `left_out`.")
    complete: bool = Field(description="False: time was up before all was read.")
    addresses: list[Verdict]
    why_not: list[WhyNot]
