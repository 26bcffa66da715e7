"""NUL characters on their way into PostgreSQL, which takes them in no text and in no JSON: they are left out.

They come from broken pages and from visitors who try what happens; SQLite keeps them, and nobody misses them.
"""

import re
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

NUL = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")


def leave_out(*, connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Receiver of `connection_created`."""
    if connection.vendor != "postgresql":
        return
    from psycopg.types.json import Jsonb, JsonbDumper
    from psycopg.types.string import StrDumperUnknown

    class Text(StrDumperUnknown):
        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\0", ""))

        def quote(self, obj: str) -> Any:
            return super().quote(obj.replace("\0", ""))

    class Json(JsonbDumper):
        def dump(self, obj: Any) -> Any:
            written = super().dump(obj)
            # Behind an even number of backslashes, as JSON writes it; else it is a text that speaks of NUL.
            return NUL.sub(rb"\1", bytes(written)) if written and b"\\u0000" in bytes(written) else written

    adapters = connection.connection.adapters
    for kind, dumper in ((str, Text), (Jsonb, Json)):
        adapters.register_dumper(kind, dumper)
