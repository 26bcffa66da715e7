"""The producers of a web process: a few threads that fill answers, whoever is still listening.

A thread of our own begins with an empty context, so it takes nothing over from the request that caused it and is not
cancelled with it. The threads don't outlive the process; what they leave unfinished is taken over (Answer.take).
"""

import logging
import queue
import threading
from uuid import UUID

from django.db import connections
from django.utils.translation import gettext as _
from django.utils.translation import override

from . import hub, pool
from .answer import produce
from .errors import ProviderError
from .models import MAX_PRODUCERS, Answer
from .providers import configured_provider

logger = logging.getLogger(__name__)

# Threads at most. With a model a thread waits for its words; without one an answer takes milliseconds.
LIMIT = 64

_waiting: queue.SimpleQueue[UUID] = queue.SimpleQueue()
_here: set[UUID] = set()  # being produced, or waiting to be, in this process
_threads = 0
_idle = 0
_warm = False
_lock = threading.Lock()


def ensure_producer(pk: UUID) -> None:
    """See to it that this answer is produced. Returns at once; asking again for the same answer does nothing."""
    global _threads
    with _lock:
        if pk in _here:
            return
        _here.add(pk)
        start = _idle < len(_here) and _threads < LIMIT
        _threads += start
    _waiting.put(pk)
    if start:
        threading.Thread(target=_work, name="answer-producer", daemon=True).start()


def warm_up() -> None:
    """Load the provider's package beforehand: some take seconds, which the first visitor would wait."""
    global _warm
    with _lock:
        cold, _warm = not _warm, True
    if cold:
        threading.Thread(target=_load_provider, name="provider-loader", daemon=True).start()


def _load_provider() -> None:
    try:
        configured_provider()
    except ProviderError as error:
        logger.warning("The language model cannot be used: %s", error)


def waiting() -> int:
    """How many answers this process has yet to finish."""
    return len(_here)


def is_produced_here(pk: UUID) -> bool:
    return pk in _here


def _work() -> None:
    global _idle
    pool.keep_no_connection()
    while True:
        with _lock:
            _idle += 1
        pk = _waiting.get()
        with _lock:
            _idle -= 1
        try:
            if answer := pool.written(lambda pk=pk: _row(pk)):  # type: ignore[misc]
                produce(answer)
        except Exception:
            logger.exception("Answer %s could not be produced", pk)
        finally:
            with _lock:
                _here.discard(pk)
            hub.wake(pk)
            connections.close_all()


def _row(pk: UUID) -> Answer | None:
    return Answer.objects.select_related("brand", "product", "conversation").filter(pk=pk).first()


def attend(answer: Answer) -> None:
    """See to it that somebody writes an answer that nobody writes; end one of which too many producers died."""
    if not answer.is_unattended:
        return
    if answer.producers < MAX_PRODUCERS:
        ensure_producer(answer.pk)
    elif not is_produced_here(answer.pk):
        with override(answer.language):
            answer.stop(_("This answer was interrupted and is not complete. Please ask again."))
