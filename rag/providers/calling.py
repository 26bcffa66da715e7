"""Asks a model as often as it is worth: again with growing pauses until its first word has come, never after it."""

import logging
import random
import time
from collections.abc import Iterator

from django.conf import settings

from rag.errors import ProviderError, QuotaError, SlowError, TemporaryError

from . import breaker
from .base import Prompt, Provider
from .limits import TICK, limited

logger = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 8.0  # seconds


def words_of(provider: Provider, prompt: Prompt, *, silence: float) -> Iterator[str]:
    """What the model says, piece by piece, and "" while it is silent. Raises ProviderError."""
    for attempt in range(1, settings.LLM_ATTEMPTS + 1):
        breaker.check(provider.name)
        heard = False
        try:
            for piece in limited(provider, prompt, silence=silence):
                heard = heard or bool(piece)
                yield piece
        except ProviderError as error:
            breaker.failed(provider.name, error)
            if heard or attempt == settings.LLM_ATTEMPTS or not _is_passing(error):
                raise
            logger.info("%s is asked again: %s: %s", provider.name, type(error).__name__, error)
            yield from _pause(attempt)
        else:
            breaker.worked(provider.name)
            return


def _is_passing(error: ProviderError) -> bool:
    """Whether it may work at once. Who was silent for the whole time that we wait will be again."""
    return isinstance(error, (TemporaryError, QuotaError)) and not isinstance(error, SlowError)


def _pause(attempt: int) -> Iterator[str]:
    """Full jitter, so that those who failed together do not come back together (M. Brooker, Exponential backoff and
    jitter, AWS 2015)."""
    most = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (attempt - 1))
    end = time.monotonic() + random.uniform(most / 4, most)  # noqa: S311
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(TICK, left))
        yield ""
