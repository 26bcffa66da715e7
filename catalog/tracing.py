"""Which request or run a line of the log belongs to. Set where one begins; whatever logs below it need not know."""

import json
import logging
import re
import time
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

request_id: ContextVar[str] = ContextVar("request_id", default="")
run_id: ContextVar[int] = ContextVar("run_id", default=0)
UNSEEN = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")
GIVEN = re.compile(r"[A-Za-z0-9._-]{1,64}")


def is_id(text: str) -> bool:
    """Whether a caller's own name for its request can be taken over; anything else could forge lines of the log."""
    return bool(GIVEN.fullmatch(text))


class Traced(logging.Filter):
    """Adds both to every record; `trace` is how a line of text shows them."""

    def filter(self, record: logging.LogRecord) -> bool:
        request, run = request_id.get(), run_id.get()
        named = [f"request={request}"] if request else []
        named += [f"run={run}"] if run else []
        record.__dict__.update(request_id=request, run_id=run, trace=f" [{' '.join(named)}]" if named else "")
        return True


class OneLine(logging.Formatter):
    """A line a record, by the clock of UTC; a traceback follows. Nothing that a stranger wrote begins another one."""

    converter = staticmethod(time.gmtime)
    default_time_format, default_msec_format = "%Y-%m-%dT%H:%M:%S", "%s.%03dZ"

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        record.message = UNSEEN.sub(lambda sign: repr(sign.group())[1:-1], record.message)
        return super().formatMessage(record)


class JsonLines(logging.Formatter):
    """One JSON object a line, for whatever collects logs."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
        }
        for name in ("request_id", "run_id", "status_code"):
            if value := getattr(record, name, None):
                line[name] = value
        if record.exc_info:
            # Cleaned of secrets already, where a filter has done that.
            line["exception"] = record.exc_text or self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
