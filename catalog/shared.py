"""What hosts tell each other in passing, such as what their workers do: a cache that all of them share.

With one host it is a folder; with several (HALILIT_S3_BUCKET) a table of their database.
"""

from django.core.cache import BaseCache, caches
from django.utils.connection import ConnectionProxy

ALIAS = "shared"
cache: BaseCache = ConnectionProxy(caches, ALIAS)  # type: ignore[assignment]
