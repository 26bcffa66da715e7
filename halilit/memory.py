"""How a web process keeps its memory: small, and without pauses.

Python's collector of cycles stops every thread while it looks through all that lives: a fifth of a second for the half
a million objects that a web process loads once and keeps. Those are taken out of its sight, and it looks through all
the others less often. And the C library gives threads up to sixteen heaps of their own, which hundreds of short-lived
ones leave full of holes: two are enough where one thread runs at a time.
"""

import ctypes
import gc
from contextlib import suppress
from itertools import count

SETTLED = (25, 250)  # requests after which templates, glossaries, what is imported late and caches are there too
RARELY = 25  # collections of the middle generation before one of all; Python's own is 10
HEAPS = 2
M_ARENA_MAX = -8  # mallopt(3)

_requests = count(1)


def settle() -> None:
    """What lives now is kept for good."""
    youngest, middle, _all = gc.get_threshold()
    gc.set_threshold(youngest, middle, RARELY)
    gc.collect()
    gc.freeze()


def few_heaps() -> None:
    """Where the C library has such a setting; before threads begin."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, HEAPS)


def request_begins() -> None:
    if next(_requests) in SETTLED:
        settle()
