"""Secrets never reach a log: neither those of the settings nor what looks like one, tracebacks included."""

import logging
import re
import traceback
from collections.abc import Iterable

HIDDEN = "[hidden]"
SHORTEST = 8  # characters: a shorter value would take ordinary words with it
# Tokens of this API, bearer tokens, keys and passwords in addresses and settings.
LOOKS = re.compile(
    r"\bhal_[\w-]{20,}"
    r"|(?<=bearer )[\w.~+/-]{8,}=*"
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"
    r"|(?<![\w-])(?:api_?key|key|token|password|passwd|secret|sessionid)=[^\s&\"']+",
    re.IGNORECASE,
)


class Redaction(logging.Filter):
    """`secrets` are the values themselves."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        known = sorted({each for each in secrets if len(each) >= SHORTEST}, key=len, reverse=True)
        self.known = re.compile("|".join(map(re.escape, known))) if known else None

    def clean(self, text: str) -> str:
        text = self.known.sub(HIDDEN, text) if self.known else text
        return LOOKS.sub(HIDDEN, text)

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = self.clean(record.getMessage()), None
        if record.exc_info and not record.exc_text:
            record.exc_text = "".join(traceback.format_exception(*record.exc_info)).rstrip()
        if record.exc_text:
            record.exc_text = self.clean(record.exc_text)
        return True
