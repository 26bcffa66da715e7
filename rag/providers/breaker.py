"""Leaves a model alone for a while after it failed several times in a row, so that nobody waits for what is down.

The state is in the cache that all processes share. It is no lock: two failures at the same moment may count as one.
"""

from django.conf import settings
from django.core.cache import cache

from rag.errors import MisconfiguredError, ProviderError, QuotaError, RestingError, TemporaryError

WINDOW = 120.0  # seconds; failures further apart than this are not in a row


def check(name: str) -> None:
    """Raises RestingError while the model is left alone."""
    if settings.LLM_FAILURES and cache.get(_rest(name)):
        raise RestingError(f"{name} failed {settings.LLM_FAILURES} times in a row and is asked again later")


def worked(name: str) -> None:
    if settings.LLM_FAILURES and cache.get(_count(name)):
        cache.delete(_count(name))


def failed(name: str, error: ProviderError) -> None:
    """Counts what speaks against the model, not what speaks against a question. After a rest one failure is enough."""
    if not settings.LLM_FAILURES or not isinstance(error, (TemporaryError, QuotaError, MisconfiguredError)):
        return
    count = int(cache.get(_count(name)) or 0) + 1
    cache.set(_count(name), count, WINDOW + settings.LLM_REST)
    if count >= settings.LLM_FAILURES:
        cache.set(_rest(name), count, settings.LLM_REST)


def _count(name: str) -> str:
    return f"model-failures-{name}"


def _rest(name: str) -> str:
    return f"model-rests-{name}"
