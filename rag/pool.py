"""Threads that keep their database connection from one piece of work to the next, and threads that keep none.

Django gives every request a thread of its own, and a new thread a new connection: opening one, reading the schema and
the full-text index's structure again takes as long as a whole search while somebody types. A thread that mostly waits,
for a reader or for a model, should keep neither: hundreds of them would fill the memory.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

from asgiref.sync import SyncToAsync, sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db import connection, connections
from django.http import HttpRequest

THREADS = 4
READERS = 2
KEPT = 60  # seconds: a database that was put in another's place is seen then
GIVES_WAY = 0.05  # seconds that a piece of an answer's work waits at most for pages that are being made
LOOK = 0.004  # seconds
Result = TypeVar("Result")
_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="search")
# All threads share the interpreter. What answers take of it has one thread for finding passages and choosing sentences,
# and one for writing and drawing what grows: more at once would hold up every other page and finish nothing sooner.
_finder = ThreadPoolExecutor(1, thread_name_prefix="answer-finder")
_writer = ThreadPoolExecutor(1, thread_name_prefix="answer-writer")
_readers = ThreadPoolExecutor(READERS, thread_name_prefix="answer-reader")
_own = threading.local()
_pages = 0  # being made in this process; counted by its event loop alone
_no_page = threading.Event()
_no_page.set()


def page_begins() -> None:
    """From here to `page_ends` the work of answers waits a little: a page takes milliseconds, an answer seconds."""
    global _pages
    _pages += 1
    _no_page.clear()


def page_ends() -> None:
    global _pages
    _pages -= 1
    if not _pages:
        _no_page.set()


def a_page_is_made() -> bool:
    return not _no_page.is_set()


async def pages_made() -> None:
    """Return once no page is being made, or after GIVES_WAY."""
    end = time.monotonic() + GIVES_WAY
    while a_page_is_made() and time.monotonic() < end:
        await asyncio.sleep(LOOK)


async def answered(request: HttpRequest, work: Callable[[], Result]) -> Result:
    """The work's result, from one of these threads; without a server, from the caller's own."""
    if not isinstance(request, ASGIRequest):
        return await sync_to_async(work)()
    # Not the executor's own way: only asgiref carries over what it keeps of a request, such as its language.
    return await sync_to_async(_with_connection, thread_sensitive=False, executor=_threads)(work)


def keep_no_connection() -> None:
    """From now on this thread leaves the database to those that keep a connection, and gives back what it opened."""
    _own.keeps_none = True


def give_back() -> None:
    """Close the connection of a thread that keeps none, before it waits for something else than the database."""
    if _keeps_none():
        connections.close_all()


def written(work: Callable[[], Result]) -> Result:
    """The result of a little work with the database; of a thread that keeps no connection, by one that does."""
    return _writer.submit(_behind_pages, work).result() if _keeps_none() else work()


def in_turn(work: Callable[[], Result], *, beat: Callable[[], None], every: float) -> Result:
    """The result of longer work; of threads that keep no connection, one after the other. Until it is done, `beat` is
    called every so many seconds; what that raises takes the work back."""
    if not _keeps_none():
        return work()
    done = _finder.submit(_behind_pages, work)
    while not wait([done], every).done:
        try:
            beat()
        except BaseException:
            done.cancel()
            raise
    return done.result()


def _keeps_none() -> bool:
    return getattr(_own, "keeps_none", False)


async def read(work: Callable[[], Result]) -> Result:
    """The result of a look at the database, for a stream."""
    return await asyncio.get_running_loop().run_in_executor(_readers, _behind_pages, work)


async def drawn(work: Callable[[], Result]) -> Result:
    """The result of drawing a part of a page, for a stream: in the event loop it would hold up all others."""
    return await asyncio.get_running_loop().run_in_executor(_writer, _behind_pages, work)


def leave_thread() -> None:
    """End the thread that Django keeps for a request, which from here on only waits and sends."""
    context = SyncToAsync.thread_sensitive_context.get(None)
    executor = SyncToAsync.context_to_thread_executor.pop(context, None) if context else None
    if executor is not None:
        executor.submit(connections.close_all)
        executor.shutdown(wait=False)


def _behind_pages(work: Callable[[], Result]) -> Result:
    _no_page.wait(GIVES_WAY)
    return _with_connection(work)


def _with_connection(work: Callable[[], Result]) -> Result:
    now = time.monotonic()
    # A look each time: a database server that was started anew has ended what was kept, and costs no visitor an error.
    if now - getattr(_own, "since", now) > KEPT or not connection.is_usable():
        connection.close()
    if connection.connection is None:
        _own.since = now
    try:
        return work()
    except BaseException:
        connection.close()
        raise
