"""Threads that keep their database connection from one request to the next.

Django gives every request a thread of its own, and a new thread a new connection: opening one, reading the schema and
the full-text index's structure again takes as long as a whole search while somebody types.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db import connection
from django.http import HttpRequest

THREADS = 4
KEPT = 60  # seconds: a database that was put in another's place is seen then
Result = TypeVar("Result")
_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="search")
_own = threading.local()


async def answered(request: HttpRequest, work: Callable[[], Result]) -> Result:
    """The work's result, from one of these threads; without a server, from the caller's own."""
    if not isinstance(request, ASGIRequest):
        return await sync_to_async(work)()
    # Not the executor's own way: only asgiref carries over what it keeps of a request, such as its language.
    return await sync_to_async(_with_connection, thread_sensitive=False, executor=_threads)(work)


def _with_connection(work: Callable[[], Result]) -> Result:
    now = time.monotonic()
    if now - getattr(_own, "since", now) > KEPT:
        connection.close()
    if connection.connection is None:
        _own.since = now
    try:
        return work()
    except BaseException:
        connection.close()
        raise
