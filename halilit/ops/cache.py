"""The cache of all processes, in files. Where its disk cannot be written it keeps nothing, and no page fails.

Nor does a file cost anybody a page that a loss of power or a full disk has left in part: it is as if it were not there.
"""

import contextlib
import pickle
import zlib
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.filebased import FileBasedCache
from django.db import connections

# What zlib and pickle say of bytes that were changed: among them are lengths and names of classes.
DAMAGED = (
    *(zlib.error, pickle.UnpicklingError, EOFError, ValueError, LookupError, OverflowError, MemoryError),
    *(AttributeError, ImportError, TypeError),
)


class Cache(FileBasedCache):
    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        try:
            return super().get(key, default, version)
        except OSError:  # what is over cannot be deleted
            return default
        except DAMAGED:
            self.delete(key, version)
            return default

    def has_key(self, key: Any, version: int | None = None) -> bool:
        try:
            return super().has_key(key, version)
        except (OSError, *DAMAGED):
            return False

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        with contextlib.suppress(OSError):
            super().set(key, value, timeout, version)

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """False too where it could not be kept: who asks whether it was the first must not be told so each time."""
        if self.has_key(key, version):
            return False
        try:
            super().set(key, value, timeout, version)
        except OSError:
            return False
        return True

    def delete(self, key: Any, version: int | None = None) -> bool:
        try:
            return super().delete(key, version)
        except OSError:
            return False


class Table(DatabaseCache):
    """What hosts share, in their database. A cluster that lost its connection opens another one: nobody does it for it,
    as after a request."""

    def get_many(self, keys: Any, version: int | None = None) -> Any:
        self.mend()
        return super().get_many(keys, version)

    def _base_set(self, mode: str, *given: Any) -> Any:
        self.mend()
        return super()._base_set(mode, *given)  # type: ignore[misc]

    def mend(self) -> None:
        for connection in connections.all(initialized_only=True):
            if connection.errors_occurred and not connection.in_atomic_block:
                connection.close()
