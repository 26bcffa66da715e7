"""Errors to Sentry, or what speaks its protocol, where its address is set: without secrets and anything of visitors.

Its package would also send variables, what stands behind a question mark, headers and the lines of the log before.
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from .redaction import Redaction


def begin(dsn: str, secrets: Iterable[str]) -> None:
    import sentry_sdk

    hidden = Redaction(secrets)

    def bare(event: Any, _hint: Any) -> Any:
        """The error with its place; of the request its method and path."""
        asked = event.get("request") or {}
        event["request"] = {"method": asked.get("method", ""), "url": without_query(asked.get("url", ""))}
        event.pop("user", None)
        return cleaned(event, hidden)

    sentry_sdk.init(
        dsn=dsn, send_default_pii=False, max_request_body_size="never", include_local_variables=False,
        max_breadcrumbs=0, before_send=bare,
    )  # fmt: skip


def without_query(address: str) -> str:
    return urlunsplit((*urlsplit(address)[:3], "", ""))


def cleaned(value: Any, hidden: Redaction) -> Any:
    if isinstance(value, str):
        return hidden.clean(value)
    if isinstance(value, dict):
        return {name: cleaned(each, hidden) for name, each in value.items()}
    return [cleaned(each, hidden) for each in value] if isinstance(value, list | tuple) else value
