"""Brings the index up to date behind those who store documents, many documents at once.

Storing only marks what changed (`mark`), which costs a row. A thread of the same process takes what is marked every
PAUSE seconds (`begin`), and a last time when the process ends. A scrape, which stores much, begins none: it gives some
of its idle moments (`index_some`), and the queue's worker watches for the rest (`watch`). What a killed process left
marked is taken by whichever process comes next, or by its schedule; what nobody marked is found by `look_through`.
"""

import logging
import threading
import time
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.db import connections, transaction
from django.utils import timezone

from . import dense
from .errors import ProviderError
from .index import index_documents, index_stale_after
from .models import ChangedDocument

logger = logging.getLogger(__name__)
PAUSE = 1.5  # seconds: what is stored is searchable within 3
STEP = 0.05  # seconds, between two looks at whether the process ends
AT_ONCE = 200  # documents
LOOKED_AT = 5_000  # documents a call
CAME_TO = "index-looked-through"
EMBEDDING = 10  # seconds at a time for vectors; then what is marked has its turn again
_embedding_rests_until = [0.0]
_lock = threading.Lock()
_keeper: threading.Thread | None = None
_wanted = threading.Event()


def mark(document_ids: Iterable[int]) -> None:
    """Remember that these documents changed. A document that is marked again while it is read stays marked."""
    now = timezone.now()
    ChangedDocument.objects.bulk_create(
        # In order: two that mark the same documents wait for each other on PostgreSQL, instead of both for ever.
        [ChangedDocument(document_id=pk, since=now) for pk in sorted(set(document_ids))],
        update_conflicts=True,
        unique_fields=["document_id"],
        update_fields=["since"],
    )


def index_marked() -> int:
    """Bring everything that is marked up to date; returns how many documents were cut anew or withdrawn."""
    changed = 0
    while marked := _marked(AT_ONCE):
        changed += _take(marked)
    return changed


def index_some(most: int) -> bool:
    """Bring so many documents up to date at most; returns whether others are marked still."""
    if marked := _marked(most):
        _take(marked)
    return len(marked) == most


def look_through() -> int:
    """Find what nobody has marked: some documents at a time, from where the last call came to. To look at a hundred
    thousand at once takes half a minute."""
    end, changed = index_stale_after(cache.get(CAME_TO, 0), most=LOOKED_AT)
    cache.set(CAME_TO, end, timeout=None)
    return changed


def _marked(most: int) -> dict[int, datetime]:
    return dict(ChangedDocument.objects.order_by("since").values_list("document_id", "since")[:most])


def _take(marked: dict[int, datetime]) -> int:
    changed = _index(list(marked))
    with transaction.atomic():
        # Marked again since then, it is later than all that was read; what is being marked again is not waited for.
        read = ChangedDocument.objects.filter(document_id__in=marked, since__lte=max(marked.values()))
        done = list(read.select_for_update(skip_locked=True).values_list("pk", flat=True))
        ChangedDocument.objects.filter(pk__in=done).delete()
    return changed


def _index(ids: list[int]) -> int:
    """One document that cannot be indexed must not keep all others out of the index."""
    try:
        return index_documents(ids)
    except Exception:
        if len(ids) == 1:
            logger.exception("Document %d could not be indexed", ids[0])
            return 0
    return sum(_index([pk]) for pk in ids)


def begin() -> None:
    """Have a thread take what is marked; it ends by itself once nothing was marked for a while."""
    global _keeper
    _wanted.set()
    with _lock:
        if _keeper is None or not _keeper.is_alive():
            # No daemon: the interpreter waits for it, so that a command's documents are searchable once it has ended.
            _keeper = threading.Thread(target=_keep, name="index upkeep", daemon=False)
            _keeper.start()


def _keep() -> None:
    global _keeper
    try:
        while True:
            _rest()
            _wanted.clear()
            index_marked()
            with _lock:
                if not _wanted.is_set():
                    _keeper = None
                    return
    except Exception:
        logger.exception("The index could not be brought up to date; what is marked is taken later")
    finally:
        connections.close_all()


def watch() -> None:
    """Take what anybody marks, for ever."""
    while True:
        time.sleep(PAUSE)
        try:
            index_marked()
            _embed_some()
        except Exception:
            # Whatever is wrong now may be well in a moment; a worker must not die of it.
            logger.exception("The index could not be brought up to date; what is marked is taken later")
        finally:
            connections.close_all()


def _embed_some() -> None:
    """A turn's worth of vectors, where a model is configured. What is new is searched for by its words until then."""
    if not settings.EMBEDDER or time.monotonic() < _embedding_rests_until[0]:
        return
    try:
        dense.catch_up(EMBEDDING)
    except ProviderError as problem:
        logger.warning("Passages get no vectors for now: %s", problem)
        _embedding_rests_until[0] = time.monotonic() + dense.REST


def _rest() -> None:
    end = time.monotonic() + PAUSE
    while time.monotonic() < end and threading.main_thread().is_alive():
        time.sleep(STEP)
