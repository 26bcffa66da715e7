"""What can go wrong while a site is read. The class decides what happens next.

IngestionError
├── TryLater            the URL is tried again later, a bounded number of times
│   ├── Timeout
│   ├── ConnectionFailed
│   ├── ServerError         5xx
│   ├── TooManyRequests     429 or 503 with Retry-After
│   ├── HostRests           the host is not to be asked now; never asked, so it counts as no try
│   ├── BrowserLost         Chromium has gone, or its tab
│   └── NotKept             our own disk or bucket fails: nothing of the site's
├── GiveUpUrl           this URL is set aside, the run goes on
│   ├── Gone                404 or 410
│   ├── Refused             another 4xx, or too many redirects
│   ├── NotAllowed          robots.txt, the brand's scope or a private address forbids it
│   ├── TooLarge
│   ├── Unreadable          not what it claims to be, encrypted, or broken
│   └── Unforeseen          an error of our own: the URL is set aside, the run goes on
├── StopRun             the run fails: it cannot go on as its brand is set
└── RunRefused          a run could not be started; the message is for the person who asked
"""

import errno

from .reasons import Reason, reason_of, why

# What a disk says that is full or cannot be written, and a bucket that does not answer.
STORAGE_FAILS = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}


class IngestionError(Exception):
    """Base of all; `str()` is a sentence for people, `status` what the site answered, where it did.

    `stage` is where in the way of a URL it happened, where whoever caught it knows better than the reason does.
    """

    stage = ""

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status

    @property
    def reason(self) -> Reason:
        return reason_of(self.args[0])


class TryLater(IngestionError):
    """Try this URL again, `retry_after` seconds from now at the earliest; `counts` as one of its few tries."""

    def __init__(self, message: str, *, retry_after: float = 0, status: int | None = None, counts: bool = True) -> None:
        super().__init__(message, status=status)
        self.retry_after = retry_after
        self.counts = counts


class Timeout(TryLater):
    pass


class ConnectionFailed(TryLater):
    pass


class ServerError(TryLater):
    pass


class TooManyRequests(TryLater):
    pass


class HostRests(TryLater):
    """Its host has asked for rest, is to be asked slowly, or is being visited by another run."""

    def __init__(self, message: str, *, retry_after: float = 0, counts: bool = False) -> None:
        super().__init__(message, retry_after=retry_after, counts=counts)


class BrowserLost(TryLater):
    """Chromium has gone while it was at work, or the tab has: killed, or brought down by the page."""


class NotKept(TryLater):
    """What was read could not be stored, though the database is well.

    It counts as no try where storage as a whole fails, however long: no URL is given up for that.
    """

    @classmethod
    def of(cls, error: OSError) -> "NotKept":
        problem = str(error)[:200]
        return cls(why("not_kept", problem=problem), retry_after=10, counts=error.errno not in STORAGE_FAILS)


class GiveUpUrl(IngestionError):
    """Set this URL aside. `skipped` says that it was never asked for, by rule, rather than failed."""

    skipped = False


class Gone(GiveUpUrl):
    pass


class Refused(GiveUpUrl):
    pass


class NotAllowed(GiveUpUrl):
    skipped = True


class TooLarge(GiveUpUrl):
    skipped = True


class Unreadable(GiveUpUrl):
    pass


class Unforeseen(GiveUpUrl):
    """What nobody thought of; `of` names the error, so that one page cannot end a run."""

    @classmethod
    def of(cls, error: Exception) -> "Unforeseen":
        return cls(why("own_error", problem=f"{type(error).__name__}: {str(error)[:200]}"))


def of_our_own(error: Exception) -> IngestionError:
    """What an error means that is not the site's."""
    return NotKept.of(error) if isinstance(error, OSError) else Unforeseen.of(error)


class StopRun(IngestionError):
    pass


class RunRefused(IngestionError):
    pass
