"""What can go wrong with a language model. The class decides what the reader is told; the answer goes on without it.

ProviderError
├── TemporaryError       down, overloaded, unreachable, talking nonsense
│   ├── SlowError        silent or talking for longer than the limit
│   ├── CutOffError      the stream ended in the middle
│   └── RestingError     it failed so often that it is left alone for a while
├── QuotaError           too many requests, or the account is used up
│   └── SpentError       our own limit for the day is reached
├── MisconfiguredError   wrong key, model or address; a package that is not installed
├── BlockedError         the provider refused the question or its own answer
├── EmptyError           an answer without words
└── UnconfirmedError     an answer of which no sentence stands in the sources
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class ProviderError(Exception):
    """`str(error)` is for the log; `notice` is for the reader and tells nothing of keys or addresses."""

    notice: Promise | str = _("The language model did not answer.")


class TemporaryError(ProviderError):
    notice = _("The language model cannot be reached at the moment.")


class SlowError(TemporaryError):
    notice = _("The language model took too long.")


class CutOffError(TemporaryError):
    notice = _("The language model stopped in the middle of its answer.")


class QuotaError(ProviderError):
    notice = _("The language model has been asked too much for now.")


class RestingError(TemporaryError):
    """For the reader it is what it failed of: silence is not being out of reach. `because` names that error's class."""

    def __init__(self, message: str, *, because: str = "") -> None:
        super().__init__(message)
        self.notice = next((kind.notice for kind in RESTS_FOR if kind.__name__ == because), self.notice)


class SpentError(QuotaError):
    notice = _("The language model has answered as much as it may today.")


class MisconfiguredError(ProviderError):
    notice = _("The language model is not set up properly.")


class BlockedError(ProviderError):
    notice = _("The language model declined to answer this question.")


class EmptyError(ProviderError):
    notice = _("The language model returned no text.")


class UnconfirmedError(ProviderError):
    notice = _("What the language model said could not be confirmed from the sources, so it is not shown.")


# What a model is said to rest for; of any other failure it cannot be reached.
RESTS_FOR = (SlowError, QuotaError, MisconfiguredError)


def error_for_status(status: int, message: str) -> ProviderError:
    """The error that an HTTP status of a provider means."""
    if status == 429:
        return QuotaError(message)
    if status in (408, 504):
        return SlowError(message)
    if status >= 500:
        return TemporaryError(message)
    return MisconfiguredError(message)
