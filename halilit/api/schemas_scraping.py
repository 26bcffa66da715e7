"""What the API says of scrapes, workers and plans of visits, and what it is told about them."""

from datetime import datetime, time
from typing import Annotated, Literal

from ninja import Schema
from pydantic import AfterValidator, Field


def local(at: time) -> time:
    """Hours are those of Israel; one with a zone would mean another hour in winter than in summer."""
    if at.tzinfo is not None:
        raise ValueError("write hours and minutes without a zone, in Israel's time, such as 08:30")
    return at


Hour = Annotated[time, AfterValidator(local)]


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
