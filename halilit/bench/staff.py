"""The console's first page and its poll, with as many brands, runs and log rows as some months of work leave."""

from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.text import slugify

from catalog.models import Brand
from ingestion.models import IngestionRun, IngestionStatus, IngestLog, Outcome, RunState
from rag.models import Answer, Conversation

from .client import Client
from .figures import Row, repeat, summary

BRANDS, RUNS, LOG_ROWS = 83, 100, 100_000
AT_WORK, WAITING, FAILED = 3, 5, 4  # runs
EVERY_FAILS = 40  # of the addresses
QUESTIONS = 500
BATCH = 2_000
CODES = ("missing", "refused", "no_answer", "broken")


def fill() -> None:
    """Brands up to the number, and their history; the newest runs of three brands are at work."""
    made = range(Brand.objects.count(), BRANDS)
    names = [f"Staff Brand {number}" for number in made]
    Brand.objects.bulk_create(Brand(name=name, slug=slugify(name), website="https://staff.example/") for name in names)
    brands = list(Brand.objects.order_by("pk"))
    # The oldest first: those that are not over are made last.
    runs = [run_of(brands[number % len(brands)], number) for number in reversed(range(RUNS))]
    for run in runs:
        fill_log(run, LOG_ROWS // RUNS)
    conversation = Conversation.objects.create()
    Answer.objects.bulk_create(
        Answer(conversation=conversation, question=f"Question {n}?", state="done", abstained=n % 5 == 0)
        for n in range(QUESTIONS)
    )


def run_of(brand: Brand, number: int) -> IngestionRun:
    """The first ones are at work, wait or have failed; all others are complete."""
    state = RunState.COMPLETED
    for limit, each in ((AT_WORK, RunState.RUNNING), (WAITING, RunState.QUEUED), (FAILED, RunState.FAILED)):
        if number < limit:
            state = each
            break
        number -= limit
    now = timezone.now()
    begun = None if state == RunState.QUEUED else now - timedelta(minutes=20)
    ended = now - timedelta(hours=1) if state in (RunState.COMPLETED, RunState.FAILED) else None
    run = IngestionRun.objects.create(
        brand=brand, state=state, start_url=brand.website, started_at=begun, finished_at=ended, heartbeat_at=now,
        counters={"discovered": 1200, "processed": 1000, "stored": 700, "unchanged": 200, "failed": 25},
    )  # fmt: skip
    shown = {"run": run, "state": state, "percent": 80, "urls_discovered": 1200, "urls_processed": 1000}
    IngestionStatus.objects.update_or_create(
        brand=brand, defaults=shown | {"finished_at": ended, "current_document": f"{brand.website}products/one/"}
    )
    return run


def fill_log(run: IngestionRun, count: int) -> None:
    rows = [
        IngestLog(
            brand_id=run.brand_id, run=run, url=f"{run.start_url}{number}", stage="fetch",
            outcome=Outcome.FAILED if number % EVERY_FAILS == 0 else Outcome.SUCCESS,
            code=CODES[number // EVERY_FAILS % len(CODES)] if number % EVERY_FAILS == 0 else "",
        )
        for number in range(count)
    ]  # fmt: skip
    IngestLog.objects.bulk_create(rows, batch_size=BATCH)


def session_cookie() -> dict[str, str]:
    """Of somebody who has logged in."""
    user = User.objects.create_superuser("bench-staff", password=None)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return {settings.SESSION_COOKIE_NAME: session.session_key}


def measure(base: str, seconds: float) -> list[Row]:
    """The page, and what is asked every two seconds, with its bytes as they are sent."""
    rows = []
    polled = {"HX-Request": "true"}
    with Client(base, cookies=session_cookie()) as client:
        for what, path, headers in (("staff overview", "/staff/", {}), ("staff poll", "/staff/?seen=&runs=", polled)):
            sizes: list[int] = []

            def ask(_: int, path: str = path, headers: dict[str, str] = headers, sizes: list[int] = sizes) -> None:
                sizes.append(len(client.get(path, headers)))

            repeat(ask, seconds=min(1.0, seconds), least=3)
            times = repeat(ask, seconds=seconds)
            rows.append(summary(what, times) | {"bytes": max(sizes)})
    return rows
