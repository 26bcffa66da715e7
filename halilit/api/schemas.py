"""What the API takes and gives."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field, StringConstraints

Question = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class Problem(Schema):
    """RFC 9457. `detail` says what happened and what to do."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[str, str]] | None = None


class BrandOut(Schema):
    id: int
    name: str
    slug: str
    website: str
    distributor_url: str
    priority: bool
    active: bool
    products: int
    documents: int
    status: str = Field(description="State of the last scrape; empty where there was none.")


class Brands(Schema):
    count: int
    items: list[BrandOut]


class BrandCounts(Schema):
    id: int
    name: str
    slug: str
    products: int
    documents: int


class BrandStats(Schema):
    brands: int
    active_brands: int
    brands_with_documents: int
    products: int
    documents: int
    pages: int
    passages: int
    documents_by_kind: dict[str, int]
    by_brand: list[BrandCounts]


class FamilyOut(Schema):
    id: int
    name: str
    slug: str
    products: int


class BrandDetail(BrandOut):
    families: list[FamilyOut]


class SpecificationOut(Schema):
    label: str
    value: str
    section: str


class ProductOut(Schema):
    id: int
    name: str
    slug: str
    sku: str
    gtin: str
    family: str
    price: Decimal | None
    currency: str
    lifecycle: str
    successor_name: str
    description: str
    page_url: str = Field(description="Where it was read; of one known from its manual alone, manual: and its slug.")
    url: str = Field(description="Path of the product's page on this site.")
    specifications: list[SpecificationOut]
    documents: list[int] = Field(description="Identities of its documents.")


class Products(Schema):
    count: int
    items: list[ProductOut]


class DocumentOut(Schema):
    id: int
    title: str
    kind: str
    language: str
    brand: str
    pages: int
    source: str = Field(description="Where it was read.")
    url: str = Field(description="Path of the document's page on this site.")
    fetched_at: datetime | None


class Documents(Schema):
    count: int
    items: list[DocumentOut]


class ChangeOut(Schema):
    id: int
    at: datetime
    brand: str
    kind: str
    subject: str = Field(description="What changed, as it was called then.")
    field: str
    old: Any = Field(description="Before. Of specifications and texts only what differs.")
    new: Any
    run: int | None = Field(description="The run that found it; null where staff changed it.")
    user: str
    product: int | None
    document: int | None
    undone: bool


class Changes(Schema):
    count: int
    items: list[ChangeOut]


class FoundProduct(Schema):
    id: int
    name: str
    brand: str
    url: str


class FoundDocument(Schema):
    id: int
    title: str
    kind: str
    brand: str
    url: str


class FoundPassage(Schema):
    document: int
    title: str
    brand: str
    kind: str
    language: str
    page: int
    last_page: int
    heading: str
    text: str
    url: str
    score: float


class SearchOut(Schema):
    query: str
    total: int
    products: list[FoundProduct]
    documents: list[FoundDocument]
    passages: list[FoundPassage]


class ChatIn(Schema):
    question: Question
    brand: str | None = Field(None, max_length=200, description="Name or slug: answers from this brand alone.")
    product: int | None = Field(None, description="Identity of the product that the question is about.")
    language: str = Field("", max_length=10, description="Of the answer; empty: that of the question.")
    conversation: str | None = Field(None, max_length=36, description="Goes on with this conversation.")


class SourceOut(Schema):
    n: int
    document: int
    title: str
    brand: str
    kind: str
    page: int
    last_page: int
    heading: str
    text: str
    url: str


class ChatOut(Schema):
    id: str
    conversation: str
    question: str
    asked: str = Field(description="A follow-up as it was understood; empty where it stands for itself.")
    answer: str = Field(description="With [1] for the sources; [?] follows what no source confirms.")
    advice: str = Field(description="Dangers and what is discontinued, one a line; comes before the answer.")
    abstained: bool
    provider: str
    notice: str
    language: str
    sources: list[SourceOut]
    url: str = Field(description="Path of the answer's own page.")


class CoverageOut(Schema):
    brand: str
    product: int
    name: str
    kind: str
    language: str = Field(description="Set where only this language of the document is lacking.")
    languages: list[str] = Field(description="In which it is there.")
    state: str = Field(description="have, unread, failed, gone, missing or absent.")
    reason: str
    since: datetime | None
    document: int | None
    asked: int = Field(description="How often people asked for the product within a year.")


class Coverage(Schema):
    """`totals` counts all cells of the brand's ledger by state; `known` and `read` are documents its site links to."""

    count: int
    products: int
    with_manual: int
    known: int
    read: int
    totals: dict[str, int]
    items: list[CoverageOut]
