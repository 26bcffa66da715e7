"""What the API takes and gives."""

from datetime import datetime, time
from decimal import Decimal
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import AfterValidator, Field, StringConstraints

Question = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


def local(at: time) -> time:
    """Hours are those of Israel; one with a zone would mean another hour in winter than in summer."""
    if at.tzinfo is not None:
        raise ValueError("write hours and minutes without a zone, in Israel's time, such as 08:30")
    return at


Hour = Annotated[time, AfterValidator(local)]


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


class IngestionOut(Schema):
    brand: str
    slug: str
    state: str
    percent: int
    current_step: str
    current_document: str
    urls_discovered: int
    urls_processed: int
    documents_ingested: int
    started_at: datetime | None
    finished_at: datetime | None
    last_error: str = Field(description="For staff and tokens alone; else empty.")


class Ingestion(Schema):
    active: int
    items: list[IngestionOut]


class WorkerOut(Schema):
    mode: str
    delay: int = Field(description="Seconds between two brands.")
    at_once: int = Field(description="Brands that continuous mode scrapes at the same time.")
    quiet_from: time | None = Field(description="No site is visited from then on …")
    quiet_until: time | None = Field(description="… until then, in Israel's time.")
    paused: bool
    running: list[str]
    queued: list[str]
    on_hold: list[str] = Field(description="Brands whose scrape is paused.")
    queue_length: int
    heartbeat_at: datetime | None
    clusters: int = Field(description="Task clusters that report themselves; without one, nothing is scraped.")
    workers: int


class WorkerStart(Schema):
    mode: Literal["once", "continuous"] = "once"
    brand: str | None = Field(None, max_length=200, description="Name or slug; without one, the brand that is due.")
    delay: int = Field(30, ge=0, le=86_400, description="Seconds between two brands, in continuous mode.")
    at_once: int = Field(0, ge=0, le=64, description="Brands at the same time; 0: as many as there are workers.")


Urgency = Literal["urgent", "normal", "low"]


class RunOut(Schema):
    id: int
    brand: str
    state: str
    trigger: str
    priority: Urgency
    rest_until: datetime | None = Field(description="It waits until then, without a worker.")
    rest_reason: str
    start_url: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    counters: dict[str, int] = Field(description="What became of its URLs: discovered, processed, stored, failed …")


class WorkerStarted(Schema):
    worker: WorkerOut
    run: RunOut | None


class WorkerStopped(Schema):
    worker: WorkerOut
    cancelled: int = Field(description="Runs that were told to stop.")


class Plan(Schema):
    """When a brand is visited by itself. Give either hours or a cron expression, or neither."""

    every_hours: int | None = Field(None, ge=1, le=8760)
    cron: str = Field("", max_length=100, description="Five parts, in Israel's time, such as 30 3 * * 1-5.")
    priority: Urgency = "normal"
    quiet_from: Hour | None = None
    quiet_until: Hour | None = None


class PlanOut(Plan):
    brand: str
    next_at: datetime | None
    failures: int = Field(description="In a row.")
    set_aside_until: datetime | None
    set_aside_reason: str = Field(description="For staff and tokens alone; else empty.")


class QuietHours(Schema):
    quiet_from: Hour | None = None
    quiet_until: Hour | None = None


class ScrapeStart(Schema):
    force: bool = Field(False, description="Read everything again, also what did not change.")
    max_pages: int | None = Field(None, ge=1)
    priority: Urgency | None = Field(None, description="Without one, that of the brand's plan.")


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
