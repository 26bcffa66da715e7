"""Leaves a model alone for a while after it failed several times in a row, so that nobody waits for what is down.

When its rest is over, one question at a time tries it (a half-open circuit breaker: M. Nygard, Release It!), and the
others are answered from the sources until one has worked. The state is in the cache that all processes share. It is no
lock: two failures at the same moment may count as one, and two questions may try.
"""

from django.conf import settings
from django.core.cache import cache

from rag.errors import MisconfiguredError, ProviderError, QuotaError, RestingError, TemporaryError

WINDOW = 120.0  # seconds; failures further apart than this are not in a row


def check(name: str, *, tries: bool = True) -> None:
    """Raises RestingError while the model is left alone, or while another question tries it; `tries`: or this one."""
    if not settings.LLM_FAILURES:
        return
    if rests(name) or (_has_failed(name) and not (tries and cache.add(_trial(name), 1, settings.LLM_REST))):
        failures = f"{name} failed {settings.LLM_FAILURES} times in a row and is asked again later"
        raise RestingError(failures, because=str(cache.get(_why(name)) or ""))


def rests(name: str) -> bool:
    return bool(cache.get(_rest(name)))


def worked(name: str) -> None:
    if settings.LLM_FAILURES and cache.get(_count(name)):
        cache.delete_many([_count(name), _trial(name)])


def failed(name: str, error: ProviderError) -> None:
    """Counts what speaks against the model, not what speaks against a question. After a rest one failure is enough."""
    if not settings.LLM_FAILURES or not isinstance(error, (TemporaryError, QuotaError, MisconfiguredError)):
        return
    count = int(cache.get(_count(name)) or 0) + 1
    cache.set_many({_count(name): count, _why(name): type(error).__name__}, WINDOW + settings.LLM_REST)
    if count >= settings.LLM_FAILURES:
        cache.set(_rest(name), count, settings.LLM_REST)
        cache.delete(_trial(name))


def _has_failed(name: str) -> bool:
    return int(cache.get(_count(name)) or 0) >= settings.LLM_FAILURES


def _count(name: str) -> str:
    return f"model-failures-{name}"


def _rest(name: str) -> str:
    return f"model-rests-{name}"


def _why(name: str) -> str:
    return f"model-fails-by-{name}"


def _trial(name: str) -> str:
    return f"model-trial-{name}"
