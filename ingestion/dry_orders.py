"""Orders of dry runs, and what came of them: the web's part, which loads neither crawler nor browser."""

import time
import uuid
from dataclasses import asdict
from typing import Any

from catalog.models import Brand
from catalog.shared import cache

from .errors import IngestionError
from .services import usable_address

LIVES = 3600  # seconds that what was found is kept
LOST_AFTER = 120  # seconds without a result: the worker is gone


def key_of(brand: Brand) -> str:
    return f"dry-run-{brand.pk}"


def order(brand: Brand) -> None:
    """Ask a worker for a dry run. Raises RunRefused where no run could begin."""
    from django_q.tasks import async_task

    usable_address(brand, "")
    token = uuid.uuid4().hex
    cache.set(key_of(brand), {"state": "waiting", "token": token, "at": time.time()}, LIVES)
    # By name: the arguments of other tasks of this cluster are numbers of runs.
    async_task("ingestion.tasks.look_ahead", brand_id=brand.pk, token=token, cluster="scrape", task_name="dry run")


def work(brand: Brand, token: str) -> str:
    """Do what was ordered, once: a queue may deliver twice."""
    ordered = cache.get(key_of(brand)) or {}
    if ordered.get("token") != token or ordered.get("state") != "waiting":
        return "not wanted any more"
    cache.set(key_of(brand), {**ordered, "state": "working", "at": time.time()}, LIVES)
    from . import dry_run

    try:
        found = asdict(dry_run.look(brand))
    except IngestionError as problem:
        found = {"problem": dry_run.stored(problem)}
    cache.set(key_of(brand), {"state": "done", "token": token, "at": time.time(), "found": found}, LIVES)
    return "done"


def result(brand: Brand) -> dict[str, Any]:
    """State (waiting, working, lost, done or none), when, and what was `found`."""
    kept_one: dict[str, Any] = cache.get(key_of(brand)) or {"state": "none"}
    if kept_one["state"] == "working" and time.time() - kept_one["at"] > LOST_AFTER:
        return {**kept_one, "state": "lost"}
    return kept_one
