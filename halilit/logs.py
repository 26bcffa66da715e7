"""What is written to standard error, and how: for people or as JSON, and without secrets."""

from collections.abc import Sequence
from typing import Any

# Runs are told by their pages and records; the queue's own lines would bury the address that `make run` prints.
QUIET = ("httpx", "httpcore", "asyncio", "PIL", "django_q.stat", "axes")


def configured(*, level: str, form: str, secrets: Sequence[str]) -> dict[str, Any]:
    """For logging.config.dictConfig. `form` is line or json; `secrets` are never written."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "no secrets": {"()": "halilit.redaction.Redaction", "secrets": secrets},
            "traced": {"()": "catalog.tracing.Traced"},
        },
        "formatters": {
            "line": {
                "()": "catalog.tracing.OneLine",
                "fmt": "%(asctime)s %(levelname)s %(name)s%(trace)s: %(message)s",
            },
            "json": {"()": "catalog.tracing.JsonLines"},
        },
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": form, "filters": ["no secrets", "traced"]}
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            **{name: {"level": "WARNING"} for name in QUIET},
            "django-q": {"level": "DEBUG" if level == "DEBUG" else "WARNING"},
            "django": {"handlers": []},  # else each line comes twice
        },
    }
